#define _GNU_SOURCE
#include "seam_audit_state.h"

#include <link.h>

struct seam_audit_channel *seam_audit_shared;
bool seam_audit_collecting;
struct seam_audit_point seam_audit_last_point;

static int find_bias(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    *(uintptr_t *)data = info->dlpi_addr; /* the program comes first */
    return 1;
}

uintptr_t seam_audit_bias(void) {
    uintptr_t bias = 0;
    dl_iterate_phdr(find_bias, &bias);
    return bias;
}
