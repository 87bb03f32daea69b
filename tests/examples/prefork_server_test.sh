#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# prefork_server_test.sh: see prefork_server_test.py. usage: ... SCRIPT SERVER POLICY SERIESGUARD
set -eu
exec python3 "$@"
