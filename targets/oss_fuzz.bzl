"""How a fuzz target is packaged for OSS-Fuzz: as files in a directory like its $OUT.

`oss_fuzz_package` takes the fuzzer as the config of the command builds it, for ci/oss-fuzz/build.sh;
`base_builder_package` builds it as base-builder does with SANITIZER=address, whatever that config is, for
oss_fuzz_test. Seeds and dictionary are made once, for both.
"""

def _package_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    binary = ctx.files.binary[0]
    corpus = ctx.files.corpus[0]
    ctx.actions.run_shell(
        command = """
            set -eu
            zipper=$1 binary=$2 dict=$3 corpus=$4 out=$5 name=$6
            cp "$binary" "$out/$name"
            cp "$dict" "$out/$name.dict"
            printf '[libfuzzer]\\nmax_len = 524\\nuse_counters = 0\\ndict = %s.dict\\n' "$name" > "$out/$name.options"
            files=$(cd "$corpus" && for f in *; do echo "$f=$corpus/$f"; done)
            "$zipper" c "$out/${name}_seed_corpus.zip" $files
        """,
        arguments = [
            ctx.executable._zipper.path,
            binary.path,
            ctx.file.dict.path,
            corpus.path,
            out.path,
            ctx.attr.fuzzer,
        ],
        inputs = [binary, ctx.file.dict, corpus],
        tools = [ctx.executable._zipper],
        outputs = [out],
        mnemonic = "OssFuzz",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_ATTRIBUTES = {
    "corpus": attr.label(),
    "dict": attr.label(allow_single_file = True),
    "fuzzer": attr.string(doc = "name of the target"),
    "_zipper": attr.label(default = "@bazel_tools//tools/zip:zipper", executable = True, cfg = "exec"),
}

oss_fuzz_package = rule(
    implementation = _package_impl,
    attrs = dict(_ATTRIBUTES, binary = attr.label()),
)

def _base_builder_impl(_settings, _attr):
    return {
        "//command_line_option:copt": [
            "-std=c11",
            "-O1",
            "-fno-omit-frame-pointer",
            "-gline-tables-only",
            "-fsanitize=address",
            "-fsanitize-address-use-after-scope",
            "-fsanitize=fuzzer-no-link",
        ],
        "//command_line_option:linkopt": ["-fsanitize=address", "-fuse-ld=bfd"],
    }

_base_builder = transition(
    implementation = _base_builder_impl,
    inputs = [],
    outputs = ["//command_line_option:copt", "//command_line_option:linkopt"],
)

base_builder_package = rule(
    implementation = _package_impl,
    attrs = dict(
        _ATTRIBUTES,
        binary = attr.label(cfg = _base_builder),
        _allowlist_function_transition = attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    ),
)
