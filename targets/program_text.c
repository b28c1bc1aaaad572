/* Property: bytes to program to text and back loses nothing, and no text crashes the parser. */
#include <string.h>

#include "base/check.h"
#include "language/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct seam_program program, again;
    static char text[SEAM_TEXT_MAX];
    struct seam_text_error error;
    uint8_t bytes[SEAM_BYTES_MAX];

    seam_program_decode(&program, data, size, 0);
    seam_program_decode(&again, bytes, seam_program_encode(&program, bytes), 0);
    seam_assert(seam_program_equal(&program, &again));
    size_t length = seam_text_print(&program, text);
    seam_assert(seam_text_parse(&again, text, length, &error));
    seam_assert(seam_program_equal(&program, &again));
    if (seam_text_parse(&program, (const char *)data, size, &error)) {
        length = seam_text_print(&program, text);
        seam_assert(seam_text_parse(&again, text, length, &error));
        seam_assert(seam_program_equal(&program, &again));
    }
    return 0;
}
