#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The error that buckets.h states, against the server's own histogram_quantile: `promtool test rules` evaluates it on random
# samples. A false statement fails as well: the same cases with the bounds a hundredth as wide.
#
# usage: buckets_in_promtool.sh BUCKET_CASES
# Exit status: 0 all holds, or SKIPPED without promtool.
set -eu
promtool=${PROMTOOL:-promtool}
command -v "$promtool" >/dev/null 2>&1 || {
  echo "SKIPPED: no promtool (package prometheus)"
  exit 0
}
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/buckets.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$1" 1 300 >"$work/cases.yaml"
expectations=$(grep -c 'expr:' "$work/cases.yaml")
[ "$expectations" -ge 2400 ] || { echo "$expectations expectations, too few"; exit 1; }
"$promtool" test rules "$work/cases.yaml" >"$work/out" 2>&1 || {
  head -n 40 "$work/out"
  exit 1
}
sed 's/<= bool \(.*\)'"'"'$/<= bool \1 * 0.01'"'"'/' "$work/cases.yaml" >"$work/narrow.yaml"
if "$promtool" test rules "$work/narrow.yaml" >"$work/out" 2>&1; then
  echo "promtool finds nothing wrong with bounds that are too narrow: this test holds nothing"
  exit 1
fi
echo "$expectations expectations hold in promtool"
