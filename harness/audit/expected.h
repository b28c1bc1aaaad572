/* What seam audit is expected to find in the wrappers of go/audit: each has a bug, in bug/, and a
 * file finding.expected beside it.
 *
 *     bug:      Early finalizer             what is wrong, for people
 *     found by: A freed argument            what gives it away
 *     rule:     finalized-during-call       the rule that the finding names
 *     call:     store_get                   the C function that it names; may be missing
 *     id:       27ecc27c                    the same in every run, release and flavor
 *     flavor:   plain                       how it must be built to be found; asan if missing
 *     since:    21                          the first Go minor release that can build it
 *
 * To add a wrapper: a folder with bug/, fixed/ and this file. */
#ifndef SEAM_AUDIT_EXPECTED_H
#define SEAM_AUDIT_EXPECTED_H

enum { SEAM_EXPECTED_MAX = 128 };

struct seam_expected {
    char name[48]; /* of the folder */
    char bug[128], found_by[160], rule[48], call[64], id[9], flavor[12];
    int since;
};

/* Read the files of all wrappers in the directory go/, in the order of their names. Their number,
 * or -1 after an error was printed: a wrapper has no file, or a line that makes no sense. */
int seam_expected_read(const char *go, struct seam_expected wrappers[SEAM_EXPECTED_MAX]);

#endif
