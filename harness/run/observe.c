#include "run/observe.h"

#include "model/observe.h"
#include "oracle/observe.h"

bool seam_observe(struct seam_case *it, struct seam_books *oracle, struct seam_books *model) {
    seam_oracle_observe(&it->scenario, &it->expected, oracle);
    seam_model_observe(&it->scenario, &it->observed, model);
    it->judgement = seam_judge(&it->expected, &it->observed);
    return it->judgement.verdict == SEAM_VERDICT_agreed;
}
