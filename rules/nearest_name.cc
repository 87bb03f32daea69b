// SPDX-License-Identifier: Apache-2.0
//
// nearest_name.cc: three rows of the usual table, of which only the band around the diagonal is filled.
#include "rules/nearest_name.h"

#include <algorithm>
#include <array>

namespace seriesguard {
namespace {

constexpr size_t kMaxNameBytes = 256;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool Same(char a, char b) { return Lower(a) == Lower(b); }

size_t Underscores(std::string_view text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '_')); }

// Returns how many words `longer` has beyond `shorter`, where it is `shorter` with whole words before or behind it;
// 0 where it is not.
size_t WordsAround(std::string_view shorter, std::string_view longer) {
  if (shorter.empty() || longer.size() <= shorter.size() + 1) return 0;
  for (size_t at = longer.find(shorter); at != std::string_view::npos; at = longer.find(shorter, at + 1)) {
    const std::string_view before = longer.substr(0, at);
    const std::string_view behind = longer.substr(at + shorter.size());
    if ((before.empty() || before.back() == '_') && (behind.empty() || behind.front() == '_')) {
      return Underscores(before) + Underscores(behind);
    }
  }
  return 0;
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  const size_t far = limit + 1;
  if (b.size() - a.size() > limit) return far;
  if (b.size() > kMaxNameBytes) return far;

  // rows[i % 3][j] = distance of the first i letters of a and the first j of b; `far` outside the band.
  std::array<std::array<size_t, kMaxNameBytes + 1>, 3> rows;
  for (auto& row : rows) std::fill(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(b.size()) + 1, far);
  for (size_t j = 0; j <= std::min(b.size(), limit); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    const size_t first = i > limit ? i - limit : 0;
    const size_t last = std::min(b.size(), i + limit);
    if (first > 0) row[first - 1] = far;
    size_t best = far;
    for (size_t j = first; j <= last; ++j) {
      size_t distance = j == 0 ? i : std::min(row[j - 1] + 1, above[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
      if (j < i + limit) distance = std::min(distance, above[j] + 1);
      if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) {
        distance = std::min(distance, two_above[j - 2] + 1);
      }
      row[j] = std::min(distance, far);
      best = std::min(best, row[j]);
    }
    if (best == far) return far;
  }
  return rows[a.size() % 3][b.size()];
}

std::string_view NearestName(std::string_view name, const std::vector<std::string_view>& candidates) {
  std::string_view nearest;
  if (name.empty() || name.size() > kMaxNameBytes) return nearest;
  size_t limit = std::max<size_t>(1, name.size() / 3);
  for (const std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > kMaxNameBytes) continue;
    size_t distance = EditDistance(name, candidate, limit);
    const size_t words = candidate.size() > name.size() ? WordsAround(name, candidate) : WordsAround(candidate, name);
    if (words > 0) distance = std::min(distance, words);
    if (distance > limit) continue;
    nearest = candidate;
    if (distance == 0) return nearest;
    limit = distance - 1;
  }
  return nearest;
}

}  // namespace seriesguard
