/* Property: oracle and model agree about every scenario.
 * Vocabulary: who owns and who frees C memory. */
#include "run/agreement.h"

SEAM_AGREEMENT_TARGET('o')
