/* The model is a Go: its heap, stack, collector and checkers do what the real ones do. */
#include "model/model.h"

#include "base/expect.h"
#include "generate/random.h"
#include "language/text.h"
#include "model/machine.h"

static struct seam_scenario scenario;
static struct seam_trace trace;

/* --- parts ------------------------------------------------------------------------------------ */

static struct heap heap;

static void fill_heap(void) {
    heap_init(&heap, &scenario);
    for (int i = 0; i < SEAM_GO_MAX; i++) {
        word object = heap_new(&heap, (enum seam_shape)(i % SEAM_SHAPES), false);
        expect_int(object, heap.object[i]);
    }
}

static void objects_do_not_overlap_and_are_found_by_any_address_in_them(void) {
    fill_heap();
    struct place a, b;
    for (int i = 0; i < SEAM_GO_MAX; i++) {
        int size = heap_size((enum seam_shape)(i % SEAM_SHAPES));
        expect_true(heap_find(&heap, heap.object[i], &a));
        expect_true(heap_find(&heap, heap.object[i] + (word)size - 1, &b));
        expect_true(a.span == b.span && a.slot == b.slot);
        expect_int(b.offset, size - 1);
        expect_int(a.span->id[a.slot], i);
        for (int k = 0; k < i; k++)
            expect_true(heap.object[k] + SLOT_BYTES <= heap.object[i] ||
                        heap.object[i] + SLOT_BYTES <= heap.object[k]);
    }
}

static void only_the_object_itself_is_accessible_and_only_until_its_sweep(void) {
    fill_heap();
    for (int i = 0; i < SEAM_GO_MAX; i++) {
        word base = heap.object[i];
        int size = heap_size((enum seam_shape)(i % SEAM_SHAPES));
        struct place place;
        expect_true(heap_accessible(&heap, base));
        expect_true(heap_accessible(&heap, base + (word)size - 8));
        expect_true(!heap_accessible(&heap, base + (word)size));
        heap_find(&heap, base, &place);
        place.span->freed |= (uint8_t)(1u << place.slot);
        expect_true(!heap_accessible(&heap, base));
        expect_true(!heap_find(&heap, base, &place) && heap_place(&heap, base, &place));
    }
}

static void what_is_not_in_the_heap_is_no_object(void) {
    struct place place;
    fill_heap();
    static const word strange[] = {0, 1, SEAM_DIRTY, HEAP_BASE - 1, STACK_BASE, ~(word)0};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        expect_true(!heap_find(&heap, strange[i], &place));
}

static void a_stack_moves_as_a_whole_and_its_old_place_is_known(void) {
    static struct stack stack;
    stack_init(&stack, 0);
    for (int slot = 0; slot < STACK_SLOTS; slot++)
        stack_set(&stack, slot, HEAP_BASE + (word)slot * 8, slot % 2 == 0);
    word before = stack_address(&stack, 3);
    expect_true(stack_is(&stack, before));
    expect_true(stack_move(&stack));
    expect_true(stack_was(&stack, before) && !stack_is(&stack, before));
    expect_true(stack_is(&stack, stack_address(&stack, 3)));
    for (int slot = 0; slot < STACK_SLOTS; slot++)
        expect_int(stack.slots[slot], HEAP_BASE + (word)slot * 8);
}

static void a_small_integer_in_a_pointer_slot_is_found_when_the_stack_moves(void) {
    static struct stack stack;
    stack_init(&stack, 0);
    stack_set(&stack, FRAME_SLOT, 1, false);
    expect_true(stack_move(&stack));
    stack_set(&stack, FRAME_SLOT, 1, true);
    expect_true(!stack_move(&stack));
}

static void cgocheck_is_blind_where_the_real_one_is(void) {
    struct place place;
    heap_init(&heap, &scenario);
    word node = heap_new(&heap, SEAM_SHAPE_node, false),
         data = heap_new(&heap, SEAM_SHAPE_data, false);
    *heap_word(&heap, node) = data;
    expect_true(cgocheck_argument(&heap, SEAM_FORM_pointer, node));
    expect_true(cgocheck_argument(&heap, SEAM_FORM_unsafe, node));
    expect_true(!cgocheck_argument(&heap, SEAM_FORM_cast, node));
    expect_true(!cgocheck_argument(&heap, SEAM_FORM_uintptr, node));
    expect_true(!cgocheck_argument(&heap, SEAM_FORM_field, node));
    expect_true(!cgocheck_argument(&heap, SEAM_FORM_pointer, data));
    expect_true(cgocheck_result(&heap, data));
    heap_find(&heap, data, &place);
    place.span->pins[place.slot] = 1;
    expect_true(!cgocheck_argument(&heap, SEAM_FORM_pointer, node));
    expect_true(!cgocheck_result(&heap, data));
}

/* --- whole runs ------------------------------------------------------------------------------- */

/* Run a scenario; the sets of objects that its collections freed, one after the other. */
static const char *collected(const char *text) {
    static char list[200];
    struct seam_text_error error = {0, 0, ""};
    expect_true(seam_text_parse(&scenario, text, strlen(text), &error));
    expect_text(error.message, "");
    seam_model_run(&scenario, &trace);
    list[0] = '\0';
    for (int i = 0; i < trace.n; i++)
        if (trace.events[i].kind == SEAM_EVENT_collected)
            sprintf(list + strlen(list), "%x ", trace.events[i].value);
    return list;
}

static void what_go_can_reach_is_not_collected(void) {
    expect_text(collected("g0 = go_new node\ng1 = go_new data\nlink g0[0] = g1\n"
                          "gc\nkeep_alive g0\ngc\n"),
                "0 3 ");
    expect_text(collected("g0 = go_new data\nh0 = handle g0\ngc\ndelete h0\ngc\n"), "0 1 ");
    expect_text(collected("g0 = go_new data\np0 = pinner\npin p0 g0\ngc\nunpin p0\ngc\n"), "0 1 ");
    expect_text(collected("g0 = go_new data\ncall pointer g0\n  gc\nreturn\ngc\n"), "0 1 ");
}

static void what_go_cannot_reach_is_collected_once(void) {
    expect_text(collected("g0 = go_new node\ng1 = go_new node\nlink g0[0] = g1\nlink g1[0] = g0\n"
                          "gc\ngc\n"),
                "3 0 ");
    expect_text(collected("g0 = go_new data\ncall uintptr g0\n  gc\nreturn\n"), "1 ");
    expect_text(collected("g0 = go_new data\nc0 = malloc clean\nstore_int c0[0] = g0\ngc\n"), "1 ");
    expect_text(collected("g0 = go_new data\ncall pointer g0\n  c_retain r0 = g0\nreturn\ngc\n"),
                "1 ");
}

static void an_object_with_a_finalizer_lives_until_it_ran(void) {
    static const char text[] = "g0 = go_new data\nc0 = malloc clean\nfinalizer g0 frees c0\n"
                               "drop g0\ngc\ngc\nfinalize 0\ngc\n";
    expect_text(collected(text), "0 0 1 ");
}

static void a_cleanup_runs_after_its_object_is_gone(void) {
    static const char text[] = "g0 = go_new data\nc0 = malloc clean\ncleanup g0 frees c0\n"
                               "drop g0\ngc\nfinalize 0\n";
    expect_text(collected(text), "1 ");
    expect_int(trace.events[trace.n - 1].kind, SEAM_EVENT_ran);
}

/* In any run: an object is collected once, has no value afterwards, and runs what was queued. */
static void time_goes_forward_in_every_run(void) {
    for (uint64_t i = 0; i < 100000; i++) {
        uint32_t gone = 0;
        int queued = 0, step = 0;
        seam_random_scenario(&scenario, 7, i, 0);
        seam_model_run(&scenario, &trace);
        for (int k = 0; k < trace.n; k++) {
            const struct seam_event *event = &trace.events[k];
            expect_true(event->step >= step && event->step <= scenario.n_steps);
            step = event->step;
            queued += event->kind == SEAM_EVENT_queued;
            queued -= event->kind == SEAM_EVENT_ran;
            expect_true(queued >= 0);
            if (event->kind == SEAM_EVENT_value && seam_any_noun(event->what) == SEAM_NOUN_go)
                expect_true(!(gone >> seam_any_number(event->what) & 1));
            if (event->kind == SEAM_EVENT_collected) {
                expect_int(gone & event->value, 0);
                gone |= event->value;
            }
        }
    }
}

int main(void) {
    objects_do_not_overlap_and_are_found_by_any_address_in_them();
    only_the_object_itself_is_accessible_and_only_until_its_sweep();
    what_is_not_in_the_heap_is_no_object();
    a_stack_moves_as_a_whole_and_its_old_place_is_known();
    a_small_integer_in_a_pointer_slot_is_found_when_the_stack_moves();
    cgocheck_is_blind_where_the_real_one_is();
    what_go_can_reach_is_not_collected();
    what_go_cannot_reach_is_collected_once();
    an_object_with_a_finalizer_lives_until_it_ran();
    a_cleanup_runs_after_its_object_is_gone();
    time_goes_forward_in_every_run();
    return expect_status();
}
