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

// Packs up to eight bytes into a word, so that texts of one length are equal where their words are.
uint64_t Pack(const char* bytes, size_t size) {
  if (size >= 8) return Load<uint64_t>(bytes);
  if (size >= 4) return Load<uint32_t>(bytes) | Load<uint32_t>(bytes + size - 4) << 32;
  if (size == 0) return 0;
  return Load<uint8_t>(bytes) | Load<uint8_t>(bytes + size / 2) << 8 | Load<uint8_t>(bytes + size - 1) << 16;
}

bool IsParameter(std::string_view segment) { return segment.size() > 2 && segment[0] == '{'; }

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

absl::Status Refuse(std::string_view route, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("route \"", SafeTextTruncated(route, 60), "\": ", absl::string_view(why.data(), why.size())));
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
      node = AddLiteralChild(node, Segment(segment));
    }
    touch(node);
  });
  int32_t& place = is_rest ? nodes_[node].rest : nodes_[node].ends;
  place = std::min(place, index);
}

RouteTable::Segment::Segment(std::string_view segment_text)
    : text(segment_text), head(Pack(text.data(), text.size())) {}

// Quality only has to spread the policy's own few texts.
size_t RouteTable::SlotOf(int32_t node, const Segment& segment) const {
  const size_t size = segment.text.size();
  const uint64_t tail = size > 8 ? Load<uint64_t>(segment.text.data() + size - 8) : 0;
  const uint64_t where = static_cast<uint64_t>(static_cast<uint32_t>(node)) << 32 | size;
  const uint64_t mixed = (segment.head ^ tail * 3 ^ where * kMultiplier) * kMultiplier;
  return (mixed >> 32 ^ mixed >> 48) & (edges_.size() - 1);
}

void RouteTable::PlaceEdge(const Edge& edge) {
  size_t slot = SlotOf(edge.parent, edge.segment);
  while (edges_[slot].child >= 0) slot = (slot + 1) & (edges_.size() - 1);
  edges_[slot] = edge;
}

int32_t RouteTable::AddLiteralChild(int32_t node, const Segment& segment) {
  if (const int32_t known = LiteralChild(node, segment.text); known >= 0) return known;
  if (2 * (edges_used_ + 1) > edges_.size()) GrowEdges();
  const auto child = static_cast<int32_t>(nodes_.size());
  PlaceEdge({node, child, segment});
  ++edges_used_;
  if (++nodes_[node].literals == 1) {
    nodes_[node].only_child = child;
    nodes_[node].only_text = segment;
  }
  nodes_.emplace_back();
  return child;
}

void RouteTable::GrowEdges() {
  std::vector<Edge> old(2 * edges_.size());
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (edge.child >= 0) PlaceEdge(edge);
  }
}

int32_t RouteTable::LiteralChild(int32_t node, std::string_view text) const {
  const Node& here = nodes_[node];
  if (here.literals == 0) return -1;
  if (here.literals == 1 && here.only_text.text.size() != text.size()) return -1;
  const Segment segment(text);
  if (here.literals == 1) return here.only_text == segment ? here.only_child : -1;
  for (size_t slot = SlotOf(node, segment);; slot = (slot + 1) & (edges_.size() - 1)) {
    const Edge& edge = edges_[slot];
    if (edge.child < 0) return -1;
    if (edge.parent == node && edge.segment == segment) return edge.child;
  }
}

int RouteTable::FindIndex(std::string_view path) const {
  // A branch that is left for later: a node, and the segments that are still to come; null = the path has ended.
  struct Branch {
    int32_t node;
    const char* at;
  };
  Branch later[kMaxRouteSegments + 1];  // each step down leaves at most one, and the tree is no deeper
  size_t left = 0;
  int32_t best = kNone;
  // An empty view may have no address, which would mean that the path has ended.
  const char* const begin = path.empty() ? "" : path.data();
  const char* const end = begin + path.size();
  later[left++] = {0, begin};
  while (left > 0) {
    auto [node, at] = later[--left];
    while (node >= 0 && nodes_[node].first < best) {
      const Node& here = nodes_[node];
      best = std::min(best, here.rest);
      if (at == nullptr) {
        best = std::min(best, here.ends);
        break;
      }
      const char* const segment_end = SegmentEnd(at, end);
      const std::string_view text(at, static_cast<size_t>(segment_end - at));
      int32_t next = LiteralChild(node, text);
      int32_t other = text.empty() || text == kRest ? -1 : here.parameter;
      at = segment_end != end && *segment_end == '/' ? segment_end + 1 : nullptr;
      if (at == end || (at != nullptr && (*at == '?' || *at == '#'))) at = nullptr;  // one slash at the end is nothing
      if (next < 0) std::swap(next, other);
      if (other >= 0) {
        // The lower template first: when it matches, the other branch need not be entered.
        if (nodes_[other].first < nodes_[next].first) std::swap(next, other);
        later[left++] = {other, at};
      }
      node = next;
    }
  }
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
