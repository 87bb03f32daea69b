// SPDX-License-Identifier: Apache-2.0
//
// json_bill.cc: what an estimated census cannot tell is null; constants that are not in the model are left out.
#include "analyzer/report/json_bill.h"

#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/bill/server_memory_model.h"

namespace seriesguard {
namespace {

void Number(std::string_view key, uint64_t value, JsonWriter* json) {
  json->Key(key);
  json->Unsigned(value);
}

void Number(std::string_view key, double value, JsonWriter* json) {
  json->Key(key);
  json->Double(value);
}

void Text(std::string_view key, std::string_view value, JsonWriter* json) {
  json->Key(key);
  json->String(value);
}

// A member of SymbolBill, null without one.
template <typename Get>
void Known(std::string_view key, const BillLine& line, Get get, JsonWriter* json) {
  json->Key(key);
  json->OptionalUnsigned(line.symbols ? std::optional<uint64_t>(get(*line.symbols)) : std::nullopt);
}

void WriteDay(const BillLine& line, JsonWriter* json) {
  Number("samples_per_day", line.samples_per_day, json);
  Number("bytes_per_day", line.bytes_per_day, json);
}

void WriteSymbols(const BillLine& line, JsonWriter* json) {
  Known(
      "symbols", line, [](const SymbolBill& bill) { return bill.own.strings; }, json);
  Known(
      "symbol_bytes", line, [](const SymbolBill& bill) { return bill.own.bytes; }, json);
  Known(
      "label_pairs", line, [](const SymbolBill& bill) { return bill.own.label_pairs; }, json);
  Known(
      "series_pairs", line, [](const SymbolBill& bill) { return bill.series_pairs; }, json);
  Known(
      "series_label_bytes", line, [](const SymbolBill& bill) { return bill.series_bytes; }, json);
  Known(
      "server_bytes", line, [](const SymbolBill& bill) { return bill.server_bytes; }, json);
}

void WriteLine(std::string_view key, const BillLine& line, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  Number("metrics", line.metrics, json);
  Number("series", line.series, json);
  Number("samples", line.samples, json);
  Number("bytes", line.bytes, json);
  WriteDay(line, json);
  WriteSymbols(line, json);
  json->EndObject();
}

void WriteConstant(std::string_view per, const ServerConstant& constant, JsonWriter* json) {
  if (constant.bytes == 0) return;
  json->BeginObject();
  Text("per", per, json);
  Number("bytes", constant.bytes, json);
  Number("least", constant.least, json);
  Number("most", constant.most, json);
  json->EndObject();
}

void WriteModel(const ServerMemoryModel& model, JsonWriter* json) {
  json->Key("model");
  json->BeginObject();
  Text("server", model.server, json);
  Text("measured", model.measured, json);
  Number("runs", static_cast<uint64_t>(model.runs), json);
  Number("shapes", static_cast<uint64_t>(model.shapes), json);
  json->Key("constants");
  json->BeginArray();
  WriteConstant("series", model.per_series, json);
  WriteConstant("series_pair", model.per_series_pair, json);
  WriteConstant("series_label_byte", model.per_series_byte, json);
  WriteConstant("label_pair", model.per_label_pair, json);
  WriteConstant("symbol_byte", model.per_symbol_byte, json);
  WriteConstant("server", model.once, json);
  json->EndArray();
  Number("error_rms", model.rms_error, json);
  Number("error_worst", model.worst_error, json);
  Number("empty_server_bytes", model.empty, json);
  Number("resident_per_byte", model.resident.bytes, json);
  Number("resident_per_byte_least", model.resident.least, json);
  Number("resident_per_byte_most", model.resident.most, json);
  json->EndObject();
}

}  // namespace

void WriteBillOfMetric(const BillLine& line, JsonWriter* json) {
  json->Key("bill");
  json->BeginObject();
  WriteDay(line, json);
  WriteSymbols(line, json);
  Known(
      "all_symbols", line, [](const SymbolBill& bill) { return bill.all.strings; }, json);
  Known(
      "all_symbol_bytes", line, [](const SymbolBill& bill) { return bill.all.bytes; }, json);
  Known(
      "all_label_pairs", line, [](const SymbolBill& bill) { return bill.all.label_pairs; }, json);
  json->EndObject();
}

void WriteBill(const ReportBill& bill, JsonWriter* json) {
  json->Key("bill");
  json->BeginObject(JsonWriter::Layout::kLines);
  Number("scrape_interval_seconds", static_cast<double>(bill.scrape_interval_ns) / 1e9, json);
  WriteModel(*bill.model, json);
  if (bill.others.metrics > 0) WriteLine("others", bill.others, json);
  WriteLine("shared", bill.shared, json);
  WriteLine("comments", bill.comments, json);
  WriteLine("total", bill.total, json);
  json->EndObject();
}

}  // namespace seriesguard
