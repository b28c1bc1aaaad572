#include "bridge.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef SEAM_ASAN
#include <sanitizer/asan_interface.h>
#else
#define __asan_unpoison_memory_region(from, size) ((void)(from), (void)(size))
#endif

#include "_cgo_export.h"

/* An argument as C has it. */
struct c_frame {
    char *pointer;
    struct seam_argument is;
    jmp_buf *back; /* where longjmp returns to; NULL: nowhere */
};

/* The address of a block is kept in a form that does not point to it: what does is up to the
 * scenario alone (leaks.c). */
struct c_block {
    uintptr_t hidden; /* of what the scenario calls c_i; 0: not born */
    int allocator;
    int parent; /* itself unless borrowed */
    int counted;
    int freed;
    int needs; /* 1 + the parent that is read when it is freed; 0: none */
};

struct c_callback {
    int number;
    void *data; /* C's pointer to the block, if that is the user data */
    uintptr_t handle;
};

enum { PAGE = 4096 };

static struct seam_channel *channel;
static struct c_frame frames[SEAM_THREAD_MAX][SEAM_DEPTH_MAX];
static int depths[SEAM_THREAD_MAX];
static int working, stopped;
static pthread_t threads[SEAM_THREAD_MAX];
static int is_started[SEAM_THREAD_MAX];
static uint32_t run; /* tells what this run has set from what an earlier one set */
static _Thread_local struct {
    uint32_t run;
    int error;
} last;
static struct c_block blocks[SEAM_C_MAX];
static struct c_callback callbacks[SEAM_CALLBACK_MAX];
static void *globals[SEAM_SLOT_MAX];
static void *owned[SEAM_C_MAX];    /* the library's pointers to the blocks that it owns */
static void *ends[SEAM_STEPS_MAX]; /* cursors at the end, known to C */
static int n_ends;
static atomic_flag locks[SEAM_LOCK_MAX];
static int lib_is_ready;
static const char *environment; /* what getenv returned */
static int sets_environment;
static struct sigaction handler_of_go;
static int has_handler; /* before Go's */
static volatile sig_atomic_t signals;
static uintptr_t hidden[SEAM_PINNER_MAX];

/* --- the channel ------------------------------------------------------------------------------ */

#ifdef SEAM_ASAN
/* With halt_on_error=0, ASan continues after a report: a read or write is done, a free is not. The
 * scenario ends here anyway, as if the process had. The text begins with what LeakSanitizer has
 * said since the last report. */
static void on_report(const char *text) {
    const char *line = strstr(text, "ERROR: AddressSanitizer");
    if (ftruncate(STDERR_FILENO, 0) == 0) /* of a process that lives on, it is not read */
        lseek(STDERR_FILENO, 0, SEEK_SET);
    if (seam_c_tell(line != NULL ? line : text, (int)strcspn(line != NULL ? line : text, "\n")))
        stopped = 1;
}
#endif

int seam_c_tell(const char *text, int size) {
    if (channel->stopped)
        return 0;
    channel->stopped = 1;
    snprintf(channel->message, sizeof channel->message, "%.*s", size, text);
    return 1;
}

struct seam_channel *seam_channel_open(void) {
    channel = mmap(NULL, sizeof *channel, PROT_READ | PROT_WRITE, MAP_SHARED, SEAM_CHANNEL_FD, 0);
    if (channel == MAP_FAILED)
        return NULL;
#ifdef SEAM_ASAN
    if (channel->goes_on)
        __asan_set_error_report_callback(on_report);
#endif
    channel->version = SEAM_CHANNEL_VERSION;
    return channel;
}

static int64_t asked;

static int64_t processor_time(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int seam_channel_wait(void) {
    char byte;
    int ok = read(STDIN_FILENO, &byte, 1) == 1;
    asked = processor_time();
    return ok;
}

void seam_channel_answer(void) {
    char byte = 1;
    channel->answering = processor_time() - asked;
    if (write(SEAM_ANSWER_FD, &byte, 1) != 1)
        _exit(0);
}

void seam_bridge_reset(struct seam_channel *to) {
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (blocks[c].hidden == 0 || blocks[c].parent != c)
            continue;
        else if (blocks[c].allocator == SEAM_ALLOCATOR_mmap)
            munmap((char *)seam_c_pointer(c) - PAGE, 2 * PAGE);
        else if (!blocks[c].freed)
            seam_peer_free(seam_c_pointer(c), (enum seam_allocator)blocks[c].allocator);
    memset(blocks, 0, sizeof blocks);
    memset(callbacks, 0, sizeof callbacks);
    memset(owned, 0, sizeof owned);
    memset(globals, 0, sizeof globals);
    memset(depths, 0, sizeof depths);
    working = stopped = n_ends = lib_is_ready = 0;
    for (int i = 0; i < SEAM_LOCK_MAX; i++)
        atomic_flag_clear(&locks[i]);
    if (has_handler)
        sigaction(SEAM_SIGNAL, &handler_of_go, NULL);
    has_handler = 0;
    if (sets_environment)
        unsetenv(SEAM_ENV_NAME);
    sets_environment = 0;
    environment = NULL;
    run++;
    channel = to;
}

/* --- C memory --------------------------------------------------------------------------------- */

void seam_c_born(int c, void *memory, int allocator) {
    blocks[c] = (struct c_block){
        .hidden = ~(uintptr_t)memory, .allocator = allocator, .parent = c, .counted = 1};
}

void *seam_c_dirty(void) {
    uint64_t *memory = malloc(SEAM_BLOCK_BYTES);
    for (int i = 0; i < SEAM_BLOCK_WORDS; i++)
        memory[i] = SEAM_DIRTY;
    return memory;
}

void *seam_c_pointer(int c) { return (void *)~blocks[c].hidden; }

void seam_c_own(int c, int owner) {
    owned[c] = owner == SEAM_OWNER_c && !blocks[c].freed ? seam_c_pointer(c) : NULL;
}

void seam_c_freed(int c) {
    blocks[c].freed = 1;
    owned[c] = NULL;
}

int seam_c_is_left(int c) {
    return blocks[c].hidden != 0 && blocks[c].parent == c && !blocks[c].freed;
}

void *seam_c_lib_new(void) { return seam_peer_new(SEAM_FILL_clean, SEAM_ALLOCATOR_lib); }

void seam_c_resize(int c, int old) {
    uint64_t *memory = malloc(SEAM_BLOCK_BYTES);
    memcpy(memory, seam_c_pointer(old), SEAM_BLOCK_BYTES);
    seam_c_born(c, memory, SEAM_ALLOCATOR_malloc);
    free(seam_c_pointer(old));
    seam_c_freed(old);
}

void seam_c_borrow(int c, int parent) {
    seam_c_born(c, (char *)seam_c_pointer(parent) + SEAM_BORROW_OFFSET, SEAM_ALLOCATOR_malloc);
    blocks[c].parent = parent;
}

/* Count references in memory of the block, as libraries do: the first word is read and written. */
static void touch(void *pointer) {
    volatile uint64_t *word = pointer;
    *word = *word;
}

void seam_c_child(int c, int parent) {
    touch(seam_c_pointer(parent));
    seam_c_born(c, seam_c_lib_new(), SEAM_ALLOCATOR_lib);
    blocks[c].needs = 1 + parent;
}

/* The page before it is readable: free looks there for the header of its argument. */
void *seam_c_map(void) {
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        abort();
    return pages + PAGE;
}

/* A free function of the library: an object that needs its parent reads it first. Unmapped pages
 * stay reserved until the scenario is over, so that nothing else is mapped there. */
static void release(int c, enum seam_allocator allocator) {
    struct c_block *block = &blocks[c];
    if (block->needs != 0 && !block->freed)
        touch(seam_c_pointer(block->needs - 1));
    seam_c_freed(c);
    if (allocator == SEAM_ALLOCATOR_mmap)
        mprotect(seam_c_pointer(c), PAGE, PROT_NONE);
    else
        seam_peer_free(seam_c_pointer(c), allocator);
}

void seam_c_lib_free(int c) { release(c, SEAM_ALLOCATOR_lib); }
void seam_c_free_own(int c) { release(c, (enum seam_allocator)blocks[c].allocator); }

/* The block at an address that comes from Go memory, or -1. A new one may lie where a freed one
 * was.
 */
static int block_at(uintptr_t memory) {
    int found = -1;
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (blocks[c].hidden == ~memory && blocks[c].parent == c &&
            (found < 0 || blocks[found].freed))
            found = c;
    return memory == 0 ? -1 : found;
}

/* Close gets a pointer from Go memory, as a wrapper's Close does. */
void seam_c_close(uintptr_t memory) {
    int c = block_at(memory);
    if (c >= 0)
        seam_c_free_own(c);
}

int seam_c_claims(void) { return SEAM_BLOCK_WORDS + 1; }

int seam_c_fail(int c) {
    touch(seam_c_pointer(c));
    return -1;
}

void seam_c_share(int c) {
    touch(seam_c_pointer(c));
    blocks[c].counted++;
}

void seam_c_unref(int c) {
    touch(seam_c_pointer(c));
    if (--blocks[c].counted == 0)
        seam_c_free_own(c);
}

void *seam_c_whole(int c) { return seam_c_pointer(blocks[c].parent); }
uint64_t *seam_c_buffer(int c) { return (uint64_t *)seam_c_whole(c) + SEAM_WORDS; }

static void **word_of_block(int c, int word) { return (void **)seam_c_pointer(c) + word; }

/* --- calls ------------------------------------------------------------------------------------ */

static const struct seam_step *present(void) { return &channel->scenario.steps[channel->step]; }

static void saw(int any, uint64_t value) {
    if (!channel->stopped)
        seam_trace_add(&channel->trace, SEAM_EVENT_value, channel->step, any, (uint32_t)value);
}

void seam_c_use(uintptr_t memory) {
    int c = block_at(memory);
    if (memory == 0 || c >= 0)
        touch((void *)memory);
    if (c >= 0)
        saw(seam_any(SEAM_NOUN_c, c), *seam_c_buffer(c));
}

int seam_c_next(void) {
    seam_leaks_thread_works();
    if (stopped || channel->step >= channel->limit)
        return 0;
    return ++channel->step < channel->limit;
}

/* A panic or Goexit has left C frames below this one on the thread's stack without running them to
 * their end: for ASan they still have redzones, and whatever runs there next is blamed. */
static void clear_left_frames(void) {
    enum { LEFT = 256 << 10 };
    __asan_unpoison_memory_region((char *)__builtin_frame_address(0) - LEFT, LEFT);
}

void seam_c_stop(void) {
    stopped = 1;
    clear_left_frames();
}

void seam_calls_are_over(void) { memset(frames, 0, sizeof frames); }

/* C runs until its call returns; what Go does meanwhile is a callback. */
static void drive(void) {
    while (seam_c_next()) {
        switch (seam_op_rows[present()->op].side) {
        case SEAM_SIDE_OUT:
            return;
        case SEAM_SIDE_C:
            seam_c_step();
            break;
        default:
            goStep();
        }
    }
}

void seam_enter(void *pointer, struct seam_argument is) {
    int self = working;
    frames[self][depths[self]++] = (struct c_frame){pointer, is, NULL};
    drive();
    depths[self]--;
}

void seam_enter_char(char *pointer, struct seam_argument is) { seam_enter(pointer, is); }

void seam_enter_integer(uintptr_t pointer, struct seam_argument is) {
    seam_enter((void *)pointer, is);
}

void seam_enter_value(struct seam_box box, struct seam_argument is) { seam_enter(box.pointer, is); }

void seam_enter_protected(void) {
    int self = working;
    jmp_buf back;
    frames[self][depths[self]++] = (struct c_frame){NULL, {.name = SEAM_NO_ARG}, &back};
    (void)setjmp(back);
    drive();
    depths[self]--;
}

int seam_leave_errno(int value) {
    errno = value;
    return 0;
}

/* --- callbacks -------------------------------------------------------------------------------- */

void seam_c_register(int callback, int number, uintptr_t handle) {
    void *data = handle == 0 ? seam_c_pointer(number) : NULL;
    callbacks[callback] = (struct c_callback){number, data, handle};
}

void *seam_sentinel(void) { return (void *)1; }

/* --- threads ---------------------------------------------------------------------------------- */

static void *thread_main(void *number) {
    goThread((int)(intptr_t)number);
    seam_leaks_thread_ends();
    return NULL;
}

void seam_thread_start(int i) {
    if (pthread_create(&threads[i], NULL, thread_main, (void *)(intptr_t)i) != 0)
        abort();
    is_started[i] = 1;
}

void seam_threads_join(void) {
    for (int i = 0; i < SEAM_THREAD_MAX; i++)
        if (is_started[i])
            pthread_join(threads[i], NULL);
    memset(is_started, 0, sizeof is_started);
}

void seam_thread_works(int i) { working = i; }

void seam_thread_left(int i) {
    depths[i] = 0;
    clear_left_frames();
}

int seam_thread_depth(void) { return depths[working]; }
void seam_thread_unwound(int depth) {
    depths[working] = depth;
    clear_left_frames();
}

void seam_set_error(int error) {
    last.run = run;
    last.error = error;
}

int seam_get_error(void) { return last.run == run ? last.error : 0; }

void seam_succeed(void) {}

/* --- the library ------------------------------------------------------------------------------ */

void seam_lib_set_ready(int is_ready) { lib_is_ready = is_ready; }
int seam_lib_use(void) { return lib_is_ready; }

int seam_signals(void) { return signals; }

const struct seam_op_row *seam_row(int op) { return &seam_op_rows[op]; }

void seam_hide(int i, uintptr_t pointer) { hidden[i] = pointer; }
void *seam_unhide(int i) { return (void *)hidden[i]; }

/* --- the C operations: one body per row of side C --------------------------------------------- */

#define UNUSED __attribute__((unused))
#define BODY(name)                                                                                 \
    static void body_##name(const op_##name *);                                                    \
    static void step_##name(const uint8_t *operands) { body_##name((const void *)operands); }      \
    static void body_##name(UNUSED const op_##name *o)

static const struct c_frame *frame_of(int any) {
    const struct c_frame *frame = &frames[working][depths[working] - 1];
    while (frame->is.name != any)
        frame--;
    return frame;
}

/* C reads and writes one word through a pointer that it found in memory. */
static void follow(void *pointer) {
    for (int i = 0; i < n_ends; i++)
        if (pointer == ends[i])
            return;
    if (pointer != NULL && pointer != seam_sentinel() && (uintptr_t)pointer != SEAM_DIRTY)
        touch(pointer);
}

BODY(c_release) { seam_c_free_own(o->c); }

BODY(c_touch) {
    touch(seam_c_pointer(o->c));
    saw(seam_any(SEAM_NOUN_c, o->c), *seam_c_buffer(o->c));
}

BODY(c_clear) { *word_of_block(o->block, o->word) = NULL; }
BODY(c_follow) { follow(*word_of_block(o->block, o->word)); }

BODY(fire) { goFire(callbacks[o->callback].number, callbacks[o->callback].handle); }

BODY(fire_other) { goFireOther(callbacks[o->callback].number, callbacks[o->callback].handle); }

/* Waiting forever would report nothing, so C tries the lock. Any goroutine or thread may take it,
 * and its holder releases it. */
BODY(c_lock) { saw(seam_any(SEAM_NOUN_lock, o->lock), !atomic_flag_test_and_set(&locks[o->lock])); }

BODY(c_unlock) { atomic_flag_clear(&locks[o->lock]); }

static void saw_environment(void) {
    uint64_t value = environment != NULL ? (uint64_t)atoi(environment) : SEAM_ENV_UNSET;
    saw(seam_any(SEAM_NOUN_thread, working), value);
}

BODY(c_setenv) {
    char value[8];
    snprintf(value, sizeof value, "%d", o->value);
    if (setenv(SEAM_ENV_NAME, value, 1) != 0)
        abort();
    sets_environment = 1;
}

BODY(c_getenv) {
    environment = getenv(SEAM_ENV_NAME);
    saw_environment();
}

BODY(c_read_env) {
    if (environment != NULL)
        saw_environment();
}

static void on_signal(int number, siginfo_t *info, void *context) {
    signals++;
    handler_of_go.sa_sigaction(number, info, context);
}

/* A handler that calls the previous one, as libraries install them. */
static void handle_signal(int flags) {
    struct sigaction handler = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags};
    sigfillset(&handler.sa_mask);
    if (sigaction(SEAM_SIGNAL, &handler, has_handler ? NULL : &handler_of_go) != 0)
        abort();
    has_handler = 1;
}

BODY(c_handle_signal) { handle_signal(0); }

BODY(c_handle_signal_onstack) { handle_signal(SA_ONSTACK); }

static void call_for_result(int type, int go) {
    switch (type) {
    case SEAM_TYPE_string:
        (void)goResultString(go);
        break;
    case SEAM_TYPE_slice:
        (void)goResultSlice(go);
        break;
    case SEAM_TYPE_interface:
        (void)goResultInterface(go);
        break;
    case SEAM_TYPE_map:
        (void)goResultMap(go);
        break;
    case SEAM_TYPE_chan:
        (void)goResultChan(go);
    }
}

BODY(result_as) { call_for_result(o->type, o->go); }
BODY(result_nil) { call_for_result(o->type, -1); }

BODY(result) { (void)goResult(o->go); }
BODY(result_c) { (void)goResultC(o->c); }
BODY(result_int) { (void)goResultInt(o->go); }

BODY(c_read) {
    const struct c_frame *frame = frame_of(o->arg);
    touch(frame->pointer);
    if (frame->is.buffer >= 0)
        saw(o->arg, *(uint64_t *)(frame->pointer + frame->is.buffer));
}

BODY(c_write) {
    const struct c_frame *frame = frame_of(o->arg);
    touch(frame->pointer);
    if (frame->is.buffer >= 0)
        *(uint64_t *)(frame->pointer + frame->is.buffer) = o->value;
}

BODY(c_fill_ints) {
    const struct c_frame *frame = frame_of(o->arg);
    touch(frame->pointer);
    if (frame->is.buffer < 0)
        return;
    int *ints = (int *)(frame->pointer + frame->is.buffer);
    ints[0] = ints[1] = o->value;
}

/* Write a word that belongs to something else. The value written is the one that is there: ASan may
 * continue. */
#ifdef SEAM_ASAN
__attribute__((no_sanitize_address))
#endif
static uint64_t
there(const volatile uint64_t *word) {
    return *word;
}

static void trespass(volatile uint64_t *word) { *word = there(word); }

BODY(c_overrun) {
    const struct c_frame *frame = frame_of(o->heap_arg);
    trespass((uint64_t *)(frame->pointer - frame->is.inside + frame->is.size));
}

BODY(c_read_past) {
    const struct c_frame *frame = frame_of(o->heap_arg);
    (void)*(volatile uint64_t *)(frame->pointer - frame->is.inside + frame->is.size);
}

BODY(c_past) {
    touch(seam_c_pointer(o->block));
    trespass((uint64_t *)seam_c_pointer(o->block) + SEAM_BLOCK_WORDS);
}

BODY(c_free) { free(frame_of(o->heap_arg)->pointer); }
BODY(c_retain) { globals[o->slot] = frame_of(o->kept_arg)->pointer; }
BODY(c_store) { *word_of_block(o->block, o->word) = frame_of(o->kept_arg)->pointer; }

BODY(c_advance) {
    const struct c_frame *frame = frame_of(o->heap_arg);
    ends[n_ends++] = *word_of_block(o->block, o->word) =
        frame->pointer - frame->is.inside + frame->is.size;
}

BODY(c_link) {
    const struct c_frame *to = frame_of(o->wrapper_arg), *from = frame_of(o->go_arg);
    void **words = (void **)(to->pointer - to->is.inside);
    words[o->word] = from->pointer - from->is.inside;
}

BODY(c_forget) { globals[o->slot] = NULL; }
BODY(c_raise) {
    for (int i = depths[working] - 1; i >= 0; i--)
        if (frames[working][i].back != NULL)
            longjmp(*frames[working][i].back, 1);
}

BODY(c_use) { follow(globals[o->slot]); }

static void (*const bodies[SEAM_OPS])(const uint8_t *) = {
#define BODY_GO(name) NULL
#define BODY_C(name) step_##name
#define BODY_IN(name) NULL
#define BODY_OUT(name) NULL
#define OP(number, name, side, ...) [number] = BODY_##side(name),
#include "language/ops.def"
#undef OP
};

void seam_c_step(void) { bodies[present()->op](present()->operand); }
