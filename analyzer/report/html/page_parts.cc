// SPDX-License-Identifier: Apache-2.0
//
// page_parts.cc: markup without a style attribute, which the policy of the page would block; sizes are SVG attributes.
#include "analyzer/report/html/page_parts.h"

#include <algorithm>
#include <cmath>

#include "analyzer/report/number_text.h"

namespace seriesguard {

void PutHeader(std::string_view heading, std::string_view state, std::string_view tool, HtmlWriter* html) {
  html->Own("<header class=\"top\">\n<p class=\"tool\">").Text(tool).Own("</p>\n<h1 class=\"").Text(state);
  html->Own("\">").Message(heading).Own("</h1>\n</header>\n");
}

void PutFigure(std::string_view name, std::string_view value, HtmlWriter* html) {
  html->Own("<div><dt>").Text(name).Own("</dt><dd>").Text(value).Own("</dd></div>\n");
}

void PutNumberCell(uint64_t value, HtmlWriter* html) { html->Own("<td class=\"n\">").Number(value).Own("</td>"); }

void PutRoundedCell(std::string_view text, uint64_t exact, HtmlWriter* html) {
  html->Own("<td class=\"n\" data-n=\"").Digits(exact).Own("\">").Text(text).Own("</td>");
}

void PutShareCell(double share, HtmlWriter* html) {
  const uint64_t permille = static_cast<uint64_t>(std::lround(1'000 * std::clamp(share, 0.0, 1.0)));
  html->Own("<td class=\"n share\" data-n=\"").Digits(static_cast<uint64_t>(std::lround(1e9 * std::max(0.0, share))));
  html->Own(
      "\"><svg class=\"bar\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"");
  html->Digits(permille).Own("\" height=\"8\"/></svg><span>").Text(Percent(share)).Own("</span></td>");
}

void PutPicturePlace(HtmlWriter* html) {
  html->Own(
      "<section id=\"picture\" class=\"picture\" aria-labelledby=\"picture-title\">\n"
      "<h2 id=\"picture-title\">Picture</h2>\n"
      "<p id=\"picture-place\">The picture needs JavaScript; the tables of this page hold its numbers.</p>\n"
      "</section>\n");
}

}  // namespace seriesguard
