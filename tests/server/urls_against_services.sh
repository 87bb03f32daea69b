#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Reads and watches real services by their addresses; see urls_against_services.py.
#
# usage: urls_against_services.sh SERIESGUARD GUARDED_SERVICE
#
# PROMETHEUS, NODE_EXPORTER and PUSHGATEWAY name the programs (default: those of Debian); one that is not there is left out,
# and said. Some 20 seconds. Exit status: 0 all holds, or SKIPPED without any of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(readlink -f "$1")
service=$(readlink -f "$2")
cd "$here"
exec env PYTHONDONTWRITEBYTECODE=1 python3 urls_against_services.py --seriesguard "$program" --service "$service" \
  --policy "$here/../../examples/seriesguard.yaml" --prometheus "${PROMETHEUS:-/usr/bin/prometheus}" \
  --node-exporter "${NODE_EXPORTER:-/usr/bin/prometheus-node-exporter}" \
  --pushgateway "${PUSHGATEWAY:-/usr/bin/prometheus-pushgateway}"
