#!/bin/bash -eu
# The same build as for OSS-Fuzz.
exec bash -eu "$SRC/seam/ci/oss-fuzz/build.sh"
