#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# collectors_page_test: docs/collectors.md holds its program byte for byte, and the program prints what the page says.
#
# usage: collectors_page_test.sh PROGRAM CHECKER COLLECTOR PAGE
set -eu
python3 "$2" --program "$1" --files tests/readme "$4"
printed=$("$3")
for line in 'queue_jobs{queue="mail"} 12' 'queue_jobs{queue="web"} 3' 'queue_jobs{queue="other"} 3'; do
  echo "$printed" | grep -Fqx -- "$line" || {
    echo "the program of $4 does not print: $line" >&2
    exit 1
  }
done
