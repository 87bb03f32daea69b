#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# page_test: the commands of a page print what the page says.
#
# usage: page_test.sh PROGRAM CHECKER PAGE
set -eu
python3 "$2" --program "$1" --files tests/readme "$3"
