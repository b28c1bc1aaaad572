/* Promise: the page of a timeline works in a browser: it is XML too, its script runs, and the keys
 * go to the guilty step. In headless Chromium, if it is installed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "language/text.h"
#include "page/browser.h"
#include "run/observe.h"
#include "timeline/timeline.h"

enum { DOM_MAX = 1 << 20 };

static char dom[DOM_MAX];
static struct seam_case it;
static struct seam_books oracle, model;

static int count(const char *part) {
    int n = 0;
    for (const char *at = dom; (at = strstr(at, part)) != NULL; at += strlen(part))
        n++;
    return n;
}

/* Write the page, with a script at its end that presses a key; owned by the caller: its path. */
static char *write_page(const char *directory, const char *name) {
    static const char text[] = "g0 = go_new node\nc0 = malloc clean\nt1 = c_thread\non t1\n"
                               "call pointer g0\n  c_store c0[0] = g0\nreturn\nfree c0\nfree c0\n";
    static const struct seam_timeline timeline = {&it, &oracle, &model, NULL, 0};
    struct seam_text_error error = {0, 0, ""};
    char *page = NULL, *path = seam_format("%s/%s", directory, name);
    size_t size;
    FILE *out = open_memstream(&page, &size);
    expect_true(seam_text_parse(&it.scenario, text, sizeof text - 1, &error));
    seam_observe(&it, &oracle, &model);
    seam_timeline_html(out, &timeline, "<a> & \"b\".seam", "'<a> & \"b\".seam'");
    fclose(out);
    char *end = strstr(page, "</body>"), *whole = NULL;
    *end = '\0';
    whole = seam_format("%s<script>document.dispatchEvent(new KeyboardEvent('keydown',"
                        "{key:'g'}))</script></body>\n</html>\n",
                        page);
    expect_true(seam_make_directories(path) && seam_file_write(path, whole, strlen(whole)));
    free(whole);
    free(page);
    return path;
}

static void expect_page(const char *browser, const char *directory, const char *name) {
    char *path = write_page(directory, name);
    dom[0] = '\0';
    expect_true(browser_load(browser, directory, path, dom, sizeof dom));
    expect_int(count("parsererror"), 0);
    expect_int(count("<section class=\"step"), it.scenario.n_steps);
    expect_int(count("class=\"step guilty on\" id=\"s7\""), 1);
    expect_int(count("class=\"row guilty on\""), 1);
    expect_int(count("<span class=\"keys\">"), 1);
    expect_int(count("&lt;a&gt; &amp; \"b\".seam"), 3); /* title, head and report */
    free(path);
}

int main(void) {
    const char *browser = browser_find();
    if (browser == NULL)
        return 0;
    const char *tmp = getenv("TEST_TMPDIR");
    char *directory = seam_format("%s/seam-timeline-%d", tmp != NULL ? tmp : "/tmp", (int)getpid());
    expect_page(browser, directory, "page.html");
    expect_page(browser, directory, "page.xhtml");
    seam_remove_tree(directory);
    free(directory);
    return expect_status();
}
