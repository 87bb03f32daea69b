"""Same path as in today's rules_cc, so that our BUILD files load either."""

cc_binary = native.cc_binary
