/* Promise: who owns a C block and who holds references to it is as the contract says, whatever the
 * order of the operations.
 *
 * A third statement beside oracle and model. Those two were written from one idea of reference
 * counts, so their agreement says nothing about the idea. Here the contract is a function of the
 * words of a story alone: it has no state, and shares no code with them. Every story of one block
 * is tried. Not here: threads, calls, finalizers, children. */
#include "base/expect.h"
#include "language/text.h"
#include "rules/rule.h"
#include "run/pipeline.h"

/* A story is a word: the birth of c0, then what is done with it, a letter for each step. */
static const struct {
    char letter;
    const char *step;
} letters[] = {
    {'L', "c0 = lib_new\n"}, {'M', "c0 = malloc clean\n"}, {'t', "take c0\n"},
    {'g', "give c0\n"},      {'x', "give_fails c0\n"},     {'s', "share c0\n"},
    {'u', "unref c0\n"},     {'l', "lib_free c0\n"},       {'f', "free c0\n"},
    {'r', "c_release c0\n"}, {'b', "c%d = borrow c0\n"},
};
enum { LETTERS = sizeof letters / sizeof *letters, BIRTHS = 2, STORY_MAX = 6 };

/* --- the contract ----------------------------------------------------------------------------- */

/* How often a letter stands among the first n of a story. */
static int count(const char *story, int n, char letter) {
    int times = 0;
    for (int i = 0; i < n; i++)
        times += story[i] == letter;
    return times;
}

/* The block has one owner, who holds one reference: the last to whom it was born or transferred. */
static bool is_gos(const char *story, int n) {
    while (n > 0 && strchr("LMtg", story[n - 1]) == NULL)
        n--;
    return story[n - 1] == 'M' || story[n - 1] == 't';
}

/* Go holds another one for each share without an unref; the unref below zero takes the owner's. */
static int shared(const char *story, int n) { return count(story, n, 's') - count(story, n, 'u'); }

static bool is_gone(const char *story, int n) {
    return shared(story, n) < 0 || (int)strcspn(story, "lfr") < n;
}

static void says(char *verdict, enum seam_rule rule, int step) {
    char name[48];
    sprintf(verdict + strlen(verdict), "%s at %d; ", seam_rule_name(rule, name), step + 1);
}

static void contract(const char *story, int n, char *verdict) {
    for (int i = 1; i < n; i++) {
        bool frees = strchr("lfr", story[i]) != NULL, is_last = shared(story, i) == 0;
        if (story[i] == (story[0] == 'L' ? 'f' : 'l'))
            return says(verdict, SEAM_RULE_wrong_allocator, i);
        if (is_gone(story, i) && frees)
            return says(verdict, SEAM_RULE_double_free, i);
        if (is_gone(story, i) && strchr("xsu", story[i]) != NULL)
            return says(verdict, SEAM_RULE_use_after_free, i);
        if (frees && !is_last)
            says(verdict, SEAM_RULE_freed_while_shared, i);
        if ((frees || (story[i] == 'u' && is_last)) && is_gos(story, i) == (story[i] == 'r'))
            says(verdict, SEAM_RULE_freed_by_non_owner, i);
    }
    /* A library has a pointer to what it owns; to what Go owns here, nobody has one. */
    if (!is_gone(story, n) && is_gos(story, n))
        says(verdict, SEAM_RULE_c_memory_leak, n);
    else if (!is_gone(story, n) && shared(story, n) > 0)
        says(verdict, SEAM_RULE_c_memory_leak_hidden, n);
}

/* --- the witnesses ---------------------------------------------------------------------------- */

static const char *step_of(char letter) {
    int i = 0;
    while (letters[i].letter != letter)
        i++;
    return letters[i].step;
}

static void witness_says(const struct seam_trace *trace, char *verdict) {
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].kind == SEAM_EVENT_broken)
            says(verdict, (enum seam_rule)trace->events[i].what, trace->events[i].step);
}

static void expect_contract(const char *story, int n) {
    static struct seam_case it;
    struct seam_text_error error = {0, 0, ""};
    char text[40 * STORY_MAX] = "", wanted[64 * STORY_MAX] = "", what[96];
    char oracle[sizeof wanted] = "", model[sizeof wanted] = "";
    for (int i = 0; i < n; i++)
        sprintf(text + strlen(text), step_of(story[i]), count(story, i, 'b') + 1);
    expect_true(seam_text_parse(&it.scenario, text, strlen(text), &error));
    seam_pipeline_run(&it);
    contract(story, n, wanted);
    witness_says(&it.expected, oracle);
    witness_says(&it.observed, model);
    snprintf(what, sizeof what, "the oracle's verdict of story %s", story);
    expect_report(strcmp(oracle, wanted) == 0, __FILE__, __LINE__, what, oracle, wanted);
    snprintf(what, sizeof what, "the model's verdict of story %s", story);
    expect_report(strcmp(model, wanted) == 0, __FILE__, __LINE__, what, model, wanted);
}

/* The story, and every one that begins like it. */
static void tell(char *story, int n) {
    if (n > 0)
        expect_contract(story, n);
    if (n == STORY_MAX)
        return;
    for (int i = n == 0 ? 0 : BIRTHS; i < (n == 0 ? BIRTHS : LETTERS); i++) {
        story[n] = letters[i].letter;
        tell(story, n + 1);
        story[n] = '\0';
    }
}

int main(void) {
    char story[STORY_MAX + 1] = "";
    tell(story, 0);
    return expect_status();
}
