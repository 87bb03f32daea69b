// SPDX-License-Identifier: Apache-2.0
//
// route_template.cc: a tree of segments. All text edges of all nodes lie in one open-addressing table, keyed by node
// and segment; the tree is walked depth first, the branch with the lower template first, so that the other one is
// seldom entered. The keys are not secret: the table holds the policy's text only, hostile paths cannot fill it.
#include "rules/route_template.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kRest = "**";
constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr bool kLittleEndian = true;
#else
constexpr bool kLittleEndian = false;
#endif

template <typename Word>
uint64_t Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

bool EndsSegment(char c) { return c == '/' || c == '?' || c == '#'; }

// Returns a word whose lowest set bit is in the lowest byte of `word` that equals `byte`; 0 when none does.
constexpr uint64_t FindByte(uint64_t word, unsigned char byte) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  const uint64_t x = word ^ (kOnes * byte);
  return (x - kOnes) & ~x & (kOnes << 7);
}

// Returns where the segment that starts at `at` ends: a slash, `?`, `#`, or `end`.
const char* SegmentEnd(const char* at, const char* end) {
  if (kLittleEndian) {
    for (; end - at >= 8; at += 8) {
      const uint64_t word = Load<uint64_t>(at);
      const uint64_t hits = FindByte(word, '/') | FindByte(word, '?') | FindByte(word, '#');
      if (hits != 0) return at + (__builtin_ctzll(hits) >> 3);
    }
  }
  while (at != end && !EndsSegment(*at)) ++at;
  return at;
}

// Mixes a segment and the node that it leaves from. Quality only has to spread the policy's own few texts.
uint64_t EdgeKey(int32_t node, std::string_view segment) {
  const char* at = segment.data();
  size_t left = segment.size();
  uint64_t key = (static_cast<uint64_t>(static_cast<uint32_t>(node)) << 32 | left) * kMultiplier;
  for (; left >= 8; at += 8, left -= 8) key = (key ^ key >> 29 ^ Load<uint64_t>(at)) * kMultiplier;
  uint64_t tail = 0;
  if (left >= 4) {
    tail = Load<uint32_t>(at) | Load<uint32_t>(at + left - 4) << 32;
  } else {
    for (size_t i = 0; i < left; ++i) tail = tail << 8 | static_cast<unsigned char>(at[i]);
  }
  key = (key ^ key >> 29 ^ tail) * kMultiplier;
  return key ^ key >> 32;
}

bool IsParameter(std::string_view segment) { return segment.size() > 2 && segment[0] == '{'; }

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

absl::Status Refuse(std::string_view route, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("route \"", SafeTextTruncated(route, 60), "\": ",
                                                 absl::string_view(why.data(), why.size())));
}

// Calls `visit(segment)` for each segment of a template, without the empty one behind a trailing slash.
template <typename Visit>
void ForEachSegment(std::string_view route, Visit visit) {
  for (;;) {
    const size_t slash = route.find('/');
    visit(route.substr(0, slash));
    if (slash == std::string_view::npos || slash + 1 == route.size()) return;
    route.remove_prefix(slash + 1);
  }
}

}  // namespace

absl::Status CheckRouteTemplate(std::string_view route) {
  if (route.empty()) return absl::InvalidArgumentError("a route must not be empty");
  if (route.size() > kMaxRouteBytes) {
    return Refuse(route, absl::StrCat("it has ", route.size(), " bytes, at most ", kMaxRouteBytes, " allowed"));
  }
  if (!IsValidUtf8(route)) return Refuse(route, "it is not UTF-8");
  if (route.find_first_of("?#") != std::string_view::npos) {
    return Refuse(route, "query and fragment are cut off before a path is matched, leave them out");
  }
  size_t segments = 0;
  bool rest_seen = false, segment_behind_rest = false, bad_braces = false;
  ForEachSegment(route, [&](std::string_view segment) {
    ++segments;
    segment_behind_rest |= rest_seen;
    rest_seen |= segment == kRest;
    if (segment.find_first_of("{}") == std::string_view::npos) return;
    const bool whole = IsParameter(segment) && segment.back() == '}';
    const std::string_view name = whole ? segment.substr(1, segment.size() - 2) : "";
    bad_braces |= name.empty() || !std::all_of(name.begin(), name.end(), IsNameByte);
  });
  if (segments > kMaxRouteSegments) {
    return Refuse(route, absl::StrCat("it has ", segments, " segments, at most ", kMaxRouteSegments, " allowed"));
  }
  if (segment_behind_rest) return Refuse(route, "`**` may only be the last segment");
  if (bad_braces) return Refuse(route, "braces must be a whole segment with a name, such as {id}");
  return absl::OkStatus();
}

absl::StatusOr<RouteTable> RouteTable::Compile(const std::vector<std::string>& templates) {
  RouteTable table;
  for (const std::string& route : templates) {
    if (absl::Status status = CheckRouteTemplate(route); !status.ok()) return status;
  }
  table.templates_ = templates;
  table.nodes_.emplace_back();
  table.edges_.resize(16);
  for (size_t i = 0; i < templates.size(); ++i) table.Insert(static_cast<int32_t>(i));
  return table;
}

void RouteTable::Insert(int32_t index) {
  int32_t node = 0;
  bool is_rest = false;
  const auto touch = [this, index](int32_t at) { nodes_[at].first = std::min(nodes_[at].first, index); };
  touch(node);
  ForEachSegment(templates_[index], [&](std::string_view segment) {
    if (segment == kRest) {
      is_rest = true;
      return;
    }
    if (IsParameter(segment)) {
      if (nodes_[node].parameter < 0) {
        nodes_[node].parameter = static_cast<int32_t>(nodes_.size());
        nodes_.emplace_back();
      }
      node = nodes_[node].parameter;
    } else {
      node = AddLiteralChild(node, segment);
    }
    touch(node);
  });
  int32_t& place = is_rest ? nodes_[node].rest : nodes_[node].ends;
  place = std::min(place, index);
}

int32_t RouteTable::AddLiteralChild(int32_t node, std::string_view segment) {
  if (const int32_t known = LiteralChild(node, segment); known >= 0) return known;
  if (2 * (edges_used_ + 1) > edges_.size()) GrowEdges();
  const uint64_t key = EdgeKey(node, segment);
  size_t slot = key & (edges_.size() - 1);
  while (edges_[slot].child >= 0) slot = (slot + 1) & (edges_.size() - 1);
  const auto child = static_cast<int32_t>(nodes_.size());
  edges_[slot] = {key, node, child, segment};
  ++edges_used_;
  nodes_[node].has_literals = true;
  nodes_.emplace_back();
  return child;
}

void RouteTable::GrowEdges() {
  std::vector<Edge> old(2 * edges_.size());
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (edge.child < 0) continue;
    size_t slot = edge.key & (edges_.size() - 1);
    while (edges_[slot].child >= 0) slot = (slot + 1) & (edges_.size() - 1);
    edges_[slot] = edge;
  }
}

int32_t RouteTable::LiteralChild(int32_t node, std::string_view segment) const {
  if (!nodes_[node].has_literals) return -1;
  const uint64_t key = EdgeKey(node, segment);
  for (size_t slot = key & (edges_.size() - 1);; slot = (slot + 1) & (edges_.size() - 1)) {
    const Edge& edge = edges_[slot];
    if (edge.child < 0) return -1;
    if (edge.key == key && edge.parent == node && edge.text == segment) return edge.child;
  }
}

// Lowers `*best` to the first template that matches the segments from `at` on; null = the path has ended.
void RouteTable::Search(int32_t node, const char* at, const char* end, int32_t* best) const {
  const Node& here = nodes_[node];
  *best = std::min(*best, here.rest);
  if (at == nullptr) {
    *best = std::min(*best, here.ends);
    return;
  }
  const char* segment_end = SegmentEnd(at, end);
  const std::string_view segment(at, static_cast<size_t>(segment_end - at));
  const char* next = nullptr;
  if (segment_end != end && *segment_end == '/' && segment_end + 1 != end) {
    next = segment_end + 1;
    if (*next == '?' || *next == '#') next = nullptr;
  }
  int32_t first = LiteralChild(node, segment);
  int32_t second = segment.empty() || segment == kRest ? -1 : here.parameter;
  if (first < 0 || (second >= 0 && nodes_[second].first < nodes_[first].first)) std::swap(first, second);
  if (first >= 0 && nodes_[first].first < *best) Search(first, next, end, best);
  if (second >= 0 && nodes_[second].first < *best) Search(second, next, end, best);
}

int RouteTable::FindIndex(std::string_view path) const {
  int32_t best = kNone;
  // An empty view may have no address; the search takes null for "ended".
  const std::string_view text = path.empty() ? std::string_view("", 0) : path;
  Search(0, text.data(), text.data() + text.size(), &best);
  return best == kNone ? -1 : best;
}

std::string_view RouteTable::Find(std::string_view path) const {
  const int index = FindIndex(path);
  return index < 0 ? std::string_view() : std::string_view(templates_[static_cast<size_t>(index)]);
}

std::vector<RouteTable::Covered> RouteTable::FindCovered() const {
  std::vector<Covered> covered;
  for (size_t i = 0; i < templates_.size(); ++i) {
    const auto winner = static_cast<size_t>(FindIndex(templates_[i]));
    if (winner != i) covered.push_back({i, winner});
  }
  return covered;
}

}  // namespace seriesguard
