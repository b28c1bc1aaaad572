#include "shrink/reduce.h"

#include <string.h>

#include "base/hash.h"
#include "generate/copy.h"

/* --- candidates ------------------------------------------------------------------------------- */

static bool is_birth(const struct seam_step *step) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    return row->n_operands > 0 && seam_kind_rows[row->kinds[0]].role == SEAM_ROLE_BIRTH;
}

/* How far it is from a scenario that makes its objects first and does everything outside of calls.
 */
static int disorder(const struct seam_scenario *scenario) {
    struct seam_indent state = {0};
    int n = 0;
    for (int s = 0; s < scenario->n_steps; s++) {
        n += SEAM_STEPS_MAX * SEAM_STEPS_MAX * seam_indent(&state, &scenario->steps[s]);
        n += is_birth(&scenario->steps[s]) ? s : 0;
    }
    return n;
}

static int compare(const struct seam_scenario *a, const struct seam_scenario *b) {
    if (a->n_steps != b->n_steps)
        return a->n_steps - b->n_steps;
    if (a->release != b->release)
        return a->release - b->release;
    int by_order = disorder(a) - disorder(b);
    if (by_order != 0)
        return by_order;
    return memcmp(a->steps, b->steps, (size_t)a->n_steps * sizeof *a->steps);
}

/* Enter its hash; false if it was there. */
static bool is_new(struct seam_reduction *it, const struct seam_scenario *candidate) {
    uint64_t hash = seam_hash(SEAM_HASH_SEED, &candidate->release, sizeof candidate->release);
    hash = seam_hash(hash, candidate->steps, (size_t)candidate->n_steps * sizeof *candidate->steps);
    hash += hash == 0;
    if (it->n_tried > SEAM_TRIED / 2) {
        memset(it->tried, 0, sizeof it->tried);
        it->n_tried = 0;
    }
    uint64_t at = hash % SEAM_TRIED;
    while (it->tried[at] != 0 && it->tried[at] != hash)
        at = (at + 1) % SEAM_TRIED;
    if (it->tried[at] == hash)
        return false;
    it->tried[at] = hash;
    it->n_tried++;
    return true;
}

/* Take the candidate if it is smaller and has the property. */
static bool attempt(struct seam_reduction *it, const struct seam_scenario *candidate) {
    if (it->is_stopped || compare(candidate, &it->best) >= 0 || !is_new(it, candidate))
        return false;
    if (it->stops(it->context)) {
        it->is_stopped = true;
        return false;
    }
    it->runs++;
    if (!it->keeps(it->context, candidate))
        return false;
    it->best = *candidate;
    return true;
}

/* Copy the steps of `from` that `left_out` does not name, with what they still can do. */
static void copy_without(struct seam_scenario *to, const struct seam_scenario *from,
                         const bool *left_out, bool binds) {
    struct seam_source source;
    struct seam_scope scope;
    seam_source_open(&source, from);
    source.binds = binds;
    seam_scope_init(&scope, from->release);
    for (int s = 0; s < from->n_steps; s++)
        if (left_out == NULL || !left_out[s])
            seam_source_copy(&source, s, to, &scope);
    seam_scenario_close(to, &scope);
}

/* Try `changed`, a scenario whose steps were altered: what makes no sense any more is left out. */
static bool attempt_changed(struct seam_reduction *it, const struct seam_scenario *changed) {
    static struct seam_scenario candidate;
    copy_without(&candidate, changed, NULL, false);
    return attempt(it, &candidate);
}

/* --- fewer steps ------------------------------------------------------------------------------ */

/* Without the steps [from, end), and without those that needed them. */
static bool attempt_without(struct seam_reduction *it, int from, int end, bool binds) {
    static struct seam_scenario candidate;
    bool left_out[SEAM_STEPS_MAX] = {false};
    for (int s = from; s < end; s++)
        left_out[s] = true;
    copy_without(&candidate, &it->best, left_out, binds);
    return attempt(it, &candidate);
}

/* Without one step, the others repaired as decoding repairs them. */
static bool attempt_repaired(struct seam_reduction *it, int s) {
    static struct seam_scenario candidate;
    uint8_t bytes[SEAM_STEPS_MAX * SEAM_STEP_BYTES], *to = bytes;
    for (int i = 0; i < it->best.n_steps; i++)
        if (i != s) {
            to[0] = it->best.steps[i].op;
            memcpy(to + 1, it->best.steps[i].operand, SEAM_OPERANDS_MAX);
            to += SEAM_STEP_BYTES;
        }
    seam_scenario_decode_steps(&candidate, bytes, (size_t)(to - bytes), it->best.release);
    return attempt(it, &candidate);
}

/* The end of the call that begins in step `s`, or `s` itself. */
static int end_of_call(const struct seam_scenario *scenario, int s) {
    struct seam_source source;
    seam_source_open(&source, scenario);
    for (int i = s + 1; i < scenario->n_steps; i++)
        if (source.call[i] == s)
            return i;
    return s;
}

/* Halves, quarters and so on, from the end, where steps are that nothing needs. */
static bool remove_chunks(struct seam_reduction *it) {
    bool found = false;
    for (int size = it->best.n_steps / 2; size > 1; size /= 2)
        for (int end = it->best.n_steps; end > 0; end -= size) {
            end = end > it->best.n_steps ? it->best.n_steps : end;
            found |= attempt_without(it, end > size ? end - size : 0, end, false);
        }
    return found;
}

static bool remove_step(struct seam_reduction *it, int s) {
    return attempt_without(it, s, s + 1, false) || attempt_without(it, s, s + 1, true) ||
           attempt_without(it, s, end_of_call(&it->best, s) + 1, false) || attempt_repaired(it, s);
}

static bool remove_steps(struct seam_reduction *it) {
    bool found = false;
    for (int s = it->best.n_steps - 1; s >= 0; s--) {
        bool removed = s < it->best.n_steps && remove_step(it, s);
        found |= removed;
        s += removed; /* something else is there now */
    }
    return found;
}

/* A lock and its unlock, a goroutine and the way back: neither goes alone. */
static bool remove_pairs(struct seam_reduction *it) {
    static struct seam_scenario candidate;
    bool found = false;
    for (int b = it->best.n_steps - 1; b > 0; b--)
        for (int a = b - 1; a >= 0 && b < it->best.n_steps; a--) {
            bool left_out[SEAM_STEPS_MAX] = {false};
            left_out[a] = left_out[b] = true;
            copy_without(&candidate, &it->best, left_out, false);
            found |= attempt(it, &candidate);
        }
    return found;
}

/* --- simpler steps ---------------------------------------------------------------------------- */

/* The numbers to try for one that is `current`: all smaller ones, or of many a few. Returns the one
 * after `number`. */
static int next_number(int number, int current) {
    enum { FEW = 16, FIRST = 4 };
    if (current <= FEW || number + 1 < FIRST)
        return number + 1;
    return number + (current - number + 1) / 2;
}

/* The smallest number for an operand, as a choice, an object or a number. */
static bool simplify_operand(struct seam_reduction *it, int s, int i) {
    static struct seam_scenario changed;
    const struct seam_op_row *row = &seam_op_rows[it->best.steps[s].op];
    int current = it->best.steps[s].operand[i];
    if (seam_kind_rows[row->kinds[i]].role == SEAM_ROLE_BIRTH)
        return false;
    for (int n = 0; n < current; n = next_number(n, current)) {
        changed = it->best;
        changed.steps[s].operand[i] = (uint8_t)n;
        if (attempt_changed(it, &changed))
            return true;
    }
    return false;
}

static bool simplify_operands(struct seam_reduction *it) {
    bool found = false;
    for (int s = 0; s < it->best.n_steps; s++)
        for (int i = 0; i < SEAM_OPERANDS_MAX && s < it->best.n_steps; i++)
            if (i < seam_op_rows[it->best.steps[s].op].n_operands)
                found |= simplify_operand(it, s, i);
    return found;
}

/* Do both make an object of the same noun? */
static bool is_other_birth(const struct seam_step *simple, const struct seam_step *step) {
    const uint8_t *a = seam_op_rows[simple->op].kinds, *b = seam_op_rows[step->op].kinds;
    return is_birth(simple) && is_birth(step) &&
           seam_kind_rows[a[0]].noun == seam_kind_rows[b[0]].noun;
}

/* Does `simple` do the same as `op`, but for smaller constants? */
static bool is_simpler(const struct seam_op_row *simple, const struct seam_op_row *op) {
    if (simple->side != op->side || simple->n_operands != op->n_operands ||
        simple->n_facts != op->n_facts || op->n_facts == 0 ||
        memcmp(simple->kinds, op->kinds, sizeof op->kinds) != 0)
        return false;
    for (int i = 0; i < op->n_facts; i++) {
        const struct seam_fact_row *a = &simple->facts[i], *b = &op->facts[i];
        if (a->kind != b->kind || memcmp(a->arg, b->arg, sizeof a->arg) > 0)
            return false;
    }
    return true;
}

/* An operation that stands before this one in the table: one that does the same, or another birth,
 * in its plain form. */
static bool simplify_operation(struct seam_reduction *it, int s, int op) {
    static struct seam_scenario changed;
    const struct seam_step *step = &it->best.steps[s];
    struct seam_step simple = *step;
    simple.op = (uint8_t)op;
    if (!is_simpler(&seam_op_rows[op], &seam_op_rows[step->op])) {
        if (!is_other_birth(&simple, step))
            return false;
        memset(simple.operand + 1, 0, SEAM_OPERANDS_MAX - 1);
    }
    changed = it->best;
    changed.steps[s] = simple;
    return attempt_changed(it, &changed);
}

static bool simplify_operations(struct seam_reduction *it) {
    bool found = false;
    for (int s = 0; s < it->best.n_steps; s++)
        for (int op = 0; s < it->best.n_steps && op < it->best.steps[s].op; op++)
            found |= simplify_operation(it, s, op);
    return found;
}

/* Exchange two numbers of a noun wherever they stand: names of things that are always there, and
 * numbers that mean the same when they are the same. */
static bool exchange(struct seam_reduction *it, int noun, int a, int b) {
    static struct seam_scenario changed;
    bool is_used = false;
    changed = it->best;
    for (int s = 0; s < changed.n_steps; s++) {
        struct seam_step *step = &changed.steps[s];
        const struct seam_op_row *row = &seam_op_rows[step->op];
        for (int i = 0; i < row->n_operands; i++) {
            if (seam_kind_rows[row->kinds[i]].noun != noun)
                continue;
            is_used |= step->operand[i] == b;
            if (step->operand[i] == a || step->operand[i] == b)
                step->operand[i] = (uint8_t)(a + b - step->operand[i]);
        }
    }
    return is_used && attempt_changed(it, &changed);
}

static bool simplify_names(struct seam_reduction *it) {
    enum { FIRST = 4 };
    bool found = false;
    for (int noun = 0; noun < SEAM_NOUNS; noun++) {
        int nature = seam_noun_rows[noun].nature, range = seam_noun_rows[noun].range;
        if (nature != SEAM_NATURE_FIXED && nature != SEAM_NATURE_NUMBER)
            continue;
        for (int a = 0; a < range && a < FIRST; a++)
            for (int b = a + 1; b < range; b++)
                found |= exchange(it, noun, a, b);
    }
    return found;
}

/* Objects are made first, and what need not be inside of a call is not. Other steps stay in the
 * order in which somebody met the finding. */
static bool sort_steps(struct seam_reduction *it) {
    static struct seam_scenario changed;
    bool found = false;
    for (int s = 0; s + 1 < it->best.n_steps; s++) {
        const struct seam_step *a = &it->best.steps[s], *b = a + 1;
        uint8_t side_a = seam_op_rows[a->op].side, side_b = seam_op_rows[b->op].side;
        if (!is_birth(b) && side_a != SEAM_SIDE_IN && side_b != SEAM_SIDE_OUT)
            continue;
        changed = it->best;
        changed.steps[s] = *b;
        changed.steps[s + 1] = *a;
        found |= attempt_changed(it, &changed);
    }
    return found;
}

/* Does it need the release that it names? */
static bool drop_release(struct seam_reduction *it) {
    static struct seam_scenario changed;
    changed = it->best;
    changed.release = 0;
    return attempt_changed(it, &changed);
}

/* --- the search ------------------------------------------------------------------------------- */

void seam_reduce(struct seam_reduction *it) {
    static bool (*const passes[])(struct seam_reduction *) = {
        remove_steps,        drop_release,   remove_pairs, simplify_operands,
        simplify_operations, simplify_names, sort_steps};
    it->runs = 0;
    it->is_stopped = false;
    it->n_tried = 0;
    memset(it->tried, 0, sizeof it->tried);
    remove_chunks(it);
    for (bool found = true; found && !it->is_stopped;) {
        found = false;
        for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
            found |= passes[i](it);
    }
}
