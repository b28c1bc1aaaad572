/* Property: oracle and model agree about every scenario.
 * Vocabulary: who owns and who frees C memory. */
#include "agreement.h"

SEAM_AGREEMENT_TARGET('o')
