// SPDX-License-Identifier: Apache-2.0
//
// page_reader.cc: a tokenizer for the part of HTML that we write: every attribute quoted, every element closed.
#include "tests/analyzer/report/html/page_reader.h"

#include <algorithm>
#include <set>

#include "rules/utf8.h"

namespace seriesguard {
namespace {

const std::set<std::string_view> kVoid = {"meta"};
const std::set<std::string_view> kTags = {
    "html", "head", "meta",    "title", "style", "body", "header", "main",   "section", "p",     "h1",
    "h2",   "h3",   "code",    "dl",    "div",   "dt",   "dd",     "table",  "tr",      "th",    "td",
    "ul",   "li",   "caption", "thead", "span",  "svg",  "rect",   "script", "strong",  "tbody", "tfoot"};
const std::set<std::string_view> kAttributes = {"lang",
                                                "http-equiv",
                                                "content",
                                                "charset",
                                                "name",
                                                "class",
                                                "id",
                                                "scope",
                                                "aria-labelledby",
                                                "data-n",
                                                "viewBox",
                                                "width",
                                                "height",
                                                "preserveAspectRatio",
                                                "aria-hidden",
                                                "type"};

class Reader {
 public:
  explicit Reader(std::string_view page) : page_(page) {}

  ReadPageResult Read() {
    constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
    for (const char byte : page_) {
      if ((byte < 0x20 && byte != '\n') || byte == 0x7F || static_cast<unsigned char>(byte) >= 0x80)
        Fail("not plain ASCII");
    }
    if (page_.substr(0, kDoctype.size()) != kDoctype) Fail("no doctype");
    at_ = kDoctype.size();
    while (result_.error.empty() && at_ < page_.size()) {
      if (page_[at_] != '<') {
        ReadText();
      } else if (page_.substr(at_, 2) == "</") {
        ReadEnd();
      } else {
        ReadStart();
      }
    }
    if (result_.error.empty() && !open_.empty()) Fail("not closed: " + open_.back());
    return result_;
  }

 private:
  void Fail(const std::string& what) {
    if (result_.error.empty()) result_.error = what + " near: " + std::string(page_.substr(at_, 80));
  }

  std::string Unescape(std::string_view raw) {
    std::string text;
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '&') {
        text.push_back(raw[i]);
        continue;
      }
      const size_t end = raw.find(';', i);
      const std::string name(raw.substr(i + 1, end == std::string_view::npos ? 0 : end - i - 1));
      static const std::map<std::string, char> kNamed = {
          {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"#39", '\''}};
      if (const auto named = kNamed.find(name); named != kNamed.end()) {
        text.push_back(named->second);
      } else if (name.rfind("#x", 0) == 0) {
        AppendUtf8(static_cast<char32_t>(std::stoul(name.substr(2), nullptr, 16)), &text);
      } else {
        Fail("not a reference of ours: &" + name);
        return text;
      }
      i = end;
    }
    return text;
  }

  void ReadText() {
    const size_t end = std::min(page_.find('<', at_), page_.size());
    const std::string_view raw = page_.substr(at_, end - at_);
    if (raw.find('>') != std::string_view::npos || raw.find('"') != std::string_view::npos) Fail("a raw > or quote");
    const std::string text = Unescape(raw);
    if (IsIn("title")) result_.title += text;
    if (IsIn("body")) result_.text += text;
    if (cell_ != nullptr) *cell_ += text;
    at_ = end;
  }

  bool IsIn(std::string_view tag) const { return std::find(open_.begin(), open_.end(), tag) != open_.end(); }

  void ReadEnd() {
    const size_t end = page_.find('>', at_);
    const std::string tag(page_.substr(at_ + 2, end - at_ - 2));
    if (open_.empty() || open_.back() != tag) return Fail("closed out of order: " + tag);
    open_.pop_back();
    if (tag == "td" || tag == "th") cell_ = nullptr;
    if (tag == "table") table_ = nullptr;
    at_ = end + 1;
  }

  void ReadStart() {
    size_t i = at_ + 1;
    while (i < page_.size() && (std::isalnum(static_cast<unsigned char>(page_[i])) != 0)) ++i;
    const std::string tag(page_.substr(at_ + 1, i - at_ - 1));
    if (kTags.count(tag) == 0) return Fail("not a tag of ours: " + tag);
    std::map<std::string, std::string> attributes;
    while (i < page_.size() && page_[i] == ' ') {
      const size_t equals = page_.find("=\"", i);
      const size_t quote = equals == std::string_view::npos ? equals : page_.find('"', equals + 2);
      if (quote == std::string_view::npos) return Fail("an attribute without quotes");
      const std::string name(page_.substr(i + 1, equals - i - 1));
      if (kAttributes.count(name) == 0) return Fail("not an attribute of ours: " + name);
      const std::string_view raw = page_.substr(equals + 2, quote - equals - 2);
      if (raw.find('<') != std::string_view::npos) return Fail("a raw < in an attribute");
      if (!attributes.emplace(name, Unescape(raw)).second) return Fail("twice: " + name);
      i = quote + 1;
    }
    const bool closes_itself = page_.substr(i, 2) == "/>" && tag == "rect";
    i += closes_itself ? 1 : 0;
    if (i >= page_.size() || page_[i] != '>') return Fail("a tag that does not end");
    at_ = i + 1;
    if (!closes_itself && kVoid.count(tag) == 0) open_.push_back(tag);
    Start(tag, attributes);
  }

  void Start(const std::string& tag, std::map<std::string, std::string>& attributes) {
    if (tag == "meta" && !seen_meta_) {
      seen_meta_ = true;
      if (attributes["http-equiv"] != "Content-Security-Policy") return Fail("the policy is not first");
      result_.policy = attributes["content"];
    }
    if (tag == "script" || tag == "style") {
      const std::string closing = "</" + tag + ">";
      const size_t end = page_.find(closing, at_);
      if (end == std::string_view::npos) return Fail("no end of " + tag);
      std::string& into = tag == "style" ? result_.style : attributes.count("type") > 0 ? result_.data : result_.script;
      if (!into.empty()) return Fail("twice: " + tag);
      into = std::string(page_.substr(at_, end - at_));
      if (into.find("</") != std::string::npos || into.find("<!") != std::string::npos) Fail("something ends " + tag);
      at_ = end;
    } else if (tag == "table") {
      table_ = &result_.tables[attributes["id"]];
    } else if (tag == "tr") {
      if (table_ == nullptr) return Fail("a row outside a table");
      table_->push_back({attributes["id"], open_[open_.size() - 2], {}});
    } else if (tag == "td" || tag == "th") {
      if (table_ == nullptr || table_->empty()) return Fail("a cell outside a row");
      table_->back().cells.emplace_back();
      cell_ = &table_->back().cells.back();
    }
  }

  std::string_view page_;
  size_t at_ = 0;
  bool seen_meta_ = false;
  std::vector<std::string> open_;
  std::vector<TableRow>* table_ = nullptr;
  std::string* cell_ = nullptr;
  ReadPageResult result_;
};

}  // namespace

ReadPageResult ReadPage(std::string_view page) { return Reader(page).Read(); }

}  // namespace seriesguard
