// SPDX-License-Identifier: Apache-2.0
//
// text_buckets.cc: three sections: boundaries, errors, the advice.
#include "analyzer/report/text_buckets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/buckets/bucket_advice.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kIndent = 2;

// Cells right-aligned under their headings, two blanks between; the last column is left as it is.
template <size_t kColumns>
void PutTable(const std::vector<std::array<std::string, kColumns>>& rows, TextCanvas* canvas) {
  std::array<size_t, kColumns> width{};
  for (const auto& row : rows) {
    for (size_t i = 0; i + 1 < kColumns; ++i) width[i] = std::max(width[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (size_t i = 0; i + 1 < kColumns; ++i) canvas->PutRight(row[i], (i == 0 ? 0 : kIndent) + width[i]);
    canvas->Put("  " + row.back());
    canvas->EndLine();
  }
}

std::string CountOf(double observations) {
  constexpr double kLargestExact = 9007199254740992.0;
  if (observations == std::floor(observations) && observations < kLargestExact) {
    return WithThousands(static_cast<uint64_t>(observations));
  }
  return ShortNumber(observations);
}

std::string ErrorText(double error, double value) {
  if (std::isinf(error)) return "no bound";
  std::string text = RoughNumber(error);
  if (value > 0) text += " (" + Percent(error / value) + ")";
  return text;
}

void PutRows(const BucketAdvice& advice, TextCanvas* canvas) {
  std::vector<std::array<std::string, 6>> rows = {{"", "LE", "SERIES", "OBSERVATIONS", "SHARE", ""}};
  std::string before = "0";
  for (const BucketRow& row : advice.rows) {
    const std::string boundary = ShortNumber(row.boundary);
    std::array<std::string, 6> cells = {row.is_advised ? "*" : "", boundary, WithThousands(row.series), "-", "-", ""};
    if (!row.is_common) {
      cells[5] = "not in every label set: cannot be added up";
    } else {
      cells[3] = CountOf(row.observations);
      cells[4] = Percent(row.observations / advice.observations);
      if (row.observations == 0) {
        cells[5] = before == "0" ? "nothing observed up to it" : "nothing observed between " + before + " and it";
      }
      before = boundary;
    }
    rows.push_back(cells);
  }
  rows.push_back({"", "+Inf", WithThousands(advice.label_sets), CountOf(advice.observations_above),
                  Percent(advice.observations_above / advice.observations), ""});
  canvas->EndLine();
  canvas->Line("Boundaries, and what is in the bucket that ends at each", Ink::kBold);
  PutTable(rows, canvas);
}

void PutTargets(const BucketAdvice& advice, TextCanvas* canvas) {
  canvas->EndLine();
  canvas->Line("How far histogram_quantile can be off", Ink::kBold);
  std::vector<std::array<std::string, 6>> rows = {{"", "AT", "WANTED", "NOW", "ADVISED", ""}};
  bool is_short = false, is_unbounded = false;
  for (const BucketTarget& target : advice.targets) {
    rows.push_back({target.quantile ? "  quantile " + ShortNumber(*target.quantile) : "  threshold",
                    target.quantile ? RoughNumber(target.value) : ShortNumber(target.value), RoughNumber(target.wanted),
                    ErrorText(target.error_now, target.value), ErrorText(target.error_advised, target.value),
                    target.error_now > target.wanted ? "!" : ""});
    is_short |= target.error_now > target.wanted;
    is_unbounded |= std::isinf(target.error_now);
  }
  PutTable(rows, canvas);
  if (is_short) {
    canvas->PutWrapped("! the present boundaries are too far apart for " + Percent(advice.max_error) +
                           ": the advice keeps what they give; only new boundaries there bring more (SlaBuckets)",
                       kIndent);
    canvas->EndLine();
  }
  if (is_unbounded) {
    canvas->PutWrapped("no bound: the value is outside all boundaries, and the server answers the nearest one",
                       kIndent);
    canvas->EndLine();
  }
}

void PutAdvice(const BucketAdvice& advice, TextCanvas* canvas) {
  const uint64_t saved = advice.series_now - advice.series_advised;
  canvas->EndLine();
  canvas->Line("Cheapest boundaries with these errors (* above)", Ink::kBold);
  std::string text = WithThousands(advice.advised.size()) + " of " + WithThousands(advice.rows.size()) +
                     (advice.rows.size() == 1 ? " boundary: " : " boundaries: ") + Quantity(saved, "series") + " fewer";
  if (saved > 0) {
    text += ", " + Percent(static_cast<double>(saved) / static_cast<double>(advice.series_now)) + " of what they cost";
  }
  canvas->PutWrapped("  " + text, kIndent);
  canvas->EndLine();
  std::string list = "  ";
  for (size_t i = 0; i < advice.advised.size(); ++i) list += (i == 0 ? "" : ", ") + ShortNumber(advice.advised[i]);
  canvas->Line(list);  // one line, so that it can be pasted
}

}  // namespace

void PutBuckets(const MetricRow& metric, TextCanvas* canvas) {
  const BucketAdvice& advice = *metric.buckets;
  canvas->Put(SafeTextTruncated(metric.name, canvas->columns()), Ink::kBold);
  canvas->Line(" " + std::string(MetricTypeName(metric.type)), Ink::kDim);
  const size_t common = static_cast<size_t>(
      std::count_if(advice.rows.begin(), advice.rows.end(), [](const BucketRow& row) { return row.is_common; }));
  std::string text = Quantity(metric.count.series, "series") + ", " + Quantity(advice.label_sets, "label set") + ", " +
                     CountOf(advice.observations) + " observations";
  if (common < advice.rows.size()) {
    text += "; label sets differ in their boundaries: shares and advice are about the " + WithThousands(common) +
            " that all of them have";
  }
  if (advice.raised > 0) {
    text +=
        "; counts fall at " + WithThousands(advice.raised) + " of the boundaries and were raised, as the server does";
  }
  canvas->PutWrapped(text, 0);
  canvas->EndLine();
  PutRows(advice, canvas);
  PutTargets(advice, canvas);
  PutAdvice(advice, canvas);
}

}  // namespace seriesguard
