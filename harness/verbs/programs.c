/* seam programs: the Go programs that show what no scenario can, on the Go releases of this
 * machine.
 *
 * Not here: how they are run and compared with the table (session.h), what the rules are
 * (laws.def). */
#include <string.h>

#include "base/nearest.h"
#include "base/options.h"
#include "book/law.h"
#include "book/session.h"
#include "verbs/verbs.h"

static const char *law_id(int i) { return seam_laws[i].id; }

static bool choose(struct seam_session *session, const char *name) {
    const struct seam_law *law = seam_law_find(name);
    if (law == NULL)
        seam_fail("no rule '%.40s'; the nearest is %s", name,
                  law_id(seam_nearest(name, strlen(name), law_id)));
    else if (!seam_session_choose(session, law->id))
        seam_fail("%s has no program, only scenarios; see seam rules %s", law->id, law->id);
    else
        return true;
    return false;
}

static void print(const struct seam_session *session) {
    bool is_told = session->verbose != NULL || session->is_named;
    if (session->json == NULL && !is_told)
        seam_law_print_head(stdout, &session->table);
    for (const struct seam_law *law = seam_laws; law->id != NULL; law++)
        if (!seam_session_is_chosen(session, law->id))
            continue;
        else if (session->json != NULL)
            seam_law_print_json(stdout, &session->table, law);
        else if (is_told)
            seam_law_print_text(stdout, &session->table, law);
        else
            seam_law_print_lines(stdout, &session->table, law);
}

/* seam programs --list needs no Go. */
static bool is_list(int argc, char **argv) { return argc == 2 && strcmp(argv[1], "--list") == 0; }

int seam_verb_programs(int argc, char **argv) {
    static struct seam_session session = {.book = &seam_law_book};
    if (is_list(argc, argv)) {
        seam_law_print_list(stdout);
        return SEAM_OK;
    }
    return seam_session_parse(&session, argc, argv, choose) ? seam_session_run(&session, print)
                                                            : SEAM_USAGE;
}
