#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fish_completion_test.sh: asks a real fish for its answers.
#
# usage: fish_completion_test.sh PROGRAM
set -euo pipefail

program=$(readlink -f "$1")
if ! command -v fish >/dev/null; then
  echo "SKIPPED: fish is not installed (tools/setup gates installs it)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
mkdir "$folder/dumps"
cd "$folder/dumps"
touch node.prom "two words.prom" nothing.txt
"$program" completion fish >../seriesguard.fish

failures=0
# Expects the answers $2, between "|", to the line $1; what stands behind an answer (its summary) is cut off.
expect() {
  local got
  got=$(fish --no-config -c 'source ../seriesguard.fish; complete -C $argv[1]' "$1" | cut -f 1 | sort -u | paste -sd '|')
  if [ "$got" != "$2" ]; then
    printf 'typed:    %s\nexpected: %s\ngot:      %s\n' "$1" "$2" "$got"
    failures=$((failures + 1))
  fi
}

names=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\).*/\1/p')
expect 'seriesguard ' "$(printf '%s\nhelp\nversion\n' "$names" | sort -u | paste -sd '|')"
expect 'seriesguard policy ' 'check|explain|export|import|schema|test'
expect 'seriesguard help sug' 'suggest'
for command in top check diff 'policy export'; do
  # shellcheck disable=SC2086  # two words
  flags=$("$program" $command --help | sed -n 's/^  \(--[a-z-]*\) \{1,\}\([A-Z=]\{1,\} \)\{0,1\}.*/\1/p' | sort -u)
  got=$(fish --no-config -c 'source ../seriesguard.fish; complete -C $argv[1]' "seriesguard $command --" | cut -f 1 |
    sed 's/=$//' | sort -u)
  if [ "$got" != "$(printf '%s\n--help\n' "$flags" | sort -u)" ]; then
    printf 'flags of %s:\n%s\n' "$command" "$(diff <(printf '%s\n--help\n' "$flags" | sort -u) <(echo "$got"))"
    failures=$((failures + 1))
  fi
done
expect 'seriesguard top --server ' 'prometheus2|prometheus3'
expect 'seriesguard check --format sa' 'sarif'
expect 'seriesguard top --format sa' ''
expect 'seriesguard policy export --to=k' '--to=k8s-allow-list'
expect 'seriesguard check --output js' 'json='
expect 'seriesguard check --output json=no' 'json=node.prom|json=nothing.txt'
expect 'seriesguard check --policy no' 'node.prom|nothing.txt'
expect 'seriesguard top tw' 'two words.prom'
expect 'seriesguard completion ' 'bash|fish|zsh'
expect 'seriesguard top --limit ' ''

[ "$failures" -eq 0 ] || exit 1
echo "$(fish --version | sed 's/, version//') answers as expected"
