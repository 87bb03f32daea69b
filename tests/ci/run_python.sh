#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run_python.sh: a Python test with its arguments; Bazel has no Python tool chain here.
set -eu
# Debian's own, which has the packages that tools/setup installs; another Python may stand before it in PATH.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
exec "$python" "$@"
