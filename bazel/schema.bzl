"""The library of a JSON schema that the program prints without a file beside it."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("//bazel:warnings.bzl", "WARNINGS")

def schema_library(name, **kwargs):
    """Makes a cc_library of NAME.h and NAME.cc, which includes NAME.inc: the schema as one raw string literal.

    Args:
      name: ends in _schema; "diff_schema" is made of diff.schema.json.
      **kwargs: of the cc_library.
    """
    literal = name + "_literal"
    native.genrule(
        name = literal,
        srcs = [name[:-len("_schema")] + ".schema.json"],
        outs = [name + ".inc"],
        cmd = "{ printf 'R\"schema('; cat $<; echo ')schema\"'; } > $@",
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [
            name + ".cc",
            ":" + literal,
        ],
        hdrs = [name + ".h"],
        copts = WARNINGS,
        **kwargs
    )
