// SPDX-License-Identifier: Apache-2.0
//
// route_template.h: maps a path to the first route that it belongs to, /api/orders/17 -> /api/orders/{id}.
//
// Use:      compiled once from the `route:` list of a label rule; asked with raw values, of clients perhaps.
// Threads:  const members from any thread.
// Memory:   about 200 bytes a segment of the templates; asking allocates nothing.
// Errors:   Compile returns InvalidArgument; a path without a route is an answer.
// Cost:     one look at each segment of the path, independent of the number of templates where these do not start
//           with the same parameters (bench/normalize_bench.cc, BM_Route).
//
// A template is segments between slashes:
//   orders       this text, byte for byte: percent-encoding and case are left alone
//   {id}         exactly one segment that is not empty; the name is for people
//   **           only as the last segment: any further segments, also none
//
// Invariants
//   1. Query and fragment (from the first ? or #) do not take part, nor does one trailing slash, of path or template.
//   2. Of several templates that match, the first in the order of the list wins, not the most specific one.
//   3. The template's own text maps to that template, so mapping twice is mapping once. To make this hold, {id} does
//      not match the segment `**`.
//   4. A template that never wins is one whose own text maps to an earlier template; FindCovered lists them.
#ifndef SERIESGUARD_RULES_ROUTE_TEMPLATE_H_
#define SERIESGUARD_RULES_ROUTE_TEMPLATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace seriesguard {

inline constexpr size_t kMaxRouteBytes = 1024;
inline constexpr size_t kMaxRouteSegments = 64;

// Says what is wrong with one template, or OK.
//
// Refused are: the empty text, more than kMaxRouteBytes or kMaxRouteSegments, what is not UTF-8, `?` and `#` (such a
// template would match nothing), `**` before the end, and braces that are not a whole segment `{name}`.
// Errors:    InvalidArgument, with a sentence for the policy's author.
absl::Status CheckRouteTemplate(std::string_view route);

class RouteTable {
 public:
  // A template that never wins, and the earlier one that takes all its paths.
  struct Covered {
    size_t index;
    size_t by;
  };

  // Compiles the templates; the first that CheckRouteTemplate refuses is the error.
  static absl::StatusOr<RouteTable> Compile(const std::vector<std::string>& templates);

  RouteTable(RouteTable&&) = default;
  RouteTable& operator=(RouteTable&&) = default;
  RouteTable(const RouteTable&) = delete;  // the edges view the templates
  RouteTable& operator=(const RouteTable&) = delete;

  // Returns the index of the template that `path` belongs to, or -1.
  int FindIndex(std::string_view path) const;

  // Returns the text of the template that `path` belongs to, or an empty view.
  // Lifetime:  views the table.
  std::string_view Find(std::string_view path) const;

  std::string_view text(size_t index) const { return templates_[index]; }
  size_t size() const { return templates_.size(); }

  // Returns the templates that never win, in the order of the list.
  std::vector<Covered> FindCovered() const;

 private:
  static constexpr int32_t kNone = INT32_MAX;

  // A segment as it is compared: up to eight bytes lie in `head` whole, longer ones are compared in full after it.
  struct Segment {
    Segment() = default;
    explicit Segment(std::string_view segment_text);
    bool operator==(const Segment& other) const {
      return head == other.head && text.size() == other.text.size() && (text.size() <= 8 || text == other.text);
    }
    std::string_view text;
    uint64_t head = 0;
  };

  // A place in the tree of segments. Template indexes; kNone = no such template. Nodes; -1 = no such node.
  struct Node {
    int32_t first = kNone;   // the lowest index at or below this node: a branch that cannot win is not entered
    int32_t ends = kNone;    // the template that ends here
    int32_t rest = kNone;    // the template whose `**` stands here
    int32_t parameter = -1;  // the node behind {name}
    // How many nodes stand behind texts. Where it is one, it is `only_child` behind `only_text`, and the table of edges,
    // which holds it as well, is not asked.
    int32_t literals = 0;
    int32_t only_child = -1;
    Segment only_text;
  };

  // From a node by the text of a segment to the next; a slot of the open-addressing table.
  struct Edge {
    int32_t parent = -1;
    int32_t child = -1;  // -1 = empty slot
    Segment segment;
  };

  RouteTable() = default;
  void Insert(int32_t index);
  int32_t LiteralChild(int32_t node, std::string_view text) const;
  int32_t AddLiteralChild(int32_t node, const Segment& segment);
  size_t SlotOf(int32_t node, const Segment& segment) const;
  void PlaceEdge(const Edge& edge);
  void GrowEdges();

  std::vector<std::string> templates_;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;  // size: a power of two, at most half full
  size_t edges_used_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_ROUTE_TEMPLATE_H_
