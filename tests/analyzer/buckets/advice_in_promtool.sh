#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The errors that `explain --buckets` states, against the server's own histogram_quantile: `promtool test rules` evaluates it on
# generated samples. A false statement fails as well: the same cases with the errors a hundredth as wide.
#
# usage: advice_in_promtool.sh ADVICE_CASES
# Exit status: 0 all holds, or SKIPPED without promtool.
set -eu
promtool=${PROMTOOL:-promtool}
command -v "$promtool" >/dev/null 2>&1 || {
  echo "SKIPPED: no promtool (package prometheus)"
  exit 0
}
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/advice.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$1" 1 300 >"$work/cases.yaml"
expectations=$(grep -c 'expr:' "$work/cases.yaml")
[ "$expectations" -ge 2000 ] || {
  echo "$expectations expectations, too few"
  exit 1
}
"$promtool" test rules "$work/cases.yaml" >"$work/out" 2>&1 || {
  head -n 40 "$work/out"
  exit 1
}
sed 's/\(s_bucket\|d_bucket\)\(.*\) <= bool \(.*\)'"'"'$/\1\2 <= bool \3 * 0.01'"'"'/' "$work/cases.yaml" >"$work/narrow.yaml"
if "$promtool" test rules "$work/narrow.yaml" >"$work/out" 2>&1; then
  echo "promtool finds nothing wrong with errors that are too small: this test holds nothing"
  exit 1
fi
echo "$expectations expectations hold in promtool"
