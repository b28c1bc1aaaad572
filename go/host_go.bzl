"""The Go releases of this machine, and executors built with them.

`host_go` finds every /usr/lib/go-1.XX and the go on PATH; no Go is not an error, it makes the tests
that need one skip and say so. `go_executor` builds the program that runs scenarios on real Go, in one
flavor: plain, cgocheck2, asan or race; `go_test` is the tests of that program. The building itself is
done by `seam executor`, so there is one way to do it. To add a flavor: rules/flavor.h.
"""

_OLDEST = 19
_NEWEST = 60

def _minor_of(repository_ctx, command):
    """The minor number of a go command, or 0."""
    answer = repository_ctx.execute([command, "env", "GOVERSION"], environment = {"GOTOOLCHAIN": "local"})
    version = answer.stdout.strip()
    if answer.return_code != 0 or not version.startswith("go1."):
        return 0
    minor = version[len("go1."):].split(".")[0].split("rc")[0].split("-")[0]
    return int(minor) if minor.isdigit() else 0

def _host_go_impl(repository_ctx):
    found = {}
    for minor in range(_OLDEST, _NEWEST):
        root = "/usr/lib/go-1.%d" % minor
        if repository_ctx.path(root + "/bin/go").exists:
            found[minor] = root
    on_path = repository_ctx.which("go")
    if on_path:
        minor = _minor_of(repository_ctx, on_path)
        root = repository_ctx.execute([on_path, "env", "GOROOT"]).stdout.strip()
        if minor >= _OLDEST and minor not in found:
            found[minor] = root
    minors = sorted(found.keys())
    repository_ctx.file("BUILD", "")
    repository_ctx.file("releases.bzl", "\n".join([
        '"""Go releases of this machine: minor number to GOROOT."""',
        "RELEASES = {%s}" % ", ".join(['%d: "%s"' % (m, found[m]) for m in minors]),
        "OLDEST = %s" % (minors[0] if minors else None),
        "NEWEST = %s" % (minors[-1] if minors else None),
        "",
    ]))

# local and configure: looked at again by every new Bazel server, and by `bazel sync --configure`;
# ci/test passes SEAM_HOST_GO, the list of releases, so that a new one is seen at once.
host_go = repository_rule(
    implementation = _host_go_impl,
    configure = True,
    environ = ["PATH", "SEAM_HOST_GO"],
    local = True,
)

_Hermetic = provider(fields = ["value"])

def _hermetic_flag_impl(ctx):
    return [_Hermetic(value = ctx.build_setting_value)]

hermetic_flag = rule(
    implementation = _hermetic_flag_impl,
    doc = "An action takes nothing from this machine but its compilers.",
    build_setting = config.bool(flag = True),
)

_NO_GO = "SKIP: no Go on this machine; run ci/setup or install golang-1.19-go"

def _build(ctx, without_go, options = []):
    """Build with Go; on a machine that has none, write the text `without_go`."""
    out = ctx.actions.declare_file(ctx.label.name)
    if not ctx.attr.root:
        ctx.actions.write(out, without_go, is_executable = True)
        return out
    arguments = ["executor", "--go=" + ctx.attr.root, "--flavor=" + ctx.attr.flavor, "-o", out.path] + options
    hermetic = ctx.attr._hermetic[_Hermetic].value
    ctx.actions.run_shell(
        command = ("export SEAM_CACHE=$PWD/seam-cache; " if hermetic else "") + "exec \"$@\"",
        arguments = [ctx.executable._seam.path] + arguments,
        tools = [ctx.executable._seam],
        outputs = [out],
        mnemonic = "GoExecutor",
        progress_message = "Building %s with %s" % (ctx.label.name, ctx.attr.root),
        # Go's build cache is shared by all flavors and lives in the user's home. Who has neither builds all of Go's
        # library each time.
        execution_requirements = {} if hermetic else {"no-sandbox": "1", "no-remote": "1"},
        use_default_shell_env = True,
    )
    return out


_BUILD_ATTRIBUTES = {
    "flavor": attr.string(values = ["plain", "cgocheck2", "asan", "race"], mandatory = True),
    "root": attr.string(doc = "GOROOT; empty: there is no Go"),
    "_hermetic": attr.label(default = "//go:hermetic"),
    "_seam": attr.label(default = "//harness:seam", executable = True, cfg = "exec"),
}

def _go_executor_impl(ctx):
    out = _build(ctx, _NO_GO + "\n")
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

go_executor = rule(
    implementation = _go_executor_impl,
    attrs = _BUILD_ATTRIBUTES,
)

def _go_test_impl(ctx):
    return [DefaultInfo(executable = _build(ctx, "#!/bin/sh\necho '%s'\n" % _NO_GO, ["--tests"]))]

go_test = rule(
    implementation = _go_test_impl,
    doc = "The tests of the Go package, with one release.",
    attrs = _BUILD_ATTRIBUTES,
    test = True,
)

# If Bazel splits the test, each part has its share of the scenarios; without any, the first part is the test.
_SEAM_TEST = """#!/bin/sh
set -- %s
if [ "${TEST_TOTAL_SHARDS:-1}" -gt 1 ]; then
    touch "$TEST_SHARD_STATUS_FILE"
    scenarios=0 mine=0
    for argument; do
        shift
        case $argument in
        *.seam)
            scenarios=$((scenarios + 1))
            [ $((scenarios %% TEST_TOTAL_SHARDS)) -eq "$TEST_SHARD_INDEX" ] || continue
            mine=$((mine + 1))
            ;;
        esac
        set -- "$@" "$argument"
    done
    [ $mine -gt 0 ] || [ $scenarios$TEST_SHARD_INDEX = 00 ] || exit 0
fi
exec %s "$@"
"""

def _seam_test_impl(ctx):
    bin_dir = ctx.bin_dir.path + "/"  # runfiles are named without it
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    # $(locations X) is many words; each word is quoted.
    arguments = " ".join([ctx.expand_location(a, ctx.attr.data) for a in ctx.attr.arguments]).split(" ")
    ctx.actions.write(script, _SEAM_TEST % (
        " ".join(["'%s'" % a.replace(bin_dir, "") for a in arguments]),
        ctx.executable._seam.short_path,
    ), is_executable = True)
    runfiles = ctx.runfiles(files = ctx.files.data + [ctx.executable._seam])
    return [DefaultInfo(executable = script, runfiles = runfiles)]

seam_test = rule(
    implementation = _seam_test_impl,
    doc = "A test that is one run of seam; it passes if seam exits 0.",
    attrs = {
        "arguments": attr.string_list(),
        "data": attr.label_list(allow_files = True),
        "_seam": attr.label(default = "//harness:seam", executable = True, cfg = "target"),
    },
    test = True,
)
