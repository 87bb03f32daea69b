// SPDX-License-Identifier: Apache-2.0
//
// text_watch.cc: columns of fixed width, because the widest line is still to come.
#include "analyzer/watch/text_watch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "analyzer/diff/cause_text.h"
#include "analyzer/diff/text_diff.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "analyzer/report/text_report.h"
#include "rules/reading/quantity.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kTimeColumns = 7;
constexpr size_t kSeriesColumns = 12;
constexpr size_t kChangeColumns = 9;
constexpr size_t kMetricsNamed = 3;
constexpr size_t kNameColumns = 60;
constexpr int64_t kNsOfSecond = 1'000'000'000;
constexpr size_t kNoColumns = 1'000'000;  // of a line that is not cut

std::string TimeText(int64_t ns) {
  const int64_t seconds = (ns + kNsOfSecond / 2) / kNsOfSecond;
  return seconds == 0 ? "0s" : DurationText(seconds * kNsOfSecond);
}

std::string Signed(char sign, uint64_t value) {
  return (value == 0 ? "" : std::string(1, sign)) + WithThousands(value);
}

// The metrics that grew most, each with the cause that brought most of it.
std::string LargestGrowth(const Diff& diff) {
  std::vector<const MetricChange*> grown;
  for (const MetricChange& metric : diff.metrics) {
    if (metric.added.value_or(0) > 0 && !metric.added_causes.empty()) grown.push_back(&metric);
  }
  std::stable_sort(grown.begin(), grown.end(),
                   [](const MetricChange* a, const MetricChange* b) { return *a->added > *b->added; });
  std::string text;
  for (size_t i = 0; i < std::min(grown.size(), kMetricsNamed); ++i) {
    const MetricChange& metric = *grown[i];
    absl::StrAppend(&text, i > 0 ? "; " : "", SafeTextTruncated(metric.name, kNameColumns), " +",
                    WithThousands(*metric.added), " (", CauseText(metric, metric.added_causes[0], true), ")");
  }
  if (grown.size() > kMetricsNamed) absl::StrAppend(&text, "; ", WithThousands(grown.size() - kMetricsNamed), " more");
  return text;
}

void PutCells(const std::string (&cells)[6], TextCanvas* canvas) {
  canvas->PutRight(cells[0], kTimeColumns);
  canvas->PutRight(cells[1], kSeriesColumns);
  for (size_t i = 2; i < 6; ++i) canvas->PutRight(cells[i], kChangeColumns);
}

}  // namespace

std::string RenderWatchHeading(const Watch& watch) {
  std::string text = absl::StrCat("watching ", SafeText(watch.names.front()));
  if (watch.names.size() > 1) absl::StrAppend(&text, " and ", WithThousands(watch.names.size() - 1), " more");
  absl::StrAppend(&text, ", every ", DurationText(watch.every_ns), " for ", DurationText(watch.for_ns), "\n");
  TextCanvas canvas(kNoColumns, /*colour=*/false);
  PutCells({"TIME", "SERIES", "ADDED", "GONE", "+LAST", "-LAST"}, &canvas);
  canvas.Line("  LARGEST GROWTH SINCE THE START");
  return text + canvas.Take();
}

std::string RenderWatchLine(const WatchScrape& scrape, const Diff* diff, const TextWatchStyle& style) {
  TextCanvas canvas(style.line_columns.value_or(kNoColumns), style.colour);
  std::string rest;
  if (diff == nullptr) {
    canvas.PutRight(TimeText(scrape.at_ns), kTimeColumns);
    canvas.Put("  not read: ", Ink::kBad);
    rest = scrape.failure;
  } else {
    PutCells({TimeText(scrape.at_ns), WithThousands(scrape.series), Signed('+', scrape.added), Signed('-', scrape.gone),
              Signed('+', scrape.added_last), Signed('-', scrape.gone_last)},
             &canvas);
    rest = LargestGrowth(*diff);
    if (!rest.empty()) canvas.Put("  ");
  }
  const size_t room = canvas.columns() - std::min(canvas.columns() - 1, canvas.position());
  if (DisplayColumns(rest) > room) {
    // What is cut has passed SafeText; to cut it again would escape its backslashes anew.
    size_t end = rest.size();
    while (end > 0 && DisplayColumns(rest.substr(0, end)) + 3 > room) {
      do --end;
      while (end > 0 && (static_cast<unsigned char>(rest[end]) & 0xc0) == 0x80);
    }
    rest.resize(end);
    rest += "...";
  }
  canvas.Line(rest);
  return canvas.Take();
}

std::string RenderWatchSummary(const Watch& watch, const TextWatchStyle& style) {
  TextCanvas canvas(style.columns, style.colour);
  std::string text = Quantity(watch.scrapes.size(), "scrape");
  if (watch.failed > 0) text += ", " + WithThousands(watch.failed) + " of them not read";
  if (!watch.scrapes.empty()) text += ", in " + TimeText(watch.scrapes.back().at_ns);
  text += "; in all " + WithThousands(watch.came) + " series came and " + WithThousands(watch.went) + " went";
  if (watch.end == WatchEnd::kInterrupted) text += "; interrupted";
  canvas.EndLine();
  canvas.PutWrapped(text, 0);
  canvas.EndLine();
  std::string out = canvas.Take();
  if (watch.diff) out += RenderTextDiff(*watch.diff, {style.columns, style.colour});
  if (watch.report) {
    TextOptions report;
    report.columns = style.columns;
    report.colour = style.colour;
    out += "\n" + RenderTextReport(*watch.report, report);
  }
  return out;
}

}  // namespace seriesguard
