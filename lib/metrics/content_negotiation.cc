// SPDX-License-Identifier: Apache-2.0
//
// content_negotiation.cc: a header is a list of elements with parameters; each offer looks for the element that names
// it most closely.
#include "lib/metrics/content_negotiation.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace seriesguard {
namespace {

std::string_view Trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// Takes what stands before the next `separator` outside of quotes off `*rest`.
std::string_view TakeUntil(char separator, std::string_view* rest) {
  bool quoted = false;
  size_t i = 0;
  for (; i < rest->size(); ++i) {
    const char c = (*rest)[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') ++i;
    if (!quoted && c == separator) break;
  }
  i = std::min(i, rest->size());
  const std::string_view taken = rest->substr(0, i);
  rest->remove_prefix(std::min(i + 1, rest->size()));
  return Trimmed(taken);
}

// Reads a weight in thousandths: 0 to 1 with a point, further digits ignored, above 1 as 1.
std::optional<int> ReadWeight(std::string_view text) {
  int thousandths = 0;
  int next = 1000;  // what the next digit is worth
  bool has_digit = false;
  bool has_point = false;
  for (const char c : text) {
    if (c == '.' && !has_point) {
      has_point = true;
      next = 100;
    } else if (c >= '0' && c <= '9') {
      has_digit = true;
      thousandths = std::min(1000, thousandths + (c - '0') * next);
      if (has_point) next /= 10;
    } else {
      return std::nullopt;
    }
  }
  if (!has_digit) return std::nullopt;
  return thousandths;
}

// One media range of Accept or one coding of Accept-Encoding.
struct Element {
  std::string_view name;  // application/openmetrics-text, gzip
  std::string_view version;
  std::string_view escaping;
  int weight = 1000;
};

std::string_view Unquoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' && value.back() == '"' ? value.substr(1, value.size() - 2) : value;
}

std::optional<Element> ReadElement(std::string_view text) {
  Element element;
  element.name = TakeUntil(';', &text);
  if (element.name.empty()) return std::nullopt;
  while (!text.empty()) {
    std::string_view parameter = TakeUntil(';', &text);
    const std::string_view key = TakeUntil('=', &parameter);
    const std::string_view value = Unquoted(Trimmed(parameter));
    if (EqualsIgnoringCase(key, "q")) {
      const std::optional<int> weight = ReadWeight(value);
      if (!weight) return std::nullopt;
      element.weight = *weight;
    } else if (EqualsIgnoringCase(key, "version")) {
      element.version = value;
    } else if (EqualsIgnoringCase(key, "escaping")) {
      element.escaping = value;
    }
  }
  return element;
}

std::vector<Element> ReadHeader(std::string_view header) {
  std::vector<Element> elements;
  header = header.substr(0, kMaxHeaderBytes);
  for (size_t count = 0; !header.empty() && count < kMaxHeaderElements; ++count) {
    if (const std::optional<Element> element = ReadElement(TakeUntil(',', &header))) elements.push_back(*element);
  }
  return elements;
}

struct Offer {
  ExpositionKind kind;
  std::string_view type;
  std::string_view any_subtype;
  std::string_view version;
};

// In the order in which a range that fits several chooses.
constexpr Offer kOffers[] = {
    {ExpositionKind::kText, "text/plain", "text/*", "0.0.4"},
    {ExpositionKind::kText, "text/plain", "text/*", "1.0.0"},
    {ExpositionKind::kOpenMetrics, "application/openmetrics-text", "application/*", "1.0.0"},
    {ExpositionKind::kOpenMetrics, "application/openmetrics-text", "application/*", "0.0.1"},
};

// Returns how closely `element` names `offer`: 0 not at all, 1 */*, 2 type/*, 3 its type, 4 its version as well.
int Closeness(const Element& element, const Offer& offer) {
  if (EqualsIgnoringCase(element.name, offer.type)) {
    if (element.version.empty()) return 3;
    return element.version == offer.version ? 4 : 0;
  }
  if (EqualsIgnoringCase(element.name, offer.any_subtype)) return 2;
  return element.name == "*/*" ? 1 : 0;
}

std::optional<NameEscaping> ReadEscaping(std::string_view text) {
  if (text == "allow-utf-8") return NameEscaping::kAllowUtf8;
  if (text == "underscores") return NameEscaping::kUnderscores;
  if (text == "dots") return NameEscaping::kDots;
  if (text == "values") return NameEscaping::kValues;
  return std::nullopt;
}

NegotiatedFormat Accepted(const Offer& offer, std::string_view escaping) {
  NegotiatedFormat format;
  format.kind = offer.kind;
  format.content_type = std::string(offer.type).append("; version=").append(offer.version).append("; charset=utf-8");
  if (const std::optional<NameEscaping> known = ReadEscaping(escaping)) {
    format.escaping = *known;
    format.content_type.append("; escaping=").append(escaping);
  }
  return format;
}

}  // namespace

NegotiatedFormat NegotiateExposition(std::string_view accept) {
  const std::vector<Element> elements = ReadHeader(accept);
  const Offer* best = nullptr;
  size_t best_element = 0;
  for (const Offer& offer : kOffers) {
    size_t closest = elements.size();
    int closeness = 0;
    for (size_t i = 0; i < elements.size(); ++i) {
      const int here = Closeness(elements[i], offer);
      if (here > closeness) {
        closeness = here;
        closest = i;
      }
    }
    if (closeness == 0 || elements[closest].weight == 0) continue;
    const bool is_better = best == nullptr || elements[closest].weight > elements[best_element].weight ||
                           (elements[closest].weight == elements[best_element].weight && closest < best_element);
    if (!is_better) continue;
    best = &offer;
    best_element = closest;
  }
  if (best == nullptr) return NegotiatedFormat();
  return Accepted(*best, elements[best_element].escaping);
}

bool AcceptsGzip(std::string_view accept_encoding) {
  int named = -1;  // of gzip itself; -1: not named
  int any = 0;
  for (const Element& element : ReadHeader(accept_encoding)) {
    if (EqualsIgnoringCase(element.name, "gzip") || EqualsIgnoringCase(element.name, "x-gzip")) {
      named = std::max(named, element.weight);
    } else if (element.name == "*") {
      any = element.weight;
    }
  }
  return named >= 0 ? named > 0 : any > 0;
}

}  // namespace seriesguard
