#include "base/utf8.h"

#include <stdbool.h>

int seam_utf8(const char *p, uint32_t *point) {
    const unsigned char *at = (const unsigned char *)p;
    int n = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;
    *point = n <= 1 ? *at : *at & (0x7fu >> n);
    for (int i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (at[i] & 0x3f);
    }
    bool is_overlong = (n == 3 && *point < 0x800) || (n == 4 && *point < 0x10000);
    bool is_surrogate = *point >= 0xd800 && *point <= 0xdfff;
    return is_overlong || is_surrogate || *point > 0x10ffff ? 0 : n;
}
