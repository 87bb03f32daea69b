# SPDX-License-Identifier: Apache-2.0
"""One way to say that something does not hold."""


def expect(holds, about):
    if not holds:
        raise SystemExit("check_pages: " + about)
