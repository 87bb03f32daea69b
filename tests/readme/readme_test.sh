#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# readme_test: the README's examples print what the README says; and the checker sees it when they do not.
#
# usage: readme_test.sh PROGRAM CHECKER PAGE...      from the root of the sources, as Bazel does
set -eu
program=$1
checker=$2
shift 2
python3 "$checker" --program "$program" --files tests/readme "$@"

# A changed digit must be found, or the test above holds nothing.
changed=${TEST_TMPDIR:-/tmp}/changed.md
sed 's/^\([0-9][0-9]* series in\)/1\1/' "$1" >"$changed"
if cmp -s "$1" "$changed"; then
  echo "the page has no line \"N series in\" to change" >&2
  exit 1
fi
if python3 "$checker" --program "$program" --files tests/readme "$changed" >/dev/null; then
  echo "a changed number went unseen" >&2
  exit 1
fi
