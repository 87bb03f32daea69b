#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# guarded_service_test.sh: see guarded_service_test.py. usage: ... SCRIPT SERVICE POLICY SERIESGUARD
set -eu
exec python3 "$@"
