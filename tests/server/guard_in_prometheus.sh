#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds a guarded service under a real Prometheus to what it promises where nothing may be missing: zero_first, 100 series
# at most. (Of names it asks for less than the full run does: 90 scrapes are few to learn from.) bench/compare/guard_in_prometheus measures the other policies as well, in 16 minutes.
#
# usage: guard_in_prometheus.sh [SERVICE]      (default: bazel-bin/examples/guarded_service)
#
# PROMETHEUS names the server (default: /usr/bin/prometheus). Exit status 0: all holds, or SKIPPED without a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
exec "$root/bench/compare/guard_in_prometheus" --service "${1:-$root/bazel-bin/examples/guarded_service}" \
  --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" --seconds "${SECONDS_OF_RUN:-90}" --least-named 60 --variants busiest-zero_first
