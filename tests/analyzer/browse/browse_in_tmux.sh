#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: browse_in_tmux.sh BROWSE_IN_TMUX.PY PROGRAM
exec python3 -B "$1" "$2"
