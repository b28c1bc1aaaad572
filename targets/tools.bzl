"""Commands around a fuzz target, as scripts for bazel run: shrink, explain, merge and coverage.

fuzz.bzl says what each is called and does; tools_test.c that they do it.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

# Scripts around a target. In each, `here` is the directory of the runfiles, and it works in the caller's.
_HEAD = """#!/bin/sh
here=$PWD
cd "${BUILD_WORKING_DIRECTORY:-$PWD}" || exit 2
"""

_SCRIPTS = {
    "explain": """exec "$here/{program}" {verb} "$@"
""",
    "shrink": """exec "$here/{program}" {verb} "$@"
""",
    "merge": """
[ $# -ge 2 ] || { echo "usage: bazel run ... -- OUT DIR..." >&2; exit 2; }
"$here/{program}" -help=1 2>&1 | grep -q 'To run fuzzing' || {
    echo "{label}: was built without an engine; add --config=asan-libfuzzer to bazel run" >&2
    exit 2
}
out=${1%/}
shift
[ ! -e "$out" ] || { echo "$out: exists; choose another name, or remove it" >&2; exit 2; }
new=$(mktemp -d "$out.XXXXXX") || exit 2
trap 'rm -rf "$new" "$new.log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$here/{program}" -merge=1 "$new" "$@" 2>"$new.log" || { cat "$new.log" >&2; exit 2; }
mv "$new" "$out"
echo "$out: $(ls "$out" | wc -l) inputs of $(find "$@" -type f | wc -l)"
""",
    "coverage": """
[ $# -gt 0 ] || set -- "$here/{corpus}"
[ -z "{reach}" ] || "$here/{reach}" "$@" || exit
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
LLVM_PROFILE_FILE="$work/profile" "$here/{program}" "$@" 2>"$work/log" || {
    cat "$work/log" >&2
    exit 1
}
cov=$(command -v llvm-cov-19 || command -v llvm-cov) || cov=
if [ -s "$work/profile" ] && [ -n "$cov" ]; then
    "${cov%llvm-cov*}llvm-profdata${cov##*llvm-cov}" merge -o "$work/data" "$work/profile" || exit 2
    "$cov" report --show-branch-summary --show-region-summary=false -instr-profile="$work/data" "$here/{program}"
else
    echo "Lines and branches need LLVM and bazel run --config=coverage {label}"
fi
""",
}

def _tool_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    files = [ctx.executable.program] + ctx.files.corpus + ctx.files.reach
    text = _HEAD + _SCRIPTS[ctx.attr.tool]
    for key, value in {
        "corpus": ctx.files.corpus[0].short_path if ctx.files.corpus else "",
        "label": "//%s:%s" % (ctx.label.package, ctx.label.name),
        "program": ctx.executable.program.short_path,
        "reach": ctx.executable.reach.short_path if ctx.executable.reach else "",
        "verb": ctx.attr.verb,
    }.items():
        text = text.replace("{%s}" % key, value)
    ctx.actions.write(script, text, is_executable = True)
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles(files))]

_fuzz_tool = rule(
    implementation = _tool_impl,
    attrs = {
        "corpus": attr.label(),
        "program": attr.label(executable = True, cfg = "target"),
        "reach": attr.label(executable = True, cfg = "target"),
        "tool": attr.string(),
        "verb": attr.string(), # before the arguments, if the program is seam
    },
    executable = True,
)

def fuzz_tools(name, srcs, deps, scenarios):
    """Shrink, explain, merge and coverage. Bytes that are not a scenario are shrunk as bytes."""
    seam = "//harness:seam"
    if not scenarios:
        cc_binary(name = name + "_shrink_bin", srcs = srcs, testonly = True, deps = deps + [":shrink_main"])
    _fuzz_tool(
        name = name + "_shrink",
        testonly = True,
        program = seam if scenarios else ":%s_shrink_bin" % name,
        tool = "shrink",
        verb = "shrink" if scenarios else "",
    )
    _fuzz_tool(
        name = name + "_explain",
        testonly = True,
        program = seam if scenarios else ":%s_replay" % name,
        tool = "explain",
        verb = "replay" if scenarios else "",
    )
    _fuzz_tool(name = name + "_merge", testonly = True, program = ":%s_bin" % name, tool = "merge")
    _fuzz_tool(
        name = name + "_coverage",
        testonly = True,
        corpus = ":%s_corpus" % name,
        program = ":%s_replay" % name,
        reach = ":reach" if scenarios else None,
        tool = "coverage",
    )
