/* Names that an audit and what it builds have in common: the compiler wrapper (verbs/cc.c) is found
 * under one, controlled by others, and what it compiles begins with the last. */
#ifndef SEAM_AUDIT_NAMES_H
#define SEAM_AUDIT_NAMES_H

/* Go wants a compiler without arguments, so it is given a link of this name to seam, and the rest
 * are variables. */
#define SEAM_CC_NAME "seam-cc"
#define SEAM_CC_COMPILER "SEAM_CC_COMPILER" /* the compiler to call */
#define SEAM_CC_GOROOT "SEAM_CC_GOROOT"     /* packages under it have no crossings */
#define SEAM_INSIDE_PREFIX "seam_audit_"    /* of files that seam puts into runtime/cgo */

#endif
