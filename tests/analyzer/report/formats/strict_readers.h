// SPDX-License-Identifier: Apache-2.0
//
// strict_readers.h: small readers of the formats that no library here reads, without any mercy.
//
// Use:      tests of the formats; whatever is not exactly as it should be fails the test that calls.
#ifndef SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_STRICT_READERS_H_
#define SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_STRICT_READERS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// RFC 4180 with CRLF after every record; one apostrophe in front of a quoted field is taken away, as CsvField says.
// A field that is not quoted is empty, a number, or a name of the header.
std::vector<std::vector<std::string>> ReadCsv(std::string_view text);

// The part of XML 1.0 that a report needs: a declaration, elements, attributes in double quotes, the five names of
// entities and decimal references. No comments, no CDATA, no DTD: whoever could plant one has broken out.
struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  // of this element alone
  std::vector<XmlElement> children;
};
XmlElement ReadXml(std::string_view text);

// ::name key=value,key=value::message, one a line; values and messages as they stand.
struct WorkflowCommand {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string message;
};
std::vector<WorkflowCommand> ReadWorkflowCommands(std::string_view text);

// Returns what is wrong with a page of ours: outside code spans only plain words and markup of our own may stand, each
// span ends on its line, each row of a table has as many cells as its head, and each <details> is closed.
std::vector<std::string> MarkdownViolations(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_STRICT_READERS_H_
