/* seam_assert: an always-on check for mistakes of ours, never for bad input.
 *
 * It prints the expression and, when a run is under way, the scenario that led to it (check.c asks
 * the hook), then aborts, so that a fuzzer keeps the input. */
#ifndef SEAM_CHECK_H
#define SEAM_CHECK_H

#define seam_assert(condition)                                                                     \
    ((condition) ? (void)0 : seam_assert_failed(__FILE__, __LINE__, #condition))

_Noreturn void seam_assert_failed(const char *file, int line, const char *condition);

/* Called once, with the argument given here, before an assertion aborts; NULL removes it. */
void seam_assert_hook(void (*print)(const void *), const void *argument);

#endif
