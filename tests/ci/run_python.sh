#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run_python.sh: a Python test with its arguments; Bazel has no Python tool chain here.
set -eu
exec python3 "$@"
