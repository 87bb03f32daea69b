#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the example of a batch job against a real Pushgateway and a real Prometheus that scrapes it; see push_in_gateway.py.
#
# usage: push_in_gateway.sh BATCH_JOB POLICY
#
# PUSHGATEWAY and PROMETHEUS name the programs (default: those of Debian). Some 15 seconds.
# Exit status: 0 all holds, or SKIPPED without the programs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
job=$(readlink -f "$1")
policy=$(readlink -f "$2")
cd "$here"
exec env PYTHONDONTWRITEBYTECODE=1 python3 push_in_gateway.py --job "$job" --policy "$policy" \
  --pushgateway "${PUSHGATEWAY:-/usr/bin/prometheus-pushgateway}" --prometheus "${PROMETHEUS:-/usr/bin/prometheus}"
