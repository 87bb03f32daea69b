// SPDX-License-Identifier: Apache-2.0
//
// json_watch.cc: one line a scrape; the two inner documents stand as their own writers made them.
#include "analyzer/watch/json_watch.h"

#include "analyzer/diff/json_diff.h"
#include "analyzer/report/json_report.h"
#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

constexpr double kNsOfSecond = 1e9;

void WriteScrape(const WatchScrape& scrape, JsonWriter* json) {
  json->BeginObject();
  json->Key("at_seconds").Double(static_cast<double>(scrape.at_ns) / kNsOfSecond);
  json->Key("failure").StringOrNull(scrape.failure);
  if (scrape.failure.empty()) {
    json->Key("series").Unsigned(scrape.series);
    json->Key("added").Unsigned(scrape.added);
    json->Key("gone").Unsigned(scrape.gone);
    json->Key("added_since_last").Unsigned(scrape.added_last);
    json->Key("gone_since_last").Unsigned(scrape.gone_last);
  }
  json->EndObject();
}

// A document without the line feed behind it.
std::string Inner(std::string document) {
  while (!document.empty() && document.back() == '\n') document.pop_back();
  return document;
}

}  // namespace

std::string RenderJsonWatch(const Watch& watch) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject(JsonWriter::Layout::kLines);
  json.Key("schema").String("seriesguard.watch/1");
  json.Key("command").String("watch");
  json.Key("tool").String(watch.tool);
  json.Key("server").String(watch.server);
  json.Key("inputs").Strings(watch.names);
  json.Key("every_seconds").Double(static_cast<double>(watch.every_ns) / kNsOfSecond);
  json.Key("for_seconds").Double(static_cast<double>(watch.for_ns) / kNsOfSecond);
  json.Key("ended_by").String(WatchEndName(watch.end));
  json.Key("verdict").String(ReportVerdictName(watch.report ? watch.report->verdict : ReportVerdict::kNotJudged));
  json.Key("failed").Unsigned(watch.failed);
  json.Key("came").Unsigned(watch.came);
  json.Key("went").Unsigned(watch.went);
  json.Key("scrapes").BeginArray(JsonWriter::Layout::kLines);
  for (const WatchScrape& scrape : watch.scrapes) WriteScrape(scrape, &json);
  json.EndArray();
  json.Key("diff").Document(watch.diff ? Inner(RenderJsonDiff(*watch.diff)) : "null");
  json.Key("report").Document(watch.report ? Inner(RenderJsonReport(*watch.report)) : "null");
  json.EndObject();
  out += "\n";
  return out;
}

}  // namespace seriesguard
