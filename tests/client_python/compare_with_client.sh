#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# compare_with_client.sh: runs compare_with_client.py with each version of client_python that is here: Debian's, and the
# newest of the package index, which is kept in CACHE.
#
# usage: compare_with_client.sh FOLDER_TEXT SERIESGUARD CACHE [ROUNDS]
#
# Prints SKIPPED and why where there is no version at all; where one is missing the last line says so.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
folder_text=$1 program=$2 cache=$3 rounds=${4:-60}
compared=()
missing=()

compare() {
  local name=$1 python=$2 version
  version=$("$python" -c 'import importlib.metadata as m; print(m.version("prometheus_client"))' 2>/dev/null || true)
  if [ -z "$version" ]; then
    missing+=("$name")
    return 0
  fi
  echo "client_python $version ($name)"
  "$python" "$here/compare_with_client.py" "$folder_text" "$program" "$rounds"
  compared+=("$version")
}

compare "Debian's python3-prometheus-client" /usr/bin/python3

if [ ! -x "$cache/client_python/bin/python3" ]; then
  rm -rf "$cache/client_python"
  { python3 -m venv "$cache/client_python" &&
    timeout 120 "$cache/client_python/bin/python3" -m pip install --quiet prometheus-client; } >/dev/null 2>&1 ||
    rm -rf "$cache/client_python"
fi
compare "the package index's newest" "$cache/client_python/bin/python3"

if [ ${#compared[@]} -eq 0 ]; then
  echo "SKIPPED no client_python here: apt-get install python3-prometheus-client, or a package index"
  exit 0
fi
text="agrees with client_python ${compared[*]}"
[ ${#missing[@]} -eq 0 ] || text="$text; not compared: ${missing[*]}"
echo "$text"
