/* Property: the managed-memory component answers every operation as plain counts and a map do. */
#include "managed/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    seam_managed_check(data, size);
    return 0;
}
