#!/bin/bash -eu
# Licensed under the Apache License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0).
#
# Build every fuzz target into $OUT, in the environment of OSS-Fuzz's base-builder: CC, CXX, CFLAGS, CXXFLAGS,
# LIB_FUZZING_ENGINE, SRC, WORK and OUT say how, for any engine and sanitizer. It needs no Docker (ci/oss-fuzz/check
# runs it on this machine) and no network, apart from what the installed Bazel needs.
#
# The sources are those around this file; where it was copied to $SRC, those in $SRC/seam.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." 2>/dev/null && [ -e targets/fuzz.bzl ] || cd "$SRC/seam"

# C++ is in the engine only. Nothing of it is taken from the system where the fuzzer runs.
cxx="-nostdlib++ -l:libstdc++.a -Wl,--as-needed"
flags=(--config=oss-fuzz --repo_env="CC=$CC" --platform_suffix="-oss-fuzz-${SANITIZER-}" --symlink_prefix="$WORK/bazel-")
case " $CXXFLAGS " in
*" -stdlib=libc++ "*) cxx= flags+=(--repo_env=BAZEL_LINKLIBS=-lc++) ;;
esac
for flag in $CFLAGS; do flags+=(--copt="$flag"); done
for flag in $CXXFLAGS; do flags+=(--linkopt="$flag"); done
flags+=(--define=LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE $cxx")

targets=$(bazel query 'kind("^oss_fuzz_package rule", //targets:all)')
# shellcheck disable=SC2086 # they are words
bazel build "${flags[@]}" $targets
for target in $targets; do
    cp -f "$WORK/bazel-bin/targets/${target#//targets:}"/* "$OUT/"
done
chmod u+w "$OUT"/*

# A report of coverage looks for the sources where the compiler saw them: Bazel calls that place /proc/self/cwd.
if [ "${SANITIZER-}" = coverage ]; then
    mkdir -p "$OUT/proc/self/cwd"
    find harness targets -name '*.[ch]' -o -name '*.def' | xargs cp --parents -t "$OUT/proc/self/cwd"
fi
