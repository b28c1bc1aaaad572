/* Property: oracle and model agree about every scenario.
 * Vocabulary: passing pointers: forms of arguments, stores, pins, handles, results. */
#include "run/agreement.h"

SEAM_AGREEMENT_TARGET('p')
