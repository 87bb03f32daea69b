#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# promtool_accepts.sh: see promtool_accepts.py. usage: ... SCRIPT PROGRAM [COUNT [SEED]]
set -eu
exec python3 "$@"
