#include "rules/rule.h"

#include <string.h>

const struct seam_rule_row seam_rule_rows[SEAM_RULES] = {
    {.name = "none", .note = "", .words = "", .source = "", .fix = ""},
#define RULE(name, since, until, seen, fate, symptom, note, words, source, fix)                    \
    {#name,                                                                                        \
     note,                                                                                         \
     words,                                                                                        \
     source,                                                                                       \
     fix,                                                                                          \
     since,                                                                                        \
     until,                                                                                        \
     SEAM_SEEN_##seen,                                                                             \
     SEAM_FATE_##fate,                                                                             \
     SEAM_SYMPTOM_##symptom},
#include "rules/rules.def"
#undef RULE
};

const char *seam_rule_name(enum seam_rule rule, char *out) {
    strcpy(out, seam_rule_rows[rule < SEAM_RULES ? rule : SEAM_RULE_none].name);
    for (char *p = out; (p = strchr(p, '_')) != NULL;)
        *p = '-';
    return out;
}

enum seam_rule seam_rule_find(const char *name) {
    char dashed[48];
    for (int rule = 1; rule < SEAM_RULES; rule++)
        if (strcmp(name, seam_rule_rows[rule].name) == 0 ||
            strcmp(name, seam_rule_name((enum seam_rule)rule, dashed)) == 0)
            return (enum seam_rule)rule;
    return SEAM_RULE_none;
}

const char *seam_checker_name(enum seam_checker bit) {
    switch (bit) {
    case SEAM_SEEN_RUNTIME:
        return "runtime";
    case SEAM_SEEN_CGOCHECK1:
        return "cgocheck=1";
    case SEAM_SEEN_CGOCHECK2:
        return "cgocheck2";
    case SEAM_SEEN_CHECKPTR:
        return "checkptr";
    case SEAM_SEEN_ASAN:
        return "asan";
    case SEAM_SEEN_LEAKS:
        return "asan from Go 1.25";
    default:
        return "no Go checker";
    }
}
