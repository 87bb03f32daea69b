#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh: finds the program for the steps after it: one that is named, a release, or a build of this checkout.
#
#   SERIESGUARD_PROGRAM      a program that is there already: nothing else is done
#   SERIESGUARD_VERSION      a release, such as 0.1.0
#   SERIESGUARD_RELEASE_URL  the folder of its files; https, or file: for a mirror on the machine. Without it that of
#                            SERIESGUARD_REPOSITORY (owner/name) at GITHUB_SERVER_URL
#   SERIESGUARD_FOLDER       where it is unpacked; default seriesguard-program
#
# A release is used only when its checksum is that of SHA256SUMS beside it. Without a version the program is built, which
# takes minutes and needs Debian 12. Writes `program` to GITHUB_OUTPUT where that is set, and prints it.
# Exit status: 0, or 2 with the reason.
set -euo pipefail

fail() {
  echo "::error::seriesguard: $1"
  exit 2
}
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
folder=${SERIESGUARD_FOLDER:-seriesguard-program}
version=${SERIESGUARD_VERSION:-}
if [ -n "${SERIESGUARD_PROGRAM:-}" ]; then
  program=$(command -v -- "$SERIESGUARD_PROGRAM") || fail "the program that was named is not there"
elif [ -n "$version" ]; then
  [[ $version =~ ^[0-9]+(\.[0-9]+){1,3}$ ]] || fail "a version is numbers with dots, such as 0.1.0"
  url=${SERIESGUARD_RELEASE_URL:-}
  if [ -z "$url" ] && [ -n "${SERIESGUARD_REPOSITORY:-}" ]; then
    url=${GITHUB_SERVER_URL:-https://github.com}/$SERIESGUARD_REPOSITORY/releases/download/v$version
  fi
  case $url in
    https://* | file:/*) ;;
    *) fail "it is not known where the release is: the address of its folder has to begin with https://" ;;
  esac
  machine=$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')
  archive=seriesguard_${version}_$machine.tar.gz
  mkdir -p "$folder"
  for file in SHA256SUMS "$archive"; do
    curl --fail --silent --show-error --location --proto '=https,file' --max-time 300 --output "$folder/$file" \
      "${url%/}/$file" || fail "$file could not be fetched"
  done
  (cd "$folder" && grep -E "^[0-9a-f]{64} [ *]$archive\$" SHA256SUMS | sha256sum --check --strict --quiet) ||
    fail "the checksum of $archive is not that of SHA256SUMS"
  tar -xzf "$folder/$archive" -C "$folder" --no-same-owner
  program=$(readlink -f "$folder/seriesguard_${version}_$machine/bin/seriesguard")
else
  "$root/tools/seriesguard" --version >/dev/null || fail "the program could not be built"
  program=$root/.cache/seriesguard
fi
"$program" --version | head -n 1
if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'program=%s\n' "$program" >>"$GITHUB_OUTPUT"; fi
echo "$program"
