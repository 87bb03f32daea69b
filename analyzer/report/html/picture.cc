// SPDX-License-Identifier: Apache-2.0
//
// picture.cc: three passes over the metrics of the report, each until the nodes or the bytes are used up.
#include "analyzer/report/html/picture.h"

#include <algorithm>
#include <utility>

#include "analyzer/census/metric_type.h"
#include "analyzer/report/culprit.h"
#include "analyzer/report/html/metric_verdicts.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kNameColumns = 80;
constexpr size_t kNodeBytes = 96;  // keys, punctuation and numbers of a node, without its texts

// What is left of nodes and bytes.
class Allowance {
 public:
  // Takes what `node` costs, with what stays reserved; says whether there was enough.
  bool Take(const PictureNode& node) {
    const size_t bytes = PictureBytes(node);
    if (nodes_ == 0 || bytes > bytes_) return false;
    --nodes_;
    bytes_ -= bytes;
    return true;
  }
  bool Has(size_t nodes) const { return nodes_ >= nodes; }

 private:
  size_t nodes_ = kMostPictureNodes - 2;  // the total and its others
  size_t bytes_ = kMostPictureBytes - 4 * kNodeBytes;
};

// What goes away without the label, or an estimate of it where that was not counted.
uint64_t WeightOf(const FamilyCount& count, const LabelCount& label) {
  if (label.series_without) return count.series - std::min(count.series, *label.series_without);
  if (IsBoundaryLabel(count, label.name)) return count.series - std::min(count.series, count.label_sets);
  const uint64_t variants = std::max<uint64_t>(1, VariantsOf(count, label));
  return count.series - count.series / variants;
}

PictureNode OthersNode(uint64_t count, uint64_t series) {
  PictureNode node;
  node.kind = "others";
  node.count = count;
  node.series = series;
  return node;
}

PictureNode LabelNode(const FamilyCount& count, const LabelCount& label) {
  PictureNode node;
  node.kind = "label";
  node.name = PictureName(label.name);
  node.series = count.series;
  node.count = label.values;
  node.without = label.series_without;
  node.weight = WeightOf(count, label);
  return node;
}

// Adds the labels of a metric, all or none.
bool AddLabels(const MetricRow& metric, Allowance* allowance, PictureNode* node) {
  Allowance after = *allowance;
  std::vector<PictureNode> labels;
  const LabelCount* const culprit = FindCulprit(metric.count);
  for (const LabelCount& label : metric.count.labels) {
    PictureNode made = LabelNode(metric.count, label);
    made.is_culprit = &label == culprit;
    if (!after.Take(made)) return false;
    labels.push_back(std::move(made));
  }
  *allowance = after;
  node->children = std::move(labels);
  return true;
}

// Adds as many values as are known, while there are nodes; a label without a single one stays a leaf.
void AddValues(const FamilyCount& count, const LabelCount& label, Allowance* allowance, PictureNode* node) {
  constexpr size_t kKept = 2;  // "absent" and "others"
  std::vector<PictureNode> values;
  uint64_t shown_series = 0;
  for (const ValueCount& value : label.top) {
    PictureNode made;
    made.kind = "value";
    made.name = PictureName(value.value);
    made.series = value.series;
    if (!allowance->Has(kKept + 1) || !allowance->Take(made)) break;
    shown_series += value.series;
    values.push_back(std::move(made));
  }
  if (values.empty()) return;
  const uint64_t other_values = label.values - std::min<uint64_t>(label.values, values.size());
  const uint64_t other_series = label.series_with - std::min(label.series_with, shown_series);
  if (other_values > 0) {
    values.push_back(OthersNode(other_values, other_series));
    (void)allowance->Take(values.back());
  }
  if (label.series_with < count.series) {
    PictureNode absent;
    absent.kind = "absent";
    absent.series = count.series - label.series_with;
    (void)allowance->Take(absent);
    values.push_back(std::move(absent));
  }
  node->children = std::move(values);
}

}  // namespace

std::string PictureName(std::string_view untrusted) { return SafeTextTruncated(untrusted, kNameColumns); }

size_t PictureBytes(const PictureNode& node) {
  size_t bytes = kNodeBytes;
  for (const char byte : node.name) {
    const bool is_reference = byte == '<' || byte == '>' || byte == '&';
    const bool is_quoted = byte == '"' || byte == '\\';
    bytes += is_reference ? 6 : is_quoted ? 2 : static_cast<unsigned char>(byte) >= 0x80 ? 3 : 1;
  }
  return bytes;
}

PictureNode MakePicture(const Report& report, size_t max_metrics) {
  PictureNode total;
  total.kind = "total";
  total.series = report.total.series;
  total.limit = report.target_limit;
  const MetricVerdicts verdicts(report);
  Allowance allowance;
  uint64_t shown_series = 0;
  for (const MetricRow& metric : report.metrics) {
    if (total.children.size() == max_metrics) break;
    PictureNode node;
    node.kind = "metric";
    node.name = PictureName(metric.name);
    node.series = metric.count.series;
    node.type = MetricTypeName(metric.type);
    node.limit = metric.series_limit;
    node.verdict = verdicts.Of(metric);
    if (!allowance.Take(node)) break;
    shown_series += metric.count.series;
    total.children.push_back(std::move(node));
  }
  const size_t shown = total.children.size();
  size_t labelled = 0;
  while (labelled < shown && AddLabels(report.metrics[labelled], &allowance, &total.children[labelled])) ++labelled;
  for (size_t i = 0; i < labelled; ++i) {
    const FamilyCount& count = report.metrics[i].count;
    for (size_t k = 0; k < count.labels.size(); ++k) {
      AddValues(count, count.labels[k], &allowance, &total.children[i].children[k]);
    }
  }
  if (report.total.metrics > shown) {
    total.children.push_back(
        OthersNode(report.total.metrics - shown, report.total.series - std::min(report.total.series, shown_series)));
  }
  return total;
}

void WritePicture(const PictureNode& node, JsonWriter* json) {
  const auto number = [json](std::string_view key, const std::optional<uint64_t>& value) {
    if (!value) return;
    json->Key(key);
    json->Unsigned(*value);
  };
  const auto text = [json](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    json->Key(key);
    json->String(value);
  };
  json->BeginObject();
  text("kind", node.kind);
  text("name", node.name);
  number("series", node.series);
  number("count", node.count);
  number("without", node.without);
  number("limit", node.limit);
  number("before", node.before);
  number("after", node.after);
  text("type", node.type);
  text("verdict", node.verdict);
  if (node.weight > 0) number("weight", node.weight);
  if (node.is_culprit) {
    json->Key("culprit");
    json->Bool(true);
  }
  if (!node.children.empty()) {
    json->Key("children");
    json->BeginArray();
    for (const PictureNode& child : node.children) WritePicture(child, json);
    json->EndArray();
  }
  json->EndObject();
}

}  // namespace seriesguard
