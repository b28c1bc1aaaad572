#include "judge/symptom.h"

#include <string.h>

/* What the messages of Go, ASan and libc mean. */
static const struct {
    const char *text;
    enum seam_symptom symptom;
} known[] = {
    {"cgo argument has Go pointer to", SEAM_SYMPTOM_cgo_argument},
    {"argument of cgo function has Go pointer to", SEAM_SYMPTOM_cgo_argument},
    {"cgo result has Go pointer", SEAM_SYMPTOM_cgo_result},
    {"cgo result is unpinned Go pointer", SEAM_SYMPTOM_cgo_result},
    {"result of Go function", SEAM_SYMPTOM_cgo_result},
    {"Go pointer stored into non-Go memory", SEAM_SYMPTOM_cgo_store},
    {"can't happen", SEAM_SYMPTOM_cannot_happen},
    {"checkptr:", SEAM_SYMPTOM_checkptr},
    {"invalid pointer found on stack", SEAM_SYMPTOM_bad_stack_pointer},
    {"found bad pointer in Go heap", SEAM_SYMPTOM_bad_heap_pointer},
    {"found leaking pinned pointer", SEAM_SYMPTOM_pinner_leak},
    {"AddressSanitizer: use-after-poison", SEAM_SYMPTOM_asan_go_memory},
    {"AddressSanitizer: unknown-crash", SEAM_SYMPTOM_asan_go_memory},
    {"AddressSanitizer: heap-use-after-free", SEAM_SYMPTOM_asan_use_after_free},
    {"attempting double-free", SEAM_SYMPTOM_asan_double_free},
    {"attempting free on address which was not malloc", SEAM_SYMPTOM_asan_bad_free},
    {"alloc-dealloc-mismatch", SEAM_SYMPTOM_asan_bad_free},
    {"finalizer already set", SEAM_SYMPTOM_finalizer_set},
    {"nil pointer dereference", SEAM_SYMPTOM_nil_dereference},
    {"AddressSanitizer: heap-buffer-overflow", SEAM_SYMPTOM_asan_overflow},
    {"AddressSanitizer: SEGV", SEAM_SYMPTOM_fault},
    {"segmentation violation", SEAM_SYMPTOM_fault},
    {"unexpected signal during runtime execution", SEAM_SYMPTOM_fault},
    {"fatal error: fault", SEAM_SYMPTOM_fault},
    {"pointer not in allocated block", SEAM_SYMPTOM_finalizer_c},
    {"argument is not a pointer", SEAM_SYMPTOM_pin_value},
    {"gobytes: length out of range", SEAM_SYMPTOM_length},
    {"cleanup will never run", SEAM_SYMPTOM_cleanup_self},
    {"argument is not a Go pointer", SEAM_SYMPTOM_pin_c},
    {"internal lockOSThread error", SEAM_SYMPTOM_goexit},
    {"exited a goroutine internally locked to the OS thread", SEAM_SYMPTOM_goexit},
    {"Goexit called in a thread that was not created", SEAM_SYMPTOM_goexit},
    {"misuse of an invalid Handle", SEAM_SYMPTOM_handle},
    {"interface conversion:", SEAM_SYMPTOM_type_assertion},
    {"signal handler without SA_ONSTACK", SEAM_SYMPTOM_signal_stack},
};

enum seam_symptom seam_symptom_of_line(const char *line) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(line, known[i].text) != NULL)
            return known[i].symptom;
    return SEAM_SYMPTOM_none;
}

const char *seam_symptom_text(enum seam_symptom symptom) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (seam_symptom_fits(symptom, known[i].symptom))
            return known[i].text;
    return "";
}

bool seam_symptom_fits(enum seam_symptom expected, enum seam_symptom observed) {
    if (expected == SEAM_SYMPTOM_cgo_argument_or_result)
        return observed == SEAM_SYMPTOM_cgo_argument || observed == SEAM_SYMPTOM_cgo_result;
    /* The wrapper that cgo writes for an exported function stores its result in the C frame before
     * it is checked (a.r0 = f(); _cgoCheckResult(a.r0)), so cgocheck2 reports first. */
    if (expected == SEAM_SYMPTOM_cgo_result && observed == SEAM_SYMPTOM_cgo_store)
        return true;
    return expected == observed;
}

void seam_copy_stable(char *to, size_t size, const char *line) {
    size_t n = 0;
    if (strncmp(line, "==", 2) == 0 && strstr(line + 2, "==") != NULL)
        line = strstr(line + 2, "==") + 2;
    const char *registers = strstr(line, " (pc 0x");
    const char *end = registers != NULL ? registers : strstr(line, " in thread T");
    while (*line != '\0' && *line != '\n' && line != end && n + 4 < size) {
        if (strncmp(line, "0x", 2) == 0) {
            memcpy(to + n, "0x_", 3);
            n += 3;
            line += 2 + strspn(line + 2, "0123456789abcdef");
        } else {
            to[n++] = *line++;
        }
    }
    to[n] = '\0';
}
