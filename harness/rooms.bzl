"""What the rooms are compiled with, apart from what .bazelrc says of all."""

# What a fuzzing engine watches: the witnesses, and what is itself under test. Coverage of anything else tells it
# nothing. Comparisons do not either, since the mutator knows the grammar.
WATCHED = select({
    "//harness:libfuzzer": [
        "-fsanitize=fuzzer-no-link",
        "-fno-sanitize-coverage=trace-cmp,stack-depth,indirect-calls",
    ],
    "//conditions:default": [],
})

# Where memory is owned, or used by address: there the fuzzers of asan-libfuzzer have AddressSanitizer, and nowhere
# else. All other builds have the same sanitizers everywhere.
OWNING = select({
    "//harness:asan_libfuzzer": ["-fsanitize=address"],
    "//conditions:default": [],
})

# A planted bug (plants.def): --define=plant=NAME. With --define=plant=any all are in, and SEAM_PLANT in the environment
# says which one is at work: one build for all of them (ci/time-to-bug).
PLANT = select({
    "//harness:any_plant": [
        "-DSEAM_PLANTS_AT_RUN_TIME",
        "-DSEAM_PLANTS_BY_NAME",
    ],
    "//conditions:default": ["-DSEAM_PLANT=$(plant)"],
})

# What ci/coverage and the _coverage of a target measure.
MEASURED = select({
    "//harness:coverage": [
        "-fprofile-instr-generate",
        "-fcoverage-mapping",
    ],
    "//conditions:default": [],
})
