/* A page as a real browser sees it: for the tests of pages. Headless Chromium, if it is there. */
#ifndef SEAM_BROWSER_H
#define SEAM_BROWSER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/format.h"
#include "base/process.h"

/* The browser's name, or NULL after it was said that there is none. */
static inline const char *browser_find(void) {
    if (seam_process_exists("chromium"))
        return "chromium";
    if (seam_process_exists("google-chrome"))
        return "google-chrome";
    puts("SKIP: no chromium on this machine; run ci/setup matrix or install chromium");
    return NULL;
}

/* Open the file at `path` and fill `dom` with the document after its scripts have run. The browser
 * keeps its own files in `directory`. */
static inline bool browser_load(const char *browser, const char *directory, const char *path,
                                char *dom, size_t size) {
    char *profile = seam_format("--user-data-dir=%s/profile", directory);
    char *address = seam_format("file://%s", path), *home = seam_format("HOME=%s", directory);
    const char *const argv[] = {"env",
                                home,
                                browser,
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                profile,
                                "--dump-dom",
                                address,
                                NULL};
    bool ok = seam_process_read(argv, dom, size);
    free(home);
    free(address);
    free(profile);
    return ok;
}

#endif
