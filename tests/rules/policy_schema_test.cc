// SPDX-License-Identifier: Apache-2.0
//
// policy_schema_test.cc: schema, table of keys and reader know the same keys.
#include "rules/policy_schema.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "rules/policy_reader.h"
#include "rules/reading/policy_keys.h"

namespace seriesguard {
namespace {

using Json = nlohmann::json;

Json Schema() { return Json::parse(PolicySchema()); }

TEST(PolicySchema, IsDraft07AndEndsWithALineFeed) {
  EXPECT_EQ(Schema()["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(PolicySchema().front(), '{');
  EXPECT_EQ(PolicySchema().back(), '\n');
}

TEST(PolicySchema, HasExactlyTheKeysOfTheReaderAndDescribesEach) {
  const Json schema = Schema();
  for (const PolicySection section : kAllPolicySections) {
    const Json& definition = schema["definitions"][std::string(SectionName(section))];
    EXPECT_EQ(definition["additionalProperties"], false) << SectionName(section);
    std::set<std::string> in_schema;
    for (const auto& [key, property] : definition["properties"].items()) {
      in_schema.insert(key);
      const std::string reference = property.value("$ref", "");
      const std::string target = reference.substr(reference.rfind('/') + 1);
      EXPECT_TRUE(property.contains("description") ||
                  (!target.empty() && (schema["definitions"][target].contains("description") || target == "labels")))
          << SectionName(section) << "." << key << " has no description";
    }
    const std::set<std::string> in_table(KeysOf(section).begin(), KeysOf(section).end());
    EXPECT_EQ(in_schema, in_table) << SectionName(section);
  }
}

TEST(PolicySchema, EachReferenceHasItsDefinition) {
  const Json schema = Schema();
  const std::string text = schema.dump();
  const std::string prefix = "#/definitions/";
  size_t references = 0;
  for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
    const size_t start = at + prefix.size();
    EXPECT_TRUE(schema["definitions"].contains(text.substr(start, text.find('"', start) - start)));
    ++references;
  }
  EXPECT_GT(references, 40u);
}

// Returns a policy in which `key` of `section` has the value `value`, and nothing else is wrong.
std::string PolicyWith(PolicySection section, std::string_view key, const std::string& value) {
  const std::string entry = std::string(key) + ": " + value;
  switch (section) {
    case PolicySection::kPolicy: return (key == "version" ? "" : "version: 1\n") + entry + "\n";
    case PolicySection::kBudget: return "version: 1\nbudget: {" + entry + "}\n";
    case PolicySection::kDefaults: return "version: 1\ndefaults: {" + entry + "}\n";
    case PolicySection::kMetric:
      return "version: 1\nmetrics: [{" + std::string(key == "name" || key == "match" ? "" : "name: a, ") + entry +
             "}]\n";
    case PolicySection::kBusiest: return "version: 1\nmetrics: [{name: a, busiest: {" + entry + "}}]\n";
    case PolicySection::kLabel: return "version: 1\nlabels: {a: {" + entry + "}}\n";
    case PolicySection::kNormalize: return "version: 1\nlabels: {a: {normalize: {" + entry + "}}}\n";
    case PolicySection::kReplacement: break;
  }
  return "version: 1\nlabels: {a: {replace: [{" + std::string(key == "match" ? "with" : "match") + ": a, " + entry +
         "}]}}\n";
}

// A key of the table that the reader forgot to read would be accepted in silence: nothing would be wrong with any value.
TEST(PolicySchema, TheReaderReadsEachKeyOfTheTable) {
  for (const PolicySection section : kAllPolicySections) {
    for (const std::string_view key : KeysOf(section)) {
      // A null is no value of any key.
      const std::string yaml = PolicyWith(section, key, "null");
      const PolicyReadResult result = ReadPolicy("p", yaml);
      const auto errors = std::count_if(result.diagnostics.begin(), result.diagnostics.end(), [](const Diagnostic& d) {
        return d.severity == Severity::kError && d.code == "wrong_type";
      });
      EXPECT_EQ(errors, 1) << yaml << FormatDiagnostics(result, "p", 100);
      EXPECT_FALSE(result.policy.has_value()) << yaml;
    }
  }
}

}  // namespace
}  // namespace seriesguard
