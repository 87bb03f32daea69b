#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# metrics_pages_test: the programs of docs/metrics.md and docs/multiprocess.md do what the pages say, the pages hold them
# byte for byte, and the files are as large as the page computes.
#
# usage: metrics_pages_test.sh PROGRAM CHECKER OWN_METRICS MANY_PROCESSES METRICS_PAGE MULTIPROCESS_PAGE
set -eu
program=$1
checker=$2
own_metrics=$3
many_processes=$4
multiprocess=$6
python3 "$checker" --program "$program" --files tests/readme "$5" "$6"

scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/pages.XXXXXX")
fail() {
  echo "$1" >&2
  exit 1
}

"$own_metrics" >"$scratch/own.txt"
for line in 'http_requests_total{method="GET",path="/orders/0"} 1' 'http_requests_total{method="GET",path="other"} 980' \
  'queue_jobs{queue="mail"} 3' 'service_phase{service_phase="serving"} 1' 'build_info{version="1.7.0"} 1' '# EOF'; do
  grep -Fqx -- "$line" "$scratch/own.txt" || fail "the program of $5 does not print: $line"
done

"$many_processes" "$scratch/folder" >"$scratch/many.txt"
sum=$(awk '/^shop_requests_total\{/ { sum += $2 } END { print sum + 0 }' "$scratch/many.txt")
[ "$sum" = 4000 ] || fail "4 workers counted 1000 requests each, the master shows $sum"
grep -Fqx 'shop_workers_ended_total 4' "$scratch/many.txt" || fail "the master's own counter is missing"
! grep -q '^shop_workers_busy ' "$scratch/many.txt" || fail "a worker that has ended is still busy"
named=$(grep -c '^shop_requests_total{method="GET",path="/orders/' "$scratch/many.txt")
[ "$named" = 200 ] || fail "$named paths have names, not 200"

# As large as the page says: guard.shm, and the file of the master, which nobody has marked dead.
guard=$(stat -c %s "$scratch/folder/guard.shm" | awk '{ printf "%.1f MB", $1 / 1e6 }')
worker=$(stat -c %s "$scratch"/folder/worker-*.cells | awk '{ print $1 / 1024 " KiB" }')
grep -Fq "has $guard and each worker's file $worker:" "$multiprocess" ||
  fail "guard.shm has $guard, a worker's file $worker, and $multiprocess says something else"
