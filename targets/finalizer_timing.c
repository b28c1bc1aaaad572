/* Property: oracle and model agree about every scenario.
 * Vocabulary: when the collector, finalizers and cleanups run. */
#include "run/agreement.h"

SEAM_AGREEMENT_TARGET('t')
