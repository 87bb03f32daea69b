"""A second, instrumented build of libraries: the same sources with their crash points alive (crash_point.h).

A build setting, not a second list of targets: a program must never hold both forms of one function, so whatever a test of
crashes links is built in one go with the setting on, down to the last library.
"""

load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//bazel:warnings.bzl", "WARNINGS")

def _crash_points_flag_impl(_ctx):
    return []

# The switch itself; off unless crash_point_libraries() turns it on.
crash_points_flag = rule(
    implementation = _crash_points_flag_impl,
    build_setting = config.bool(flag = True),
)

def _turn_on_impl(_settings, _attr):
    return {"//lib/multiprocess:crash_points": True}

_turn_on = transition(
    implementation = _turn_on_impl,
    inputs = [],
    outputs = ["//lib/multiprocess:crash_points"],
)

def _crash_point_libraries_impl(ctx):
    return [cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps])]

# Passes `deps` on, built with crash points.
crash_point_libraries = rule(
    implementation = _crash_point_libraries_impl,
    attrs = {
        "deps": attr.label_list(cfg = _turn_on, providers = [CcInfo]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)

def crash_test(name, srcs, deps, size = "small", **kwargs):
    """Declares a test of which everything of ours is built with crash points.

    Args:
      name: of the test.
      srcs: its sources.
      deps: libraries of ours that it includes, //tests/lib/multiprocess:crash_harness among them. All of them stand here: what
        a test also named in another way would be linked a second time, without points.
      size: of the test.
      **kwargs: passed on to cc_test.
    """
    crash_point_libraries(
        name = name + "_libraries",
        testonly = True,
        deps = deps,
    )
    cc_test(
        name = name,
        size = size,
        srcs = srcs,
        copts = WARNINGS,
        # Shared libraries of another configuration are not among a test's files.
        linkstatic = True,
        # It knows the headers of native rules' libraries only. The libraries themselves are checked as ever.
        features = ["-layering_check"],
        deps = [
            ":" + name + "_libraries",
            "@com_google_googletest//:gtest_main",
        ],
        **kwargs
    )
