#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# buckets_page_test: the commands of docs/buckets.md print what the page says.
#
# usage: buckets_page_test.sh PROGRAM CHECKER PAGE
set -eu
python3 "$2" --program "$1" --files tests/readme "$3"
