#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# pre_commit_in_repository.sh: the hooks of .pre-commit-hooks.yaml, run by pre-commit itself in a repository made up here.
#
# usage: pre_commit_in_repository.sh PROGRAM ROOT      ROOT: the clone with the hooks
#
# The hook that builds from source is not run: it would build the program once more, in pre-commit's own clone.
# Exit status: 0 each hook says what it must, or SKIPPED; 1 otherwise, with what pre-commit wrote.
set -euo pipefail

program=$(readlink -f "$1")
root=$(readlink -f "$2")
command -v pre-commit >/dev/null || { echo "SKIPPED: pre-commit is not installed (tools/setup gates installs it)"; exit 0; }
[ "$(git -C "$root" rev-parse --show-toplevel 2>/dev/null)" = "$root" ] || { echo "SKIPPED: not a clone"; exit 0; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/work"
ln -s "$program" "$folder/bin/seriesguard"
export PATH=$folder/bin:$PATH PRE_COMMIT_HOME=$folder/home
cd "$folder/work"
git init -q
mkdir -p broken 'two words'
cat >seriesguard.yaml <<'END'
version: 1
metrics:
- {name: requests_total, series_limit: 3, owner: team-web}
END
printf 'version: 1\nmetrix: []\n' >broken/seriesguard.yaml
printf '# TYPE requests_total counter\nrequests_total{path="/"} 1\n' >within.prom
seq 1 9 | sed 's#.*#requests_total{path="/&"} 1#' >'two words/over.prom'
gzip -k 'two words/over.prom'
echo 'not looked at' >notes.txt
git add .

# says STATUS TEXT HOOK FILE...: pre-commit ends so, and its output holds the text.
says() {
  local status=$1 text=$2 hook=$3 got=0
  shift 3
  pre-commit try-repo "$root" "$hook" --color never --files "$@" >log 2>&1 || got=$?
  if [ "$got" -ne "$status" ] || ! grep -qF -- "$text" log; then
    printf '%s %s: status %s, expected %s with "%s"\n' "$hook" "$*" "$got" "$status" "$text"
    cat log
    exit 1
  fi
}

says 0 Passed seriesguard-policy seriesguard.yaml
says 1 broken/seriesguard.yaml:2: seriesguard-policy seriesguard.yaml broken/seriesguard.yaml
says 0 Skipped seriesguard-policy within.prom notes.txt
says 0 Passed seriesguard-check within.prom notes.txt
says 1 'two words/over.prom' seriesguard-check within.prom 'two words/over.prom'
says 1 team-web seriesguard-check 'two words/over.prom.gz'
says 0 Skipped seriesguard-check notes.txt seriesguard.yaml
echo "pre-commit runs the hooks: 7 cases"
