/* Promise: a fuzzer whose C memory comes from the arena detects what malloc and free under
 * AddressSanitizer detect: each access that is wrong, and each wrong free. */
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "peer/peer.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define HAS_ASAN 0
#define __asan_address_is_poisoned(address) ((void)(address), 1)
#endif

/* Does freeing it end the process? */
static bool is_refused(void *pointer, enum seam_allocator allocator) {
    pid_t pid = fork();
    if (pid == 0) {
        freopen("/dev/null", "w", stderr);
        seam_peer_free(pointer, allocator);
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status);
}

static void only_the_block_may_be_accessed(void) {
    uint64_t *block = seam_peer_new(SEAM_FILL_dirty, SEAM_ALLOCATOR_malloc);
    for (int i = 0; i < SEAM_BLOCK_WORDS; i++) {
        expect_true(block[i] == SEAM_DIRTY);
        expect_true(!HAS_ASAN || !__asan_address_is_poisoned(&block[i]));
    }
    expect_true(__asan_address_is_poisoned(&block[-1]));
    expect_true(__asan_address_is_poisoned(&block[SEAM_BLOCK_WORDS]));
    seam_peer_free(block, SEAM_ALLOCATOR_malloc);
}

static void a_freed_block_stays_poisoned_while_a_scenario_makes_others(void) {
    uint64_t *freed = seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_lib), *others[SEAM_C_MAX];
    seam_peer_free(freed, SEAM_ALLOCATOR_lib);
    for (int i = 0; i < SEAM_C_MAX; i++) {
        others[i] = seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
        expect_true(others[i] != freed && others[i][SEAM_WORDS] == 0);
    }
    for (int i = 0; i < SEAM_BLOCK_WORDS; i++)
        expect_true(__asan_address_is_poisoned(&freed[i]));
    for (int i = 0; i < SEAM_C_MAX; i++)
        seam_peer_free(others[i], SEAM_ALLOCATOR_malloc);
}

static void places_are_used_again(void) {
    for (int i = 0; i < 1000; i++)
        seam_peer_free(seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_malloc),
                       SEAM_ALLOCATOR_malloc);
}

static void a_wrong_free_is_refused(void) {
    uint64_t *plain = seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    uint64_t *lib = seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_lib), local = 0;
    expect_true(is_refused(plain, SEAM_ALLOCATOR_lib));
    expect_true(is_refused(lib, SEAM_ALLOCATOR_malloc));
    expect_true(is_refused(plain + 2, SEAM_ALLOCATOR_malloc));
    expect_true(is_refused(&local, SEAM_ALLOCATOR_malloc));
    expect_true(!is_refused(plain, SEAM_ALLOCATOR_malloc));
    seam_peer_free(plain, SEAM_ALLOCATOR_malloc);
    seam_peer_free(lib, SEAM_ALLOCATOR_lib);
    expect_true(is_refused(plain, SEAM_ALLOCATOR_malloc));
}

int main(void) {
    only_the_block_may_be_accessed();
    a_freed_block_stays_poisoned_while_a_scenario_makes_others();
    places_are_used_again();
    a_wrong_free_is_refused();
    return expect_status();
}
