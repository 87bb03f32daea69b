#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# formats_corpus_test: every format of every real dump, read back by the readers of Python and by promtool.
#
# usage: formats_corpus_test.sh PROGRAM CHECKER
set -eu
python3 "$2" "$1"
