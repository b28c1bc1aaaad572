/* The example of the README: a buffer that two owners share, and a cache that does not own it. */
#include <stdio.h>
#include <string.h>

#include "managed/managed.h"

static void closed(void *memory, size_t size, void *argument) {
    printf("%s: %zu bytes '%s' freed\n", (const char *)argument, size, (char *)memory);
}

int main(void) {
    struct seam_managed *context = seam_managed_create(NULL);
    seam_handle buffer, cached, again;
    void *bytes;
    seam_managed_alloc(context, 32, 0, closed, "buffer", &buffer); /* the first owner */
    seam_managed_retain(context, buffer);                          /* the second owner */
    seam_managed_weak(context, buffer, &cached);                   /* owns nothing */
    seam_managed_get(context, buffer, &bytes, NULL);               /* valid while we own it */
    strcpy(bytes, "hello");
    seam_managed_release(context, buffer);
    seam_managed_release(context, buffer); /* the last owner: freed here */
    printf("%s\n", seam_managed_error_text(seam_managed_release(context, buffer)));
    printf("%s\n", seam_managed_error_text(seam_managed_upgrade(context, cached, &again)));
    return seam_managed_destroy(context) == 0 ? 0 : 1; /* how many blocks leaked */
}
