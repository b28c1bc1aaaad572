"""host_go for MODULE.bazel. A file of its own, because Bazel 4 does not know module extensions."""

load(":host_go.bzl", "host_go")

host_go_extension = module_extension(implementation = lambda _module_ctx: host_go(name = "host_go"))
