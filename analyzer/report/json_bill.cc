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

// A member of SymbolBill, null without one.
template <typename Get>
void Known(std::string_view key, const BillLine& line, Get get, JsonWriter* json) {
  json->Key(key).OptionalUnsigned(line.symbols ? std::optional<uint64_t>(get(*line.symbols)) : std::nullopt);
}

void WriteDay(const BillLine& line, JsonWriter* json) {
  json->Key("samples_per_day").Unsigned(line.samples_per_day);
  json->Key("bytes_per_day").Unsigned(line.bytes_per_day);
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
  json->Key(key).BeginObject();
  json->Key("metrics").Unsigned(line.metrics);
  json->Key("series").Unsigned(line.series);
  json->Key("samples").Unsigned(line.samples);
  json->Key("bytes").Unsigned(line.bytes);
  WriteDay(line, json);
  WriteSymbols(line, json);
  json->EndObject();
}

void WriteConstant(std::string_view per, const ServerConstant& constant, JsonWriter* json) {
  if (constant.bytes == 0) return;
  json->BeginObject();
  json->Key("per").String(per);
  json->Key("bytes").Double(constant.bytes);
  json->Key("least").Double(constant.least);
  json->Key("most").Double(constant.most);
  json->EndObject();
}

void WriteModel(const ServerMemoryModel& model, JsonWriter* json) {
  json->Key("model").BeginObject();
  json->Key("server").String(model.server);
  json->Key("measured").String(model.measured);
  json->Key("runs").Unsigned(static_cast<uint64_t>(model.runs));
  json->Key("shapes").Unsigned(static_cast<uint64_t>(model.shapes));
  json->Key("constants").BeginArray();
  WriteConstant("series", model.per_series, json);
  WriteConstant("series_pair", model.per_series_pair, json);
  WriteConstant("series_label_byte", model.per_series_byte, json);
  WriteConstant("label_pair", model.per_label_pair, json);
  WriteConstant("symbol_byte", model.per_symbol_byte, json);
  WriteConstant("server", model.once, json);
  json->EndArray();
  json->Key("error_rms").Double(model.rms_error);
  json->Key("error_worst").Double(model.worst_error);
  json->Key("empty_server_bytes").Double(model.empty);
  json->Key("resident_per_byte").Double(model.resident.bytes);
  json->Key("resident_per_byte_least").Double(model.resident.least);
  json->Key("resident_per_byte_most").Double(model.resident.most);
  json->EndObject();
}

}  // namespace

void WriteBillOfMetric(const BillLine& line, JsonWriter* json) {
  json->Key("bill").BeginObject();
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
  json->Key("bill").BeginObject(JsonWriter::Layout::kLines);
  json->Key("scrape_interval_seconds").Double(static_cast<double>(bill.scrape_interval_ns) / 1e9);
  WriteModel(*bill.model, json);
  if (bill.others.metrics > 0) WriteLine("others", bill.others, json);
  WriteLine("shared", bill.shared, json);
  WriteLine("comments", bill.comments, json);
  WriteLine("total", bill.total, json);
  json->EndObject();
}

}  // namespace seriesguard
