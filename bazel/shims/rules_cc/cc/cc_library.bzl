"""Same path as in today's rules_cc, so that our BUILD files load either."""

cc_library = native.cc_library
