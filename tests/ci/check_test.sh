#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check_test.sh: check.sh and install.sh as the action calls them. usage: check_test.sh PROGRAM CHECK INSTALL
set -euo pipefail

program=$(readlink -f "$1")
check=$(readlink -f "$2")
install=$(readlink -f "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset GITHUB_OUTPUT GITHUB_STEP_SUMMARY
printf 'version: 1\nbudget: {series_limit: 3}\nmetrics:\n- {name: a, series_limit: 2, owner: "team: x"}\n' >seriesguard.yaml
printf 'a{l="1"} 1\na{l="2"} 1\n' >within.prom
printf 'a{l="1"} 1\na{l="2"} 1\na{l="3"} 1\n' >over.prom
printf 'a{l="::error::x"} 1\na{l="$(touch planted)"} 1\na{l="`touch planted`"} 1\n' >'$(touch planted); x.prom'

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
# run STATUS INPUTS: runs check.sh with fresh files of the runner and expects its status.
run() {
  local expected=$1 status=0
  : >output
  : >summary
  SERIESGUARD_PROGRAM=${SERIESGUARD_TRIED:-$program} SERIESGUARD_INPUTS=$2 SERIESGUARD_FOLDER="results of it" GITHUB_OUTPUT=$folder/output \
    GITHUB_STEP_SUMMARY=$folder/summary "$check" >out 2>err || status=$?
  [ "$status" -eq "$expected" ] || fail "status $status, not $expected, for $2: $(cat out err)"
  grep -qx "status=$expected" output || fail "GITHUB_OUTPUT has: $(cat output)"
  [ ! -e planted ] || fail "a name was run as a command"
}

run 0 within.prom
grep -q 'within budget' summary || fail "the summary is: $(cat summary)"
for file in report.json comment.md report.sarif junit.xml gitlab.json; do
  [ -s "results of it/$file" ] || fail "$file is not there"
done
run 1 over.prom
grep -q '^::error file=seriesguard.yaml,line=4,.*owner team: x' out || fail "no annotation in: $(cat out)"
cmp -s summary "results of it/comment.md" || fail "the summary is not the comment"
run 1 $'within.prom\n\n  \nover.prom\n'
run 1 '$(touch planted); x.prom'
[ "$(grep -c '^::' out)" -eq "$(grep -c '^::[a-z]* file=seriesguard.yaml' out)" ] || fail "a value began a command: $(cat out)"
run 2 absent.prom
grep -q 'could not judge' summary || fail "the summary is: $(cat summary)"
[ ! -e "results of it/comment.md" ] || grep -q 'could not\|cannot' "results of it/comment.md" ||
  fail "an old result was left: $(cat "results of it/comment.md")"
run 2 ''
SERIESGUARD_TRIED=$folder/absent run 2 within.prom
run 2 --version
# Arguments are words, one a line.
SERIESGUARD_ARGUMENTS=$'--max-growth\n10%\n--limit\n1' run 1 over.prom
SERIESGUARD_ARGUMENTS='--limit 1' run 2 over.prom
# A summary that is nearly full stays as it is.
head -c 1048500 /dev/zero | tr '\0' x >full
SERIESGUARD_PROGRAM=$program SERIESGUARD_INPUTS=over.prom GITHUB_STEP_SUMMARY=$folder/full "$check" >out || true
[ "$(wc -c <full)" -eq 1048500 ] || fail "the summary grew beyond its limit"
grep -q '^::notice::seriesguard: the summary' out || fail "it was not said: $(cat out)"

# install.sh: a release from a folder, with and without the right checksum.
machine=$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')
name=seriesguard_1.2.3_$machine
mkdir -p "release/$name/bin"
printf '#!/bin/sh\necho seriesguard 1.2.3\n' >"release/$name/bin/seriesguard"
chmod 755 "release/$name/bin/seriesguard"
tar -C release -czf "release/$name.tar.gz" "$name"
(cd release && sha256sum "$name.tar.gz" >SHA256SUMS)
: >output
SERIESGUARD_VERSION=1.2.3 SERIESGUARD_RELEASE_URL=file:$folder/release SERIESGUARD_FOLDER=got GITHUB_OUTPUT=$folder/output \
  "$install" >out || fail "install.sh: $(cat out)"
[ "$("$(sed -n 's/^program=//p' output)" --version)" = "seriesguard 1.2.3" ] || fail "not installed: $(cat output out)"
echo x >>"release/$name.tar.gz"
: >output
if SERIESGUARD_VERSION=1.2.3 SERIESGUARD_RELEASE_URL=file:$folder/release SERIESGUARD_FOLDER=got GITHUB_OUTPUT=$folder/output \
  "$install" >out 2>err; then
  fail "an archive with a wrong checksum was installed"
fi
grep -q '^::error::.*checksum' out || fail "the checksum was not named: $(cat out err)"
[ ! -s output ] || fail "a program was named although it failed"
for version in '1.2.3; touch planted' ../1.2.3 'v1'; do
  if SERIESGUARD_VERSION=$version SERIESGUARD_RELEASE_URL=file:$folder/release "$install" >out 2>&1; then
    fail "the version $version was taken"
  fi
done
if SERIESGUARD_VERSION=1.2.3 SERIESGUARD_RELEASE_URL=http://127.0.0.1/x "$install" >out 2>&1; then fail "plain http was taken"; fi
SERIESGUARD_PROGRAM=$program "$install" >out || fail "a named program: $(cat out)"
[ ! -e planted ] || fail "a version was run as a command"

[ "$failures" -eq 0 ] || exit 1
echo "check.sh and install.sh do what the action promises"
