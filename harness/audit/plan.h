/* An audit's preparations: which packages, and a test program of each, built with seam's code in
 * it.
 *
 * Everything is written into one temporary directory; the packages, GOPATH and the module cache are
 * only read. What Go builds stays in its build cache, under keys that name this very seam. */
#ifndef SEAM_AUDIT_PLAN_H
#define SEAM_AUDIT_PLAN_H

#include "audit/inside/channel.h"
#include "audit/names.h"
#include "base/private.h"
#include "realgo/gobuild.h"

struct seam_audit_plan {
    struct seam_go_release go;
    enum seam_flavor flavor; /* how programs are built */
    const char *tags;        /* borrowed; NULL: none */
    const char *work;        /* temporary directory: the path of the workspace */
    struct seam_workspace workspace;
};

struct seam_audit_package {
    char *path;                         /* import path */
    char *directory;                    /* where its tests run */
    char *program;                      /* where its test program is, once it is built */
    struct seam_audit_symbols *symbols; /* of the program */
    char *failure; /* why there is nothing to audit, Go's own words in it; NULL: there is */
    bool is_main;  /* a program; its tests, if it has any, are audited like others */
    bool has_tests;
    bool has_cgo; /* it, its tests or something they import, outside the standard library */
};

/* Find Go (as seam_go_find) and make the temporary directory, which a signal removes, too; for a
 * plan whose flavor and tags are filled in. False with a one-line error. */
bool seam_plan_open(struct seam_audit_plan *plan, const char *go, char error[SEAM_GO_ERROR]);

/* The packages that the patterns name, in Go's order; owned by the caller. Their number, or -1 with
 * an error if Go lists none at all; of one that Go cannot list `failure` says why. */
int seam_plan_packages(struct seam_audit_plan *plan, char *const *patterns, int n,
                       struct seam_audit_package **packages, char error[SEAM_GO_ERROR]);

void seam_plan_free_packages(struct seam_audit_package *packages, int n);

/* Build the packages' test programs, or with `tests` false the programs that they are, `jobs` at a
 * time; each is announced on standard error. Of one that does not build `failure` says why; the
 * others go on. */
void seam_plan_build(struct seam_audit_plan *plan, struct seam_audit_package *const *packages,
                     int n, bool tests, int jobs);

/* Remove the temporary directory. */
void seam_plan_close(struct seam_audit_plan *plan);

#endif
