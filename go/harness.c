/* The parts of the harness that the executor shares with seam: the tables, the scenario, C memory.
 */
#include "base/check.c"
#include "language/bytes.c"
#include "language/op.c"
#include "language/scenario.c"
#include "peer/peer.c"
