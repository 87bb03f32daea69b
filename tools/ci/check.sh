#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check.sh: judges the inputs once and leaves every form of the result where a CI job wants it. The action, the GitLab
# template and people's own jobs call it.
#
# usage: SERIESGUARD_INPUTS='a line each' tools/ci/check.sh
#
#   SERIESGUARD_INPUTS     files, folders or addresses, one a line
#   SERIESGUARD_POLICY     default seriesguard.yaml
#   SERIESGUARD_ARGUMENTS  further arguments of `check`, one a line: --baseline, then known.yaml
#   SERIESGUARD_PROGRAM    default seriesguard, from the PATH
#   SERIESGUARD_FOLDER     where the results go; default seriesguard-results
#
# Writes report.json, comment.md, report.sarif, junit.xml and gitlab.json into the folder, annotations to the standard output,
# the Markdown to GITHUB_STEP_SUMMARY and `status` to GITHUB_OUTPUT where these are set.
# Exit status: that of `check`: 0 within budget, 1 over it, 2 it could not be judged.
#
# Whatever comes from outside is a word of an array here, never a part of a command.
set -uo pipefail

program=${SERIESGUARD_PROGRAM:-seriesguard}
folder=${SERIESGUARD_FOLDER:-seriesguard-results}
mapfile -t inputs < <(sed '/^[[:space:]]*$/d' <<<"${SERIESGUARD_INPUTS:-}")
mapfile -t arguments < <(sed '/^[[:space:]]*$/d' <<<"${SERIESGUARD_ARGUMENTS:-}")

finish() {
  if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'status=%d\nfolder=%s\n' "$1" "$folder" >>"$GITHUB_OUTPUT"; fi
  exit "$1"
}

if [ ${#inputs[@]} -eq 0 ]; then
  echo "::error::seriesguard: there is no input to judge"
  finish 2
fi
if ! mkdir -p "$folder"; then
  echo "::error::seriesguard: the folder for the results cannot be made"
  finish 2
fi
# What a run before left would be taken for the result of one that cannot judge.
rm -f "$folder"/{report.json,comment.md,report.sarif,junit.xml,gitlab.json}
status=0
"$program" check --policy "${SERIESGUARD_POLICY:-seriesguard.yaml}" --format "${SERIESGUARD_FORMAT:-github}" \
  --output json="$folder/report.json" --output markdown="$folder/comment.md" --output sarif="$folder/report.sarif" \
  --output junit="$folder/junit.xml" --output gitlab="$folder/gitlab.json" \
  ${arguments[@]+"${arguments[@]}"} -- "${inputs[@]}" || status=$?
[ "$status" -le 1 ] || status=2 # also of a program that is not there

# A summary of a step may have 1,024 KiB; one that is longer is refused whole, with what other commands wrote.
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  if [ ! -s "$folder/comment.md" ]; then
    printf '### seriesguard: could not judge\n\nThe log of this step says why.\n' >>"$GITHUB_STEP_SUMMARY"
  elif [ $(($(wc -c <"$folder/comment.md") + $(wc -c 2>/dev/null <"$GITHUB_STEP_SUMMARY" || echo 0))) -lt 1048000 ]; then
    cat "$folder/comment.md" >>"$GITHUB_STEP_SUMMARY"
  else
    echo "::notice::seriesguard: the summary of this step is full; the result is in the log and in $folder"
  fi
fi
finish "$status"
