/* The parts of the harness that the executor shares with seam: the tables, the program, C memory.
 */
#include "check.c"
#include "op.c"
#include "peer.c"
#include "program.c"
