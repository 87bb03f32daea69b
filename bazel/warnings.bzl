"""The one list of warnings that all our own code is compiled with (-Werror is added by --config=werror only)."""

WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wnon-virtual-dtor",
    "-Wimplicit-fallthrough",
]
