#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# testing_pages_test: the programs of docs/testing_metrics.md and of the buckets of docs/metrics.md print what the pages say.
# (That docs/metrics.md holds buckets.cc and buckets.txt is looked at by metrics_pages_test.)
#
# usage: testing_pages_test.sh PROGRAM CHECKER BUCKETS FAILURE TESTING_PAGE
set -eu
python3 "$2" --program "$1" --files tests/readme "$5"
scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/pages.XXXXXX")

"$3" >"$scratch/buckets.txt"
diff tests/readme/buckets.txt "$scratch/buckets.txt"

status=0
# A file that is told of would be this test's own.
env -u XML_OUTPUT_FILE -u TEST_PREMATURE_EXIT_FILE "$4" --gtest_brief=1 --gtest_color=no >"$scratch/all.txt" 2>&1 || status=$?
[ "$status" = 1 ] || {
  cat "$scratch/all.txt"
  echo "expectations that must fail ended with status $status" >&2
  exit 1
}
grep -v -e '^\[' -e '^Running main' "$scratch/all.txt" >"$scratch/failure.txt"
diff tests/readme/testing_failure.txt "$scratch/failure.txt"
