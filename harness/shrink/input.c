#include "shrink/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "shrink/probe.h"
#include "shrink/stop.h"

/* What is shared with the process that may die. */
struct question {
    size_t size;
    uint8_t bytes[];
};

struct search {
    struct seam_input *input;
    struct seam_probe *probe;
    uint8_t *candidate;
    bool has_failed;
};

static void (*run_target)(const uint8_t *bytes, size_t size);

static void answer(void *memory) {
    struct question *question = memory;
    run_target(question->bytes, question->size);
}

/* How it dies of these bytes; NULL if it does not. */
static const char *ask(struct search *search, const uint8_t *bytes, size_t size) {
    struct question *question = seam_probe_memory(search->probe);
    question->size = size;
    memcpy(question->bytes, bytes, size);
    search->input->runs++;
    enum seam_probe_end end = seam_probe_ask(search->probe);
    search->has_failed |= end == SEAM_PROBE_failed;
    return end == SEAM_PROBE_died ? seam_probe_words(search->probe) : NULL;
}

/* Take the candidate if the target dies of it in the same way. */
static bool attempt(struct search *search, size_t size) {
    struct seam_input *input = search->input;
    if (search->has_failed || seam_stop_is_wanted())
        return false;
    const char *words = ask(search, search->candidate, size);
    if (words == NULL || strcmp(words, input->words) != 0)
        return false;
    memcpy(input->bytes, search->candidate, size);
    input->size = size;
    return true;
}

/* Leave out each `n` bytes in turn, from the end. */
static bool remove_chunks(struct search *search, size_t n) {
    struct seam_input *input = search->input;
    bool found = false;
    for (size_t end = input->size; end > 0; end = end > n ? end - n : 0) {
        end = end < input->size ? end : input->size;
        size_t from = end > n ? end - n : 0;
        memcpy(search->candidate, input->bytes, from);
        memcpy(search->candidate + from, input->bytes + end, input->size - end);
        found |= end > from && attempt(search, input->size - (end - from));
    }
    return found;
}

/* Each byte becomes as small as it can be: zero, or less than it is. */
static bool simplify_bytes(struct search *search) {
    struct seam_input *input = search->input;
    bool found = false;
    for (size_t i = 0; i < input->size; i++) {
        uint8_t current = input->bytes[i];
        for (int n = 0; n < current; n += (current - n + 1) / 2) {
            memcpy(search->candidate, input->bytes, input->size);
            search->candidate[i] = (uint8_t)n;
            if (attempt(search, input->size)) {
                found = true;
                break;
            }
        }
    }
    return found;
}

static void reduce(struct search *search) {
    enum { RECORD = 4 }; /* of most binary inputs */
    for (size_t n = search->input->size / 2; n > 1; n /= 2)
        remove_chunks(search, n);
    bool found = true;
    while (found && !search->has_failed && !seam_stop_is_wanted()) {
        found = remove_chunks(search, RECORD);
        found |= remove_chunks(search, 1);
        found |= simplify_bytes(search);
    }
}

/* Does a process that has run nothing else die of it too? */
static bool dies_alone(struct search *search) {
    seam_probe_close(search->probe);
    search->probe = seam_probe_open(answer, sizeof(struct question) + search->input->size);
    const char *words = NULL;
    if (search->probe != NULL)
        words = ask(search, search->input->bytes, search->input->size);
    search->has_failed |= search->probe == NULL;
    return words != NULL && strcmp(words, search->input->words) == 0;
}

enum seam_input_end seam_input_shrink(struct seam_input *it) {
    struct search search = {.input = it};
    enum seam_input_end end = SEAM_INPUT_lives;
    run_target = it->run;
    it->runs = 0;
    search.probe = seam_probe_open(answer, sizeof(struct question) + it->size);
    search.candidate = malloc(it->size + 1);
    seam_assert(search.candidate != NULL);
    const char *words = search.probe != NULL ? ask(&search, it->bytes, it->size) : NULL;
    if (words != NULL) {
        snprintf(it->words, sizeof it->words, "%s", words);
        reduce(&search);
        end = dies_alone(&search) ? SEAM_INPUT_done : SEAM_INPUT_unstable;
    }
    it->is_minimal = !seam_stop_is_wanted();
    if (search.probe == NULL || search.has_failed)
        end = SEAM_INPUT_failed;
    if (search.probe != NULL)
        seam_probe_close(search.probe);
    free(search.candidate);
    return end;
}
