#include "page/page.h"

#include "base/xml.h"

static const char common[] =
    ":root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#5a636e;--line:#d5dae0;"
    "--head:#f3f5f7;--caught:#cdeccf;--caught-ink:#0b4a14;--silent:#fbdcd6;--silent-ink:#7c1d0d;"
    "--cut:#f7e6bf;--cut-ink:#5f4300;--odd:#dcd6f7;--odd-ink:#35228a;--none:transparent}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e3e6ea;--soft:#9aa4af;"
    "--line:#343b44;--head:#1e2329;--caught:#16401d;--caught-ink:#a9e5b0;--silent:#4d1e17;"
    "--silent-ink:#ffc0b3;--cut:#443511;--cut-ink:#f3d78f;--odd:#30276a;--odd-ink:#cfc6ff}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:100rem;padding:1.2rem;background:var(--page);color:var(--ink);"
    "font:15px/1.45 system-ui,\"DejaVu Sans\",sans-serif}\n"
    "h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}\n"
    "p{margin:.3rem 0;max-width:62rem}.soft{color:var(--soft)}\n"
    ".scroll{overflow:auto;width:fit-content;max-width:100%;max-height:88vh;border:1px solid "
    "var(--line);border-radius:6px}\n"
    ".scroll:focus-visible{outline:2px solid var(--odd-ink)}\n"
    "table{border-collapse:separate;border-spacing:0;font-size:.87rem}\n"
    "th,td{padding:.26rem .5rem;border-bottom:1px solid var(--line);text-align:left}\n"
    "summary{cursor:pointer}[hidden]{display:none!important}\n"
    "ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.3rem;padding:0;"
    "margin:.7rem 0}\n"
    "@media(max-width:40rem){body{padding:.7rem;font-size:14px}}\n";

void seam_page_begin(FILE *out, const char *title, const char *style) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
          "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
          "content=\"width=device-width,initial-scale=1\"/>\n<title>",
          out);
    seam_xml_text(out, title);
    fprintf(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n", common, style);
}

void seam_page_end(FILE *out, const char *script) {
    fprintf(out, "<script>\n%s</script>\n</body>\n</html>\n", script);
}
