#include "case.h"

#include "model/model.h"
#include "oracle.h"

void seam_case_run(struct seam_case *it) {
    seam_oracle_run(&it->program, &it->expected);
    seam_model_run(&it->program, &it->observed);
    it->judgement = seam_judge(&it->expected, &it->observed);
}
