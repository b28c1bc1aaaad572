#include "generate/splice.h"

#include <string.h>

#include "generate/copy.h"

/* Copy a step on the thread that it belongs to; a step of a thread that is not there is left out.
 */
static void copy_on_its_thread(struct seam_source *source, int s, struct seam_scenario *to,
                               struct seam_scope *scope) {
    int thread = source->names[SEAM_NOUN_thread][source->thread[s]] - 1;
    if (thread >= 0 && thread != scope->thread &&
        seam_scope_accepts(scope, SEAM_KIND_other_thread, thread))
        seam_scenario_append(to, scope, (struct seam_step){SEAM_OP_on, {(uint8_t)thread}});
    if (thread == scope->thread)
        seam_source_copy(source, s, to, scope);
}

void seam_splice(struct seam_scenario *to, const struct seam_scenario *whole, int at,
                 const struct seam_scenario *part, int from, int end) {
    struct seam_source around, inside;
    struct seam_scope scope;
    seam_scope_init(&scope, whole->release);
    seam_source_open(&around, whole);
    seam_source_open(&inside, part);
    inside.binds = true;
    for (int s = 0; s < at; s++)
        seam_source_copy(&around, s, to, &scope);
    inside.names[SEAM_NOUN_thread][inside.thread[from < part->n_steps ? from : 0]] =
        (uint8_t)(scope.thread + 1);
    for (int s = from; s < end; s++)
        copy_on_its_thread(&inside, s, to, &scope);
    for (int s = at; s < whole->n_steps; s++)
        copy_on_its_thread(&around, s, to, &scope);
    seam_scenario_close(to, &scope);
}

static unsigned draw(uint64_t *random, int range) {
    *random = *random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(*random >> 33) % (unsigned)range;
}

size_t seam_cross_over(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                       uint8_t *out, size_t room, unsigned seed) {
    struct seam_scenario whole, part, both;
    uint8_t bytes[SEAM_BYTES_MAX];
    uint64_t random = seed;
    if (room < SEAM_HEADER_BYTES)
        return 0;
    seam_scenario_decode(&whole, one, one_size, 0);
    seam_scenario_decode(&part, other, other_size, 0);
    int at = (int)draw(&random, whole.n_steps + 1), from = (int)draw(&random, part.n_steps + 1);
    int end = from + (int)draw(&random, part.n_steps - from + 1);
    seam_splice(&both, &whole, at, &part, from, end);
    size_t size = seam_scenario_encode(&both, bytes);
    if (size > room)
        size = room - (room - SEAM_HEADER_BYTES) % SEAM_STEP_BYTES;
    memcpy(out, bytes, size);
    return size;
}
