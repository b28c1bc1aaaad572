"""Fuzz targets with the names that users of rules_fuzzing know, and two more.

cc_fuzz_test(name, srcs, deps, corpus, dicts) makes

    <name>            regression test: every corpus file, through a plain replay driver
    <name>_bin        the fuzzer, linked with the engine of the config (.bazelrc)
    <name>_run        bazel run: fuzz with corpus and dictionary
    <name>_corpus     the corpus as a directory of inputs; .seam text is encoded
    <name>_dict       the dictionary
    <name>_oss_fuzz   a directory in the layout of OSS-Fuzz's $OUT; for oss_fuzz_test with libFuzzer, whatever the
                      config says: <name>_libfuzzer_oss_fuzz
    <name>_replay     bazel run: run files, as in bazel run //targets:x_replay -- FILE
    <name>_shrink     bazel run ... -- FILE -o OUT: the smallest input with the same finding
    <name>_explain    bazel run ... -- FILE: what happens in it
    <name>_merge      bazel run ... -- OUT DIR...: the smallest corpus that reaches what DIRs reach
    <name>_coverage   bazel run ... -- [DIR...]: what a corpus reaches

It needs nothing from outside. `scenarios`: are the inputs scenarios? `texts`: may they be text too?
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load(":oss_fuzz.bzl", "base_builder_package", "oss_fuzz_package")
load(":tools.bzl", "fuzz_tools")

def _corpus_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        command = """
            set -eu
            seam=$1 out=$2 texts=$3; shift 3
            "$seam" seeds -o "$out"
            [ $# -eq 0 ] || "$seam" encode -o "$out" "$@"
            [ -z "$texts" ] || for f; do cp "$f" "$out/text-$(echo "$f" | tr / .)"; done
        """,
        arguments = [ctx.executable._seam.path, out.path, "texts" if ctx.attr.texts else ""] +
                    [f.path for f in ctx.files.srcs],
        inputs = ctx.files.srcs,
        tools = [ctx.executable._seam],
        outputs = [out],
        mnemonic = "FuzzCorpus",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_fuzz_corpus = rule(
    implementation = _corpus_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = True),
        "texts": attr.bool(),
        "_seam": attr.label(default = "//harness:seam", executable = True, cfg = "exec"),
    },
)

def _run_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, """#!/bin/sh
# Fuzz from the corpus; new inputs and findings go to the caller's directory.
here=$PWD work=${BUILD_WORKING_DIRECTORY:-$PWD}
mkdir -p "$work/%s.found" && cd "$work" || exit 2
exec "$here/%s" -use_counters=0 -dict="$here/%s" -artifact_prefix="$work/" "$@" "$work/%s.found" "$here/%s"
""" % (
        ctx.attr.fuzzer,
        ctx.executable.binary.short_path,
        ctx.file.dict.short_path,
        ctx.attr.fuzzer,
        ctx.files.corpus[0].short_path,
    ), is_executable = True)
    files = [ctx.executable.binary, ctx.file.dict] + ctx.files.corpus
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles(files))]

_fuzz_run = rule(
    implementation = _run_impl,
    attrs = {
        "binary": attr.label(executable = True, cfg = "target"),
        "corpus": attr.label(),
        "dict": attr.label(allow_single_file = True),
        "fuzzer": attr.string(),
    },
    executable = True,
)

def cc_fuzz_test(name, srcs, deps = [], corpus = [], dicts = [], scenarios = True, texts = False, tags = [], **kwargs):
    """A fuzz target and everything around it; see the head of this file."""
    _fuzz_corpus(name = name + "_corpus", srcs = corpus, texts = texts)
    native.genrule(
        name = name + "_dict",
        srcs = dicts,
        outs = [name + ".dict"],
        cmd = "(echo '# Words of the input.'; cat $(SRCS) /dev/null) > $@", # libFuzzer refuses an empty file
    )
    cc_test(
        name = name,
        srcs = srcs,
        args = ["$(location :%s_corpus)" % name],
        data = [":%s_corpus" % name],
        tags = tags + ["fuzz-test"],
        deps = deps + [":replay_main"],
        **kwargs
    )
    cc_binary(name = name + "_bin", srcs = srcs, testonly = True, deps = deps + [":engine"])
    cc_binary(
        name = name + "_libfuzzer",
        srcs = srcs,
        # Nothing of C++ is taken from the system where it runs.
        linkopts = ["-fsanitize=fuzzer", "-nostdlib++", "-l:libstdc++.a", "-Wl,--as-needed"],
        tags = ["manual"],
        testonly = True,
        deps = deps,
    )
    cc_binary(name = name + "_replay", srcs = srcs, testonly = True, deps = deps + [":replay_main"])
    fuzz_tools(name, srcs, deps, scenarios)
    _fuzz_run(
        name = name + "_run",
        testonly = True,
        binary = ":%s_bin" % name,
        corpus = ":%s_corpus" % name,
        dict = ":%s_dict" % name,
        fuzzer = name,
    )
    oss_fuzz_package(
        name = name + "_oss_fuzz",
        testonly = True,
        binary = ":%s_bin" % name,
        corpus = ":%s_corpus" % name,
        dict = ":%s_dict" % name,
        fuzzer = name,
    )
    base_builder_package(
        name = name + "_libfuzzer_oss_fuzz",
        testonly = True,
        binary = ":%s_libfuzzer" % name,
        corpus = ":%s_corpus" % name,
        dict = ":%s_dict" % name,
        fuzzer = name,
        tags = ["manual"],
    )
