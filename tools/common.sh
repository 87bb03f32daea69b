# SPDX-License-Identifier: Apache-2.0
#
# common.sh: what the scripts of this folder share: where the clone is, how Bazel is called, how results are counted.
# Sourced by bash, never run.
#
# Environment
#   SERIESGUARD_OUTPUT_BASE   Bazel's output base, where the default (under ~/.cache/bazel) does not suit
#   SERIESGUARD_SKIP_SETUP=1  no package is looked for or installed
#   SERIESGUARD_TALLY         file to which each test and each gate adds one line: PASSED, FAILED or SKIPPED, its name, why

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/.cache # ignored by git; holds the built program, logs and fuzzing finds

# A cron job or a bare container may have neither; Bazel wants both.
export HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export USER=${USER:-$(id -un)}

say() { printf '%s\n' "$*" >&2; }

# Runs Bazel in the clone, whatever the caller's directory. No bazel-* links: configurations would fight for them. One way of
# linking for programs and tests (--dynamic_mode=off), or Bazel compiles every library twice, for each of the two.
run_bazel() (
  cd "$root"
  command=$1
  shift
  case $command in
    build | test) set -- --experimental_convenience_symlinks=ignore --dynamic_mode=off "$@" ;;
  esac
  exec bazel ${SERIESGUARD_OUTPUT_BASE:+"--output_base=$SERIESGUARD_OUTPUT_BASE"} "$command" "$@"
)

# Options that keep Bazel's own chatter away; progress only for a person who is watching. Not for tests: what a failed test
# wrote counts as chatter.
quiet_options() {
  echo --ui_event_filters=-info,-debug --noshow_loading_progress
  [ -t 2 ] || echo --noshow_progress
}

# Prints the options that tell the program its commit: one object is compiled anew, not the program. Nothing outside of git.
commit_options() {
  local commit
  [ "$(git -C "$root" rev-parse --show-toplevel 2>/dev/null)" = "$root" ] || return 0
  commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null) || return 0
  [ -z "$(git -C "$root" status --porcelain -- analyzer lib rules bazel third_party BUILD.bazel WORKSPACE .bazelrc)" ] ||
    commit+=-changed
  printf '%s\n' "--per_file_copt=^analyzer/commands/build_commit\\.cc\$@-DSERIESGUARD_COMMIT=$commit"
}

# Adds one line to the tally: record PASSED|FAILED|SKIPPED NAME [WHY].
record() {
  [ -z "${SERIESGUARD_TALLY:-}" ] || printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}" >>"$SERIESGUARD_TALLY"
}

# Runs `bazel test` with the arguments after PREFIX and records each test target as PREFIX plus its label. A build that
# fails before any test has a result is one failure. Returns Bazel's status, 0 where no test was asked for.
record_bazel_tests() {
  local prefix=$1 log status=0
  shift
  log=$(mktemp)
  { run_bazel test --noshow_progress --noshow_loading_progress --test_summary=short "$@" 2>&1 ||
    echo "status $?" >"$log.status"; } | tee "$log" |
    { grep -a --line-buffered -vE '^(//.* PASSED in .*|INFO: [^F].*|.*Cannot export local symbol.*|)$' || true; } >&2
  [ ! -e "$log.status" ] || status=$(sed 's/status //' "$log.status")
  if [ "$status" -eq 4 ]; then
    status=0 # no test target in the pattern
  elif [ "$status" -ne 0 ] && ! grep -aqE '^//[^ ]+ +.*(FAILED|TIMEOUT|NO STATUS)' "$log"; then
    record FAILED "${prefix}build"
  fi
  awk -v prefix="$prefix" -v tally="${SERIESGUARD_TALLY:-/dev/null}" '
    /^\/\/[^ ]+ +.*PASSED/ { printf "PASSED\t%s%s\t\n", prefix, $1 >>tally; next }
    /^\/\/[^ ]+ +.*(FAILED|TIMEOUT|NO STATUS)/ { printf "FAILED\t%s%s\t\n", prefix, $1 >>tally }' "$log"
  rm -f "$log" "$log.status"
  return "$status"
}

# Prints what failed and what was skipped, then the last line of every run: "N passed, N failed".
print_tally() {
  awk -F '\t' '
    $1 == "PASSED" { passed++ }
    $1 == "FAILED" { failed++; print "FAILED  " $2 ($3 == "" ? "" : ": " $3) }
    $1 == "SKIPPED" { print "SKIPPED " $2 ": " $3 }
    END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }' "$1"
}
