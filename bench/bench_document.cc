// SPDX-License-Identifier: Apache-2.0
//
// bench_document.cc: five families, each with a running number from which all labels of a line are taken.
#include "bench/bench_document.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include "analyzer/exposition/scan.h"

namespace seriesguard {
namespace {

constexpr std::array<const char*, 6> kMethods = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"};
constexpr std::array<const char*, 5> kCodes = {"200", "204", "404", "429", "500"};
constexpr std::array<const char*, 6> kRoutes = {"/",       "/cart",     "/orders/{id}", "/orders/{id}/lines/{line}",
                                                "/search", "/static/**"};
constexpr std::array<const char*, 12> kBoundaries = {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25",
                                                     "0.5",   "1",    "2.5",   "5",    "10",  "+Inf"};

// The finaliser of splitmix64: a bijection that looks random.
uint64_t Mix(uint64_t number) {
  number += 0x9E3779B97F4A7C15u;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9u;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EBu;
  return number ^ (number >> 31);
}

class Writer {
 public:
  explicit Writer(BenchDocument* document) : document_(document) {}

  void Type(const char* name, const char* type) {
    if (keep_lines_) return;
    document_->text += std::string("# HELP ") + name + " Made for measuring.\n# TYPE " + name + " " + type + "\n";
  }

  // One sample line with `label_pairs` labels, written by printf.
  template <typename... Values>
  void Line(size_t label_pairs, const char* format, Values... values) {
    char line[512];
    const int size = std::snprintf(line, sizeof line, format, values...);
    if (keep_lines_) {
      lines_.emplace_back(line, static_cast<size_t>(size));
    } else {
      document_->text.append(line, static_cast<size_t>(size));
    }
    written_ += static_cast<size_t>(size);
    ++document_->samples;
    document_->label_pairs += label_pairs;
  }

  void KeepLines() { keep_lines_ = true; }
  void Shuffle() {
    std::mt19937_64 random(1);
    for (size_t i = lines_.size(); i > 1; --i) std::swap(lines_[i - 1], lines_[random() % i]);
    for (const std::string& line : lines_) document_->text += line;
  }
  size_t written() const { return written_; }

 private:
  BenchDocument* const document_;
  bool keep_lines_ = false;
  std::vector<std::string> lines_;
  size_t written_ = 0;
};

void HttpLine(unsigned i, Writer* out) {
  const unsigned pod = i / (6 * 5 * 6);
  out->Line(
      5,
      "http_requests_total{cluster=\"eu-%u\",method=\"%s\",route=\"%s\",code=\"%s\",instance=\"10.0.%u.%u:8080\"} %u\n",
      pod % 3, kMethods[i % 6], kRoutes[i / 30 % 6], kCodes[i / 6 % 5], pod >> 8, pod & 255,
      static_cast<unsigned>(Mix(i) % 1'000'003));
}

void HistogramLines(unsigned i, Writer* out) {
  const unsigned pod = i / 36;
  const unsigned total = static_cast<unsigned>(Mix(i) % 90'000);
  char labels[128];
  std::snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\",instance=\"10.1.%u.%u:8080\"", kMethods[i % 6],
                kRoutes[i / 6 % 6], pod >> 8, pod & 255);
  for (unsigned b = 0; b < kBoundaries.size(); ++b) {
    out->Line(4, "http_request_seconds_bucket{%s,le=\"%s\"} %u\n", labels, kBoundaries[b], total * (b + 1) / 12);
  }
  out->Line(3, "http_request_seconds_sum{%s} %.6f\n", labels, total * 0.137);
  out->Line(3, "http_request_seconds_count{%s} %u\n", labels, total);
}

void ContainerLine(unsigned i, Writer* out) {
  const unsigned long long id = Mix(i);
  out->Line(4,
            "container_memory_bytes{container=\"app-%u\",id=\"/kubepods.slice/kubepods-pod%016llx.slice/cri-%016llx\","
            "namespace=\"ns-%u\",pod=\"app-%08x\"} %.9e 1700000000000\n",
            i % 40, id, static_cast<unsigned long long>(Mix(~uint64_t{i})), i % 25, static_cast<unsigned>(id),
            static_cast<double>(id % 8'000'000'000));
}

void UserLine(unsigned i, Writer* out) {
  out->Line(2, "session_events_total{user_id=\"%016llx\",kind=\"k%u\"} %u\n", static_cast<unsigned long long>(Mix(i)),
            i % 5, i % 97);
}

void QueryLine(unsigned i, Writer* out) {
  out->Line(1, "query_rows{statement=\"SELECT \\\"id\\\" FROM orders\\nWHERE id = %u\"} %ue-3\n", i, i % 1'000'000);
}

}  // namespace

BenchDocument MakeBenchDocument(size_t bytes, BenchOrder order) {
  BenchDocument document;
  Writer out(&document);
  if (order == BenchOrder::kShuffled) out.KeepLines();
  struct Family {
    const char* name;
    const char* type;
    void (*lines)(unsigned, Writer*);
    size_t percent;  // of all bytes, with the families before
  };
  for (const Family& family :
       {Family{"http_requests_total", "counter", HttpLine, 30},
        Family{"http_request_seconds", "histogram", HistogramLines, 65},
        Family{"container_memory_bytes", "gauge", ContainerLine, 85},
        Family{"session_events_total", "counter", UserLine, 95}, Family{"query_rows", "gauge", QueryLine, 100}}) {
    out.Type(family.name, family.type);
    for (unsigned i = 0; out.written() < bytes / 100 * family.percent; ++i) family.lines(i, &out);
  }
  if (order == BenchOrder::kShuffled) out.Shuffle();
  document.bytes = document.text.size();
  document.text.append(kScanSlack, '\0');
  return document;
}

}  // namespace seriesguard
