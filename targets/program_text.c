/* Property: bytes to scenario to text and back loses nothing, and no text crashes the parser. */
#include <string.h>

#include "base/check.h"
#include "language/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct seam_scenario scenario, again;
    static char text[SEAM_TEXT_MAX];
    struct seam_text_error error;
    uint8_t bytes[SEAM_BYTES_MAX];

    seam_scenario_decode(&scenario, data, size, 0);
    seam_scenario_decode(&again, bytes, seam_scenario_encode(&scenario, bytes), 0);
    seam_assert(seam_scenario_equal(&scenario, &again));
    size_t length = seam_text_print(&scenario, text);
    seam_assert(seam_text_parse(&again, text, length, &error));
    seam_assert(seam_scenario_equal(&scenario, &again));
    if (seam_text_parse(&scenario, (const char *)data, size, &error)) {
        length = seam_text_print(&scenario, text);
        seam_assert(seam_text_parse(&again, text, length, &error));
        seam_assert(seam_scenario_equal(&scenario, &again));
    }
    return 0;
}
