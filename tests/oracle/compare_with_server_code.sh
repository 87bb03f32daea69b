#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the naive parser, and the texts that our writers make of random families, against the Prometheus server's own
# parser (a Go module, pinned in go.mod).
#
# usage: compare_with_server_code.sh WRITE_EXPOSITIONS [SEED [DOCUMENTS]]
#
# WRITE_EXPOSITIONS is //tests/oracle/batch:write_expositions, built.
# An extra: needs a Go tool chain and, once, the module proxy. Says so and ends with 0 when there is no Go.
# CXX names the compiler. SERIESGUARD_CORPUS, when set, adds the files of its conformance and real folders.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
write_expositions=$1
seed=${2:-1}
documents=${3:-100000}
if ! command -v go >/dev/null 2>&1; then
  echo "SKIPPED: no Go tool chain; the comparison with the server's code did not run"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here" && go build -o "$work/oracle" .)
cd "$root"
compile="${CXX:-g++} -std=c++17 -O2 -I."
$compile -o "$work/write_batch" tests/oracle/batch/write_batch.cc tests/differential/small_texts.cc \
  tests/differential/document_generator.cc
$compile -o "$work/naive_batch" tests/oracle/batch/naive_batch.cc tests/reference/naive_parser.cc \
  tests/reference/naive_text_parser.cc tests/reference/naive_openmetrics_parser.cc tests/reference/sample_rules.cc \
  tests/reference/go_float.cc tests/reference/canonical_line.cc
status=0
compare() {
  echo "$1:"
  python3 "$here/compare.py" --oracle "$work/oracle" --naive "$work/naive_batch" "$work/records" || status=1
}
"$work/write_batch" small 5 >"$work/records" && compare "every text of up to 5 symbols"
"$work/write_batch" frames >"$work/records" && compare "every small text in a frame"
"$work/write_batch" generated "$seed" "$documents" >"$work/records" && compare "generated documents, seed $seed"
"$write_expositions" records "$seed" "$documents" >"$work/records"
"$write_expositions" expected "$seed" "$documents" >"$work/expected"
echo "what our writers make of $documents random families, seed $seed:"
python3 "$here/compare.py" --oracle "$work/oracle" --expected "$work/expected" "$work/records" || status=1
if [ -n "${SERIESGUARD_CORPUS:-}" ]; then
  python3 "$here/corpus_records.py" "$SERIESGUARD_CORPUS" >"$work/records" && compare "the corpus"
fi
exit $status
