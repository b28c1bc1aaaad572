/* The verbs of the program; see verbs.def. Each returns an exit status: 0 nothing found, 1 a
 * finding, 2 bad usage or environment. argv[0] is the verb. */
#ifndef SEAM_VERBS_H
#define SEAM_VERBS_H

#define VERB(name, arguments, doc, options) int seam_verb_##name(int argc, char **argv);
#include "verbs/verbs.def"
#undef VERB

#endif
