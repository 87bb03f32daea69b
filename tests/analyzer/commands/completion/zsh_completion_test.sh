#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# zsh_completion_test.sh: presses TAB in a real zsh and reads what stands on the line afterwards, and which list it shows.
#
# usage: zsh_completion_test.sh PROGRAM
set -euo pipefail

program=$(readlink -f "$1")
if ! command -v zsh >/dev/null; then
  echo "SKIPPED: zsh is not installed (tools/setup gates installs it)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/functions" "$folder/dumps"
touch "$folder/dumps/node.prom" "$folder/dumps/two words.prom"
"$program" completion zsh >"$folder/functions/_seriesguard"
cat >"$folder/press.zsh" <<'END'
zmodload zsh/zpty
# Types $1 and TAB in the shell; prints the line afterwards. Ends by itself after some 30 s without an answer.
zpty shell zsh -f -i
say() { zpty -w shell "$1" }
until_seen() {
  local text='' part i
  for (( i = 0; i < 600; i++ )); do
    while zpty -r -t shell part; do text+=$part; done
    [[ $text != *$1* ]] || { REPLY=$text; return 0 }
    sleep 0.05
  done
  print -r -- "no answer; the shell said: ${(qqqq)text}"
  exit 1
}
say "PS1=; unsetopt zle_bracketed_paste; setopt no_beep no_list_beep no_list_ambiguous; LISTMAX=1000; LINES=200; COLUMNS=200"
say "fpath=($1/functions \$fpath); cd $1/dumps; autoload -Uz compinit; compinit -D -u"
say "show-line() { print; print -r -- \"LINE<\$BUFFER>END\"; BUFFER=; zle accept-line }; zle -N show-line; bindkey '^X^L' show-line"
say "print rea''dy"
until_seen ready
zpty -w -n shell "$2"$'\t\x18\x0c'
until_seen '>END'
print -r -- "$REPLY"
END

failures=0
# Expects that TAB makes $2 of $1, and that each further word occurs in what zsh shows.
expect() {
  local typed=$1 line=$2 shown got
  shift 2
  shown=$(zsh -f "$folder/press.zsh" "$folder" "$typed" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g')
  got=$(sed -n 's/^.*LINE<\(.*\)>END.*/\1/p' <<<"$shown" | tail -n 1)
  if [ "$got" != "$line" ]; then
    printf 'typed:    %s\nexpected: %s\ngot:      %s\n' "$typed" "$line" "$got"
    failures=$((failures + 1))
  fi
  for word in "$@"; do
    if ! grep -qF -- "$word" <<<"$shown"; then
      printf 'typed: %s\n"%s" is not shown in:\n%s\n' "$typed" "$word" "$shown"
      failures=$((failures + 1))
    fi
  done
}

expect 'seriesguard che' 'seriesguard check '
expect 'seriesguard policy exp' 'seriesguard policy exp' explain export 'show what a policy does'
expect 'seriesguard policy export --to al' 'seriesguard policy export --to alerts '
expect 'seriesguard top --serv' 'seriesguard top --server='
expect 'seriesguard top --server ' 'seriesguard top --server prometheus' prometheus2 prometheus3
expect 'seriesguard check --format=sa' 'seriesguard check --format=sarif '
expect 'seriesguard check --output js' 'seriesguard check --output json='
expect 'seriesguard check --output json=no' 'seriesguard check --output json=node.prom '
expect 'seriesguard check --policy no' 'seriesguard check --policy node.prom '
expect 'seriesguard top tw' 'seriesguard top two\ words.prom '
expect 'seriesguard explain a_metric no' 'seriesguard explain a_metric node.prom '
expect 'seriesguard completion z' 'seriesguard completion zsh '
expect 'seriesguard help comp' 'seriesguard help completion '

[ "$failures" -eq 0 ] || exit 1
echo "zsh $(zsh -c 'echo "$ZSH_VERSION"') answers as expected"
