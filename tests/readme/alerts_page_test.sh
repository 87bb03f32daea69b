#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# alerts_page_test: docs/alerts.md shows what its commands print.
#
# usage: alerts_page_test.sh PROGRAM CHECKER PAGE
set -eu
exec python3 "$2" --program "$1" --files tests/readme "$3"
