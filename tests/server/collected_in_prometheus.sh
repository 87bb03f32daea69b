#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Has a real Prometheus scrape examples/collected_service, and asks it what the collectors told: the budget is kept, the sum
# of folded counters never goes back though a queue ends, and a collector that throws costs nobody else.
#
# usage: collected_in_prometheus.sh SERVICE
#
# PROMETHEUS names the server. Exit status: 0 all holds, or SKIPPED without a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here" # so that it imports its neighbour
PYTHONDONTWRITEBYTECODE=1 exec python3 collected_in_prometheus.py --service "$1" --prometheus "${PROMETHEUS:-/usr/bin/prometheus}"
