#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# release_test.sh: what tools/release makes: the same bytes twice, only the shared libraries that are meant, and a package that
# installs, works and goes again.
#
# usage: release_test.sh RELEASE DUMP      (the gate `release` runs it)
set -euo pipefail

release=$(readlink -f "$1")
dump=$(readlink -f "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for program in dpkg-deb dpkg-shlibdeps strip; do
  if ! command -v "$program" >/dev/null; then
    echo "SKIPPED: $program is not installed (dpkg-dev, binutils)"
    exit 0
  fi
done
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

"$release" "$folder/one" >/dev/null
"$release" "$folder/two" >/dev/null
diff -r "$folder/one" "$folder/two" || fail "two releases of one tree differ"
cd "$folder/one"
sha256sum --check --strict --quiet SHA256SUMS || fail "the checksums do not fit"
[ "$(wc -l <SHA256SUMS)" -eq 2 ] || fail "SHA256SUMS has not two files"
package=$(echo seriesguard_*.deb)
name=${package%.deb}

mkdir "$folder/deb"
tar -xzf "$name.tar.gz" -C "$folder"
dpkg-deb -x "$package" "$folder/deb"
archive=$folder/$name
cmp "$archive/bin/seriesguard" "$folder/deb/usr/bin/seriesguard" || fail "the two programs differ"
program=$folder/deb/usr/bin/seriesguard
cd "$folder"

# Only the C library is asked for, and no symbol for debuggers is left.
asked=$(objdump -p "$program" | sed -n 's/^ *NEEDED *//p' | sort | paste -sd ' ')
for library in $asked; do
  case $library in
    libc.so.6 | libm.so.6 | ld-linux*.so.*) ;;
    *) fail "the program asks for $library" ;;
  esac
done
! objdump -h "$program" | grep -q '\.debug_' || fail "debug sections are left"
! nm "$program" 2>/dev/null | grep -q ' [tT] ' || fail "symbols are left"
objdump -f "$program" | grep -q DYNAMIC || fail "it is not position independent"

# It works, from either archive, and knows what it is.
[ "$("$program" --version | head -n 1)" = "seriesguard $(dpkg-deb -f "one/$package" Version)" ] || fail "--version and the package differ"
"$program" --version | grep -Eq '^commit     ([0-9a-f]{12}(-changed)?|unknown)$' || fail "--version has no commit"
if git -C "$(dirname "$release")" rev-parse --short=12 HEAD >commit 2>/dev/null; then
  "$program" --version | grep -q "^commit     $(cat commit)" || fail "--version is not of commit $(cat commit)"
fi
"$program" top "$dump" >top.txt || fail "top: status $?"
grep -q 'http_requests_total' top.txt || fail "top printed: $(head -3 top.txt)"
gzip -c "$dump" >dump.prom.gz
"$archive/bin/seriesguard" top --format json dump.prom.gz >top.json || fail "top of a packed dump: status $?"
# libcurl is loaded, and its absence is an error with a name, not a crash.
status=0
"$program" top http://127.0.0.1:1/metrics >/dev/null 2>error.txt || status=$?
[ "$status" -eq 2 ] && [ -s error.txt ] || fail "an address where nobody listens: status $status, $(cat error.txt)"

# What lies beside it is what it prints.
for part in "$folder/deb/usr" "$archive"; do
  cmp <("$program" completion bash) "$part/share/bash-completion/completions/seriesguard" || fail "bash completion"
  cmp <("$program" completion zsh) "$part/share/zsh/vendor-completions/_seriesguard" || fail "zsh completion"
  cmp <("$program" completion fish) "$part/share/fish/vendor_completions.d/seriesguard.fish" || fail "fish completion"
  cmp <("$program" man) <(zcat "$part/share/man/man1/seriesguard.1.gz") || fail "manual page"
  for library in libabsl-dev libre2-dev libyaml-cpp-dev zlib1g-dev libzstd-dev libstdc++-12-dev; do
    [ -s "$part/share/doc/seriesguard/licences/$library" ] || fail "no licence of $library"
    grep -q "^  $library " "$part/share/doc/seriesguard/copyright" || fail "$library is not in copyright"
  done
done
(cd deb && md5sum --check --quiet <(dpkg-deb --info "../one/$package" md5sums)) || fail "md5sums"
dpkg-deb -f "one/$package" Depends | grep -q '^libc6 (>= [0-9.]*)$' || fail "Depends is $(dpkg-deb -f "one/$package" Depends)"
dpkg-deb -f "one/$package" Recommends | grep -q libcurl4 || fail "libcurl4 is not recommended"
if dpkg-deb -c "one/$package" | grep -v ' root/root '; then fail "files that are not root's"; fi
if [ -n "$(find deb -perm /022 ! -type l)" ]; then fail "files that others may write"; fi

# Installed and removed below a folder; without the other packages of the system, whose presence is not the question.
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p root/var/lib/dpkg/{info,updates}
  : >root/var/lib/dpkg/status
  dpkg --root="$folder/root" --force-depends --log=/dev/null -i "one/$package" >dpkg.log 2>&1 || fail "dpkg -i: $(cat dpkg.log)"
  cmp root/usr/bin/seriesguard "$program" || fail "dpkg installed something else"
  dpkg --root="$folder/root" --log=/dev/null --purge seriesguard >dpkg.log 2>&1 || fail "dpkg --purge: $(cat dpkg.log)"
  left=$(find root -path root/var/lib/dpkg -prune -o ! -type d -print)
  [ -z "$left" ] || fail "left after the removal: $left"
else
  echo "not root: the package was unpacked, not installed"
fi
if command -v lintian >/dev/null; then
  lintian --no-tag-display-limit "one/$package" || true # shown, and no verdict
fi

[ "$failures" -eq 0 ] || exit 1
echo "$name: the same bytes twice, $(stat -c %s "$program") bytes of program that ask for $asked"
