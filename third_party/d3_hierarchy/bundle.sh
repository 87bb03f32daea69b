#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# bundle: makes d3_hierarchy.min.js from entry.js and the packages of package-lock.json.
#
# usage: bundle.sh [--check]
#
#   --check   changes nothing; says whether the checked-in file is what would be made
#
# Exit status: 0 made, the same, or SKIPPED with the reason (no npm, no registry); 1 the file differs or could not be made.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

command -v npm >/dev/null || { echo "SKIPPED: npm is not there"; exit 0; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/entry.js" "$scratch"
cd "$scratch"
# No scripts of packages: esbuild's own program lies in a package of its platform.
if ! timeout 120 npm ci --ignore-scripts --no-audit --no-fund >log 2>&1; then
  if [ "${1:-}" = --check ] && grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network' log; then
    echo "SKIPPED: npm cannot reach its registry"
    exit 0
  fi
  cat log >&2
  exit 1
fi
{
  echo "/*! d3-hierarchy $(node -p 'require("./node_modules/d3-hierarchy/package.json").version'), a part of it; ISC licence:"
  cat node_modules/d3-hierarchy/LICENSE
  echo "*/"
  node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=d3Hierarchy --target=es2018 \
    --charset=ascii --legal-comments=none --log-level=warning
} >made
cmp -s node_modules/d3-hierarchy/LICENSE "$here/LICENSE" || { echo "LICENSE is not that of the package" >&2; exit 1; }
if [ "${1:-}" != --check ]; then
  cp made "$here/d3_hierarchy.min.js"
elif ! cmp made "$here/d3_hierarchy.min.js"; then
  exit 1
fi
echo "d3_hierarchy.min.js: $(wc -c <made) bytes"
