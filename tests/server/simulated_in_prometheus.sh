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
# (One dump has a metric name that such a server reads and then refuses, unless a rule has dropped the sample before; the
# program refuses the name where it reads it.)
dumps=
for dump in "$root"/tests/readme/shop.prom "$root"/tests/data/dumps/*.prom; do
  case $dump in */blanks_before_the_name.prom) continue ;; esac
  dumps="$dumps $dump"
done
# shellcheck disable=SC2086
PYTHONDONTWRITEBYTECODE=1 exec python3 simulated_in_prometheus.py --seriesguard "$program" --seed "${2:-1}" --cases "${3:-60}" \
  --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" $dumps
