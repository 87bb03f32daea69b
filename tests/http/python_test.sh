#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# python_test.sh: runs a test that is written in Python; see the scripts. usage: ... SCRIPT SERIESGUARD
set -eu
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$@"
