#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# simulate_page_test: the commands of docs/simulate.md print what the page says.
#
# usage: simulate_page_test.sh PROGRAM CHECKER PAGE
set -eu
python3 "$2" --program "$1" --files tests/readme "$3"
