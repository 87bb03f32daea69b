"""A second, instrumented build of libraries: the same sources with their crash points alive (crash_point.h).

A build setting, not a second list of targets: a program must never hold both forms of one function, so whatever a test of
crashes links is built in one go with the setting on, down to the last library.
"""

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

# Passes `deps` on, built with crash points. A cc_test names one such target and nothing else of ours: what it also named
# directly would be linked a second time, without points.
crash_point_libraries = rule(
    implementation = _crash_point_libraries_impl,
    attrs = {
        "deps": attr.label_list(cfg = _turn_on, providers = [CcInfo]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
