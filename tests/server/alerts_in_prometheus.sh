#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the exported alerts against a real Prometheus and a real Alertmanager; see alerts_in_prometheus.py.
#
# usage: alerts_in_prometheus.sh PROGRAM SERVICE
#
# PROGRAM is seriesguard, SERVICE is examples/guarded_service. PROMETHEUS, PROMTOOL and ALERTMANAGER name the others
# (default: those of Debian). Some 30 seconds, 90 at most on a busy machine.
# Exit status: 0 all holds, or SKIPPED without the programs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(readlink -f "$1")
service=$(readlink -f "$2")
exec python3 "$here/alerts_in_prometheus.py" --program "$program" --service "$service" \
  --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" --promtool "${PROMTOOL:-/usr/bin/promtool}" \
  --alertmanager "${ALERTMANAGER:-/usr/bin/prometheus-alertmanager}"
