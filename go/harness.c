/* The parts of the harness that the executor shares with seam: the tables, the program, C memory.
 */
#include "base/check.c"
#include "language/op.c"
#include "language/program.c"
#include "peer/peer.c"
