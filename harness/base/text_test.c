/* Promises: whatever a test prints, JSON and JUnit stay well-formed and a terminal is not spoken
 * to. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "base/expect.h"
#include "base/json.h"
#include "base/print.h"
#include "base/utf8.h"
#include "base/xml.h"

static const char nasty[] =
    "<b> ]]> & \"q\" \x1b[31m \xff\xfe \x01 \xc3\xa9 \xe2\x80\xae \xef\xbf\xbf\n";

static void expect_printed(void (*print)(FILE *out, const char *text), const char *text,
                           const char *wanted) {
    char got[512] = "";
    FILE *out = fmemopen(got, sizeof got, "w");
    print(out, text);
    fclose(out);
    expect_text(got, wanted);
}

static void strings_are_escaped_for_each_reader(void) {
    expect_printed(seam_json_string, nasty,
                   "\"<b> ]]> & \\\"q\\\" \\u001b[31m \\ufffd\\ufffd \\u0001 \xc3\xa9 \xe2\x80\xae "
                   "\xef\xbf\xbf\\n\"");
    expect_printed(seam_xml_text, nasty,
                   "&lt;b&gt; ]]&gt; &amp; &quot;q&quot; &#xfffd;[31m &#xfffd;&#xfffd; &#xfffd; "
                   "\xc3\xa9 \xe2\x80\xae &#xfffd;\n");
    expect_printed(seam_print_visible, nasty,
                   "<b> ]]> & \"q\" \\x1b[31m \\xff\\xfe \\x01 \xc3\xa9 \\u202e \xef\xbf\xbf\n");
}

static void print_all_wrapped(FILE *out, const char *text) {
    seam_print_wrapped(out, "Rule: ", text);
}

static void a_line_stays_a_line(void) {
    expect_printed(seam_print_line, "a\tb\n\x1b\xff", "a\\tb\\n\\x1b\\xff");
    expect_printed(print_all_wrapped, "a \x1b[2J\xc2\x9b", "Rule: a \\x1b[2J\\u009b\n");
    expect_true(seam_is_visible("Test\xc3\xa9 x"));
    expect_true(!seam_is_visible("Test\xc2\x9b"));
    expect_true(!seam_is_visible("Test\xff"));
    expect_true(!seam_is_visible("Test\xe2\x80\xae"));
    expect_true(!seam_is_visible("Test\n"));
}

/* Every code point, as its own bytes, and every byte that may not stand alone. */
static void utf8_is_what_the_standard_says(void) {
    uint32_t point;
    static const char *const wrong[] = {"\x80",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xe2\x82",
                                        "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_int(seam_utf8(wrong[i], &point), 0);
    expect_int(seam_utf8("a", &point), 1);
    expect_int(seam_utf8("\xc2\x80", &point), 2);
    expect_int(point, 0x80);
    expect_int(seam_utf8("\xe2\x82\xac", &point), 3);
    expect_int(point, 0x20ac);
    expect_int(seam_utf8("\xf4\x8f\xbf\xbf", &point), 4);
    expect_int(point, 0x10ffff);
}

int main(void) {
    strings_are_escaped_for_each_reader();
    a_line_stays_a_line();
    utf8_is_what_the_standard_says();
    return expect_status();
}
