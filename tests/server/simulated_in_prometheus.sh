#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds `seriesguard simulate --relabel` against a real Prometheus: the stored series under many lists of rules, and whether a
# scrape fails under limits; see simulated_in_prometheus.py.
#
# usage: simulated_in_prometheus.sh PROGRAM [SEED [CASES]]
#
# PROMETHEUS names the server. Some 30 seconds. Exit status: 0 all holds, or SKIPPED without a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(readlink -f "$1")
cd "$here" # so that it imports its neighbour
PYTHONDONTWRITEBYTECODE=1 exec python3 simulated_in_prometheus.py --seriesguard "$program" --seed "${2:-1}" --cases "${3:-60}" \
  --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" "$root"/tests/readme/shop.prom "$root"/tests/data/dumps/*.prom
