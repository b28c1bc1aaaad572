/* Promise: the same call from the same place in Go is the same site in every run, whoever was
 * called in between, and what happens while a collection is forced is marked.
 *
 * It calls the code that is compiled into the audited program. */
#include <string.h>

#include "base/expect.h"
#include "seam_audit_entries.h"
#include "seam_audit_state.h"
#include "seam_audit_underway.h"

static struct seam_audit_channel channel;

/* A stack as frame pointers make it, innermost first: the stub's frame, then four of Go. */
struct frame {
    struct frame *next;
    uint64_t pc;
};

static void build(struct frame stack[5], uint64_t first_pc) {
    for (int i = 0; i < 5; i++)
        stack[i] = (struct frame){i < 4 ? &stack[i + 1] : NULL, first_pc + (uint64_t)i};
}

static struct crossing *call(const char *function, struct frame *stub) {
    return seam_audit_push(function, NULL, 0, (char *)stub, false);
}

static void a_site_is_a_function_and_a_stack(void) {
    struct frame here[5], copy[5], elsewhere[5];
    build(here, 100);
    build(copy, 100);
    build(elsewhere, 200);
    uint64_t site = call("f", here)->site;
    expect_true(site != 0 && call("f", copy)->site == site);
    expect_true(call("g", here)->site != site && call("f", elsewhere)->site != site);
    for (int i = 0; i < 4; i++)
        seam_audit_pop();
    expect_true(seam_audit_innermost() == NULL);
}

static void a_stack_ends_where_it_would_turn_back(void) {
    struct frame stack[5];
    build(stack, 100);
    expect_int(call("f", stack)->n, 4);
    stack[2].next = stack;
    expect_int(call("f", stack)->n, 2);
    expect_int((long long)seam_audit_innermost()->pc[1], 102);
    seam_audit_pop();
    seam_audit_pop();
}

/* C may have no frame pointers. */
static void a_callback_has_the_stack_of_the_call_around_it(void) {
    struct frame stack[5], of_c = {NULL, 0};
    build(stack, 100);
    expect_int(seam_audit_push("goF", NULL, 0, (char *)&of_c, true)->n, 0);
    seam_audit_pop();
    call("f", stack);
    const struct crossing *callback = seam_audit_push("goF", NULL, 0, (char *)&of_c, true);
    expect_int(callback->n, 4);
    expect_int((long long)callback->pc[3], 104);
    seam_audit_pop();
    seam_audit_pop();
}

static void what_is_over_stays_until_the_next_one(void) {
    const void *arguments[SEAM_AUDIT_ARGUMENTS + 2] = {NULL, &channel};
    struct frame stack[5];
    build(stack, 100);
    seam_audit_push("f", arguments, SEAM_AUDIT_ARGUMENTS + 2, (char *)stack, false);
    const struct crossing *over = seam_audit_pop();
    expect_text(over->function, "f");
    expect_int(over->n_arguments, SEAM_AUDIT_ARGUMENTS);
    expect_true(over->arguments[1] == &channel);
}

static void crossings_that_are_too_deep_are_not_looked_at(void) {
    struct frame stack[5];
    build(stack, 100);
    for (int i = 0; i < SEAM_AUDIT_DEPTH; i++)
        expect_true(call("f", stack) != NULL);
    expect_true(call("f", stack) == NULL);
    for (int i = 0; i < SEAM_AUDIT_DEPTH; i++)
        seam_audit_pop();
}

static void what_comes_of_a_collection_is_marked(void) {
    struct frame stack[5];
    struct seam_audit_crossing record;
    build(stack, 100);
    channel.schedule = SEAM_SCHEDULE_every;
    expect_true(!call("f", stack)->by_collection);
    seam_audit_collecting = true;
    const struct crossing *during = call("f", stack);
    expect_true(during->by_collection && !during->is_finalizer);
    seam_audit_record(&record, during);
    expect_true(record.by_collection == 1 && strcmp(record.function, "f") == 0 && record.n == 4);
    seam_audit_collecting = false;
    seam_audit_pop();
    seam_audit_pop();
}

int main(void) {
    seam_audit_shared = &channel;
    a_site_is_a_function_and_a_stack();
    a_stack_ends_where_it_would_turn_back();
    a_callback_has_the_stack_of_the_call_around_it();
    what_is_over_stays_until_the_next_one();
    crossings_that_are_too_deep_are_not_looked_at();
    what_comes_of_a_collection_is_marked();
    return expect_status();
}
