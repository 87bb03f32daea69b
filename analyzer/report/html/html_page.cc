// SPDX-License-Identifier: Apache-2.0
//
// html_page.cc: one string, appended in the order of the file.
#include "analyzer/report/html/html_page.h"

#include "analyzer/report/html/html_text.h"
#include "analyzer/report/html/page_assets.h"
#include "analyzer/report/html/sha256.h"

namespace seriesguard {

std::string AssemblePage(std::string_view title, std::string_view content, std::string_view json) {
  static const std::string* const kHead = new std::string(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-" +
      Sha256Base64(PageScript()) + "'; style-src 'sha256-" + Sha256Base64(PageStyle()) +
      "'; base-uri 'none'; form-action 'none'\">\n"
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n");
  const std::string data = ScriptJson(json);
  std::string page;
  page.reserve(kHead->size() + content.size() + data.size() + PageScript().size() + PageStyle().size() + 512);
  page = *kHead;
  HtmlWriter html(&page);
  html.Own("<title>").Text(title).Own("</title>\n<style>");
  page.append(PageStyle());
  html.Own("</style>\n</head>\n<body>\n");
  page.append(content);
  html.Own("<script type=\"application/json\" id=\"data\">");
  page.append(data);
  html.Own("</script>\n<script>");
  page.append(PageScript());
  html.Own("</script>\n</body>\n</html>\n");
  return page;
}

}  // namespace seriesguard
