/* What AddressSanitizer tells of memory. Each is NULL in a program that was built without it. */
#ifndef SEAM_AUDIT_ASAN_H
#define SEAM_AUDIT_ASAN_H

#include <stddef.h>

#define MAYBE __attribute__((weak))
MAYBE int __asan_address_is_poisoned(void const volatile *address);
MAYBE const char *__asan_locate_address(void *address, char *name, size_t name_size, void **region,
                                        size_t *region_size);
MAYBE size_t __asan_get_free_stack(void *address, void **trace, size_t size, int *thread);
MAYBE void __asan_set_error_report_callback(void (*callback)(const char *));
MAYBE int __sanitizer_install_malloc_and_free_hooks(void (*malloced)(const volatile void *, size_t),
                                                    void (*freed)(const volatile void *));

#endif
