#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds what our own writers make against programs that are not ours: random families in both formats against promtool
# (text) and a real Prometheus (series a name, as compare_with_server.sh does), and exemplars against those it stored, written
# as plain data and kept by a registry.
#
# usage: written_in_prometheus.sh WRITER PROGRAM [SEED [FAMILIES]]
#
# WRITER is tests/oracle/batch/write_expositions, PROGRAM is seriesguard. PROMETHEUS and PROMTOOL name the others.
# Exit status: 0 all holds, or SKIPPED without a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
writer=$1
program=$2
seed=${3:-1}
families=${4:-1000}
prometheus=${PROMETHEUS:-/usr/bin/prometheus}
promtool=${PROMTOOL:-promtool}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$writer" text "$seed" "$families" >"$work/written.prom"
"$writer" openmetrics "$seed" "$families" >"$work/written.om"
if command -v "$promtool" >/dev/null 2>&1; then
  # 3: read, and found unlovely (random names are).
  status=0
  "$promtool" check metrics <"$work/written.prom" >"$work/lint" 2>&1 || status=$?
  if [ "$status" -ne 0 ] && [ "$status" -ne 3 ]; then
    tail -n 3 "$work/lint"
    echo "promtool refuses what was written, status $status"
    exit 1
  fi
fi
# Started here, so that it imports its neighbour.
cd "$here"
python3 compare_with_server.py --prometheus "$prometheus" --seriesguard "$program" --seconds 120 \
  "$work/written.prom" "$work/written.om"
for what in exemplars kept; do
  PYTHONDONTWRITEBYTECODE=1 python3 written_in_prometheus.py --prometheus "$prometheus" --writer "$writer" --what "$what"
done
