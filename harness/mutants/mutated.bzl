"""mutated(name, srcs): a directory with copies of C files in which every mutant lies dormant (tool.c)."""

def _mutated_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [out.path, "harness/"] + [file.path for file in ctx.files.srcs],
        inputs = ctx.files.srcs,
        outputs = [out],
        mnemonic = "Mutate",
    )
    return [DefaultInfo(files = depset([out]))]

mutated = rule(
    implementation = _mutated_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".c", ".h"]),
        "_tool": attr.label(default = "//harness/mutants:tool", executable = True, cfg = "exec"),
    },
)
