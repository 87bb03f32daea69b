#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# bash_completion_test.sh: asks the printed script for answers, as bash asks it.
#
# usage: bash_completion_test.sh PROGRAM
#
# Words are given in pieces as bash cuts them: "=" and ":" are pieces of their own.
set -euo pipefail

program=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir dumps
touch node.prom "two words.prom" nothing.txt dumps/a.prom

failures=0
# Expects the answers $1, between "|", to the line whose pieces follow; the last piece is the one being typed.
expect() {
  local expected=$1 got
  shift
  # shellcheck disable=SC2016  # expanded by the inner shell
  got=$(bash --norc -c '
    source <("$1" completion bash)
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _seriesguard
    [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}" | sort | paste -sd "|"' bash "$program" "$@")
  if [ "$got" != "$expected" ]; then
    printf 'typed:    %s\nexpected: %s\ngot:      %s\n' "$*" "$expected" "$got"
    failures=$((failures + 1))
  fi
}

# Every word that help lists is an answer to nothing.
names=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\).*/\1/p' | sort -u | paste -sd '|')
expect "$(printf '%s|help|version|--help|--version' "$names" | tr '|' '\n' | sort | paste -sd '|')" seriesguard ''
expect 'check' seriesguard ch
expect '--help|--version' seriesguard --
expect 'check|explain|export|import|schema|test' seriesguard policy ''
expect 'explain|export' seriesguard policy ex
expect 'top' seriesguard help to
expect 'schema' seriesguard help policy sch
expect '' seriesguard nonsense ''
expect '' seriesguard nonsense --

# Flags: exactly those that the command's own help shows.
for command in top check diff suggest 'policy export' 'policy check'; do
  # shellcheck disable=SC2086  # two words
  flags=$("$program" $command --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort -u)
  # shellcheck disable=SC2086
  expect "$(printf '%s\n--help\n' "$flags" | sed '/^$/d' | sort -u | paste -sd '|')" seriesguard $command --
done
expect '--max-body-bytes|--max-compression-ratio|--max-uncompressed-bytes' seriesguard top --max-

# Values of closed lists, after a blank and after an equals sign, cut or whole.
expect 'prometheus2|prometheus3' seriesguard top --server ''
expect 'prometheus2|prometheus3' seriesguard top --server = ''
expect 'prometheus3' seriesguard top --server = prometheus3
expect '--server=prometheus2|--server=prometheus3' seriesguard top --server=pro
expect 'text' seriesguard diff --format te
expect 'sarif' seriesguard check --format sar
expect '' seriesguard top --format sar
expect 'bytes|samples|series|values' seriesguard top --strict --by ''
expect 'k8s-allow-list' seriesguard policy export --to k
expect 'bash|fish|zsh' seriesguard completion ''
expect 'diff' seriesguard schema di

# A format and its file.
expect 'json=' seriesguard check --output js
expect 'node.prom|nothing.txt' seriesguard check --output json = n
expect 'json=node.prom|json=nothing.txt' seriesguard check --output json=n
expect 'node.prom|nothing.txt' seriesguard check --output = json = n

# Files: of flags and as inputs, with blanks in their names, below folders, after --.
expect 'node.prom|nothing.txt' seriesguard check --policy n
expect 'dumps|node.prom|nothing.txt|two words.prom' seriesguard top ''
expect 'dumps/a.prom' seriesguard top --limit 5 dumps/
expect 'node.prom|nothing.txt' seriesguard top -- n
expect '' seriesguard top -- --li
# A value is not a positional: METRIC is anything, what follows it is a file.
expect '' seriesguard explain --limit 3 n
expect 'node.prom|nothing.txt' seriesguard explain --limit 3 http_requests_total n
expect 'node.prom|nothing.txt' seriesguard explain --limit=3 http_requests_total n
expect '' seriesguard top --limit ''
expect '' seriesguard diff node.prom nothing.txt n
# An address is put together again, and no file begins so.
expect '' seriesguard top http : //127.0.0.1 : 90

[ "$failures" -eq 0 ] || exit 1
echo "bash $(bash -c 'echo "$BASH_VERSION"') answers as expected"
