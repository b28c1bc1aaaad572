/* Promise: the page of the blind-spot table works in a browser: every rule has its cells, and its
 * script runs. In headless Chromium, if it is installed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "matrix/matrix.h"
#include "page/browser.h"
#include "rules/flavor.h"

enum { CELLS = 2 * SEAM_FLAVORS, DOM_MAX = 1 << 22 };

static char dom[DOM_MAX];

static void write_page(const char *path) {
    static struct seam_matrix_cell cells[CELLS];
    char *page = NULL;
    size_t size;
    FILE *out = open_memstream(&page, &size);
    for (int i = 0; i < CELLS; i++) {
        cells[i].minor = i < SEAM_FLAVORS ? 19 : 27;
        cells[i].flavor = (enum seam_flavor)(i % SEAM_FLAVORS);
        strcpy(cells[i].release, i < SEAM_FLAVORS ? "go1.19.8" : "go1.27.4");
    }
    seam_matrix_html(out, &(struct seam_matrix){.n = CELLS, .cells = cells});
    fclose(out);
    expect_true(seam_make_directories(path) && seam_file_write(path, page, size));
    free(page);
}

static int count(const char *part) {
    int n = 0;
    for (const char *at = dom; (at = strstr(at, part)) != NULL; at += strlen(part))
        n++;
    return n;
}

int main(void) {
    const char *browser = browser_find();
    if (browser == NULL)
        return 0;
    const char *tmp = getenv("TEST_TMPDIR");
    char *directory = seam_format("%s/seam-page-%d", tmp != NULL ? tmp : "/tmp", (int)getpid());
    char *path = seam_format("%s/blindspots.html", directory);
    write_page(path);
    expect_true(browser_load(browser, directory, path, dom, sizeof dom));
    expect_int(count("<td class=\"m "), CELLS * SEAM_RULES);
    expect_int(count("<details>"), SEAM_RULES - 1);
    expect_int(count("<fieldset>"), 1); /* the script has shown it */
    seam_remove_tree(directory);
    free(path);
    free(directory);
    return expect_status();
}
