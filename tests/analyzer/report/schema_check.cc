// SPDX-License-Identifier: Apache-2.0
//
// schema_check.cc: walks schema and document side by side.
#include "tests/analyzer/report/schema_check.h"

#include <algorithm>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

namespace seriesguard {
namespace {

using Json = nlohmann::json;

bool HasType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

class Checker {
 public:
  Checker(const Json& root, bool known_members_only) : root_(root), known_members_only_(known_members_only) {}

  void Check(const Json& schema, const Json& value, const std::string& place) {
    if (schema.contains("$ref")) {
      const std::string reference = schema["$ref"];
      return Check(root_.at(Json::json_pointer(reference.substr(1))), value, place);
    }
    for (const auto& [key, rule] : schema.items()) {
      if (!CheckKeyword(key, rule, value, place)) violations.push_back(place + ": cannot check " + key);
    }
  }

  std::vector<std::string> violations;

 private:
  bool CheckKeyword(const std::string& key, const Json& rule, const Json& value, const std::string& place) {
    static const std::set<std::string> kNotes = {"$schema", "$id", "title", "description", "definitions", "default"};
    if (kNotes.count(key) > 0) return true;
    if (key == "type") {
      bool matches = false;
      for (const Json& type : rule.is_array() ? rule : Json::array({rule})) matches |= HasType(value, type);
      Require(matches, place, "has the wrong type: " + value.dump());
    } else if (key == "required") {
      for (const Json& name : rule) {
        if (value.is_object()) Require(value.contains(name), place, "lacks " + name.get<std::string>());
      }
    } else if (key == "properties") {
      if (value.is_object()) CheckMembers(rule, value, place);
    } else if (key == "items") {
      if (!value.is_array()) return true;
      for (size_t i = 0; i < value.size(); ++i) Check(rule, value[i], place + "/" + std::to_string(i));
    } else if (key == "enum") {
      Require(std::find(rule.begin(), rule.end(), value) != rule.end(), place, "is none of the list: " + value.dump());
    } else if (key == "const") {
      Require(value == rule, place, "is not " + rule.dump());
    } else if (key == "minimum") {
      Require(!value.is_number() || value >= rule, place, "is too small: " + value.dump());
    } else if (key == "maximum") {
      Require(!value.is_number() || value <= rule, place, "is too large: " + value.dump());
    } else if (key == "pattern") {
      Require(!value.is_string() || std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>())),
              place, "does not match " + rule.dump());
    } else {
      return false;
    }
    return true;
  }

  void CheckMembers(const Json& properties, const Json& value, const std::string& place) {
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        Check(properties[name], member, place + "/" + name);
      } else if (known_members_only_) {
        violations.push_back(place + ": the schema does not list " + name);
      }
    }
  }

  void Require(bool holds, const std::string& place, const std::string& otherwise) {
    if (!holds) violations.push_back(place + ": " + otherwise);
  }

  const Json& root_;
  const bool known_members_only_;
};

}  // namespace

std::vector<std::string> SchemaViolations(std::string_view schema, std::string_view document, bool known_members_only) {
  const Json root = Json::parse(schema, nullptr, false);
  const Json value = Json::parse(document, nullptr, false);
  if (root.is_discarded()) return {"the schema is not JSON"};
  if (value.is_discarded()) return {"the document is not JSON"};
  Checker checker(root, known_members_only);
  checker.Check(root, value, "");
  return checker.violations;
}

}  // namespace seriesguard
