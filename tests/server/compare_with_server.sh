#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the counts of `seriesguard top` against a real Prometheus: our own small dumps, and every fifth dump of the
# corpus where there is one.
#
# usage: compare_with_server.sh [PROGRAM]      (default: bazel-bin/analyzer/seriesguard)
#
# SERIESGUARD_CORPUS names the corpus (default: ../shared/corpus beside the project), PROMETHEUS the server
# (default: /usr/bin/prometheus). Exit status as compare_with_server.py; 0 with the word SKIPPED without a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=${1:-$root/bazel-bin/analyzer/seriesguard}
corpus=${SERIESGUARD_CORPUS:-$root/../shared/corpus}
set -- "$root"/tests/data/dumps/*.prom "$root"/tests/data/dumps/*.om
number=0
for dump in "$corpus"/real/*.prom "$corpus"/real-converted/*.om; do
  [ -f "$dump" ] || continue
  number=$((number + 1))
  [ $((number % 5)) -eq 0 ] && set -- "$@" "$dump"
done
[ "$number" -gt 0 ] || echo "no corpus at $corpus: our own dumps only"
exec python3 "$here/compare_with_server.py" --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" \
  --seriesguard "$program" --seconds 120 "$@"
