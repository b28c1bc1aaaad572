"""What the rooms are compiled with, apart from what .bazelrc says of all."""

# Plumbing around the witnesses: coverage of it tells a fuzzing engine nothing.
PLUMBING = select({
    "//harness:libfuzzer": ["-fno-sanitize=fuzzer-no-link"],
    "//conditions:default": [],
})

# What ci/coverage and the _coverage of a target measure.
MEASURED = select({
    "//harness:coverage": [
        "-fprofile-instr-generate",
        "-fcoverage-mapping",
    ],
    "//conditions:default": [],
})
