#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: browse_in_tmux.sh BROWSE_IN_TMUX.PY PROGRAM PAGE SHOP.PROM
# The policy of the page's screens lies beside SHOP.PROM.
exec python3 -B "$1" "$2" "$3" "$(dirname "$4")"
