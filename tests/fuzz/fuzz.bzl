"""One fuzz target in two lines: an ordinary test that replays its corpus, and the libFuzzer program."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//bazel:warnings.bzl", "WARNINGS")

def fuzz_target(name, corpus, deps, size = "small"):
    """Declares `NAME_replay_test` and `NAME`, both from NAME.cc with its LLVMFuzzerTestOneInput.

    Args:
      name: e.g. "policy_reader_fuzz". The program itself is built with
        `bazel build --config=fuzz //tests/fuzz:NAME` and run with its corpus folder as the argument.
      corpus: the folder below tests/fuzz/corpus.
      deps: what NAME.cc includes.
      size: of the replay test.
    """
    files = native.glob(["corpus/" + corpus + "/**"])
    cc_test(
        name = name + "_replay_test",
        size = size,
        srcs = [
            name + ".cc",
            "replay_main.cc",
        ],
        args = ["tests/fuzz/corpus/" + corpus],
        copts = WARNINGS,
        data = files,
        deps = deps,
    )
    cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        copts = WARNINGS,
        linkopts = ["-fsanitize=fuzzer"],
        tags = [
            "fuzz",
            "manual",
        ],
        deps = deps,
    )
