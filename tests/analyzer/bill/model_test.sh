#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# model_test: the constants of the header are what the fit of the kept runs gives, digit for digit.
#
# usage: model_test.sh FIT RUNS HEADER      from the root of the sources, as Bazel does
set -eu
fit=$1
runs=$2
header=$3
export PYTHONDONTWRITEBYTECODE=1
found=0
for version in $(tail -n +2 "$runs" | cut -f1 | sort -u); do
  # Line breaks and blanks are the formatter's.
  model=$(python3 "$fit" --fit "$runs" --version "$version" --header | tr -d ' \n')
  if ! tr -d ' \n' <"$header" | grep -qF "$model"; then
    echo "$header does not have what the runs of $version give:" >&2
    python3 "$fit" --fit "$runs" --version "$version" --header >&2
    exit 1
  fi
  found=$((found + 1))
done
if [ "$found" -lt 2 ]; then
  echo "$runs has the runs of $found versions: two were expected" >&2
  exit 1
fi
# A constant that is off by one digit must be seen, or the test above holds nothing.
if sed 's/per_series=\*\/{\([0-9]\)/per_series=*\/{1\1/' "$header" | tr -d ' \n' | grep -qF "$model"; then
  echo "a changed constant went unseen" >&2
  exit 1
fi
