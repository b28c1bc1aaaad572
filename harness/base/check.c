#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

static void (*hook)(const void *);
static const void *hook_argument;

void seam_assert_hook(void (*print)(const void *), const void *argument) {
    hook = print;
    hook_argument = argument;
}

void seam_assert_failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: seam bug: %s does not hold\n", file, line, condition);
    void (*print)(const void *) = hook;
    hook = NULL;
    if (print != NULL)
        print(hook_argument);
    abort();
}
