#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# man_page_test.sh: the manual page has no mistake that mandoc or groff knows, and shows every command and every flag.
#
# usage: man_page_test.sh PROGRAM
set -euo pipefail

program=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$program" man >seriesguard.1
failures=0
tried=''
if command -v mandoc >/dev/null; then
  tried+=" mandoc"
  mandoc -T lint seriesguard.1 >lint 2>&1 || true
  if [ -s lint ]; then
    cat lint
    failures=1
  fi
  mandoc -T utf8 -O width=100 seriesguard.1 | sed 's/.\x08//g' >shown
fi
if command -v groff >/dev/null; then
  tried+=" groff"
  groff -man -Tutf8 -ww -rLL=100n seriesguard.1 2>warnings | sed 's/\x1b\[[0-9;]*m//g; s/.\x08//g' >shown
  if [ -s warnings ]; then
    cat warnings
    failures=1
  fi
fi
if [ -z "$tried" ]; then
  echo "SKIPPED: neither mandoc nor groff is installed (tools/setup gates installs them)"
  exit 0
fi
"$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\)  .*/\1/p' | while IFS= read -r name; do
  grep -qF -- "seriesguard $name" shown || { echo "not shown: seriesguard $name"; exit 1; }
  # shellcheck disable=SC2086  # two words
  "$program" $name --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | while IFS= read -r flag; do
    grep -q -- "^ *$flag\b" shown || { echo "not shown: $flag"; exit 1; }
  done
done || failures=1
[ "$failures" -eq 0 ] || exit 1
echo "seriesguard(1) is as$tried want it"
