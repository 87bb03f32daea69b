// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/json_writer.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seriesguard {
namespace {

// What one string becomes inside an object.
std::string ObjectWith(std::string_view text) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("value").String(text);
  json.EndObject();
  return out;
}

TEST(JsonWriter, PutsCommasBetweenMembersAndElements) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("a").BeginArray();
  json.Unsigned(1);
  json.Null();
  json.Bool(true);
  json.EndArray();
  json.Key("b").BeginObject();
  json.EndObject();
  json.Key("c").Signed(-7);
  json.EndObject();
  EXPECT_EQ(out, R"({"a":[1,null,true],"b":{},"c":-7})");
}

TEST(JsonWriter, PutsElementsOnLinesWhereAsked) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray(JsonWriter::Layout::kLines);
  json.Unsigned(1);
  json.Unsigned(2);
  json.EndArray();
  EXPECT_EQ(out, "[\n1,\n2\n]");
  out.clear();
  JsonWriter empty(&out);
  empty.BeginArray(JsonWriter::Layout::kLines);
  empty.EndArray();
  EXPECT_EQ(out, "[]");
}

TEST(JsonWriter, NeverShortensNumbers) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray();
  json.Unsigned(std::numeric_limits<uint64_t>::max());
  json.Signed(std::numeric_limits<int64_t>::min());
  json.Double(0.1);
  json.Double(1.0 / 3);
  json.Double(1);
  json.Double(std::nan(""));
  json.Double(std::numeric_limits<double>::infinity());
  json.EndArray();
  EXPECT_EQ(out, "[18446744073709551615,-9223372036854775808,0.1,0.3333333333333333,1,null,null]");
}

TEST(JsonWriter, GivesDoublesThatReadBackAsTheSame) {
  std::mt19937_64 random(20240607);
  std::uniform_real_distribution<double> share(0, 1);
  for (int i = 0; i < 10'000; ++i) {
    const double value = share(random);
    std::string out;
    JsonWriter json(&out);
    json.Double(value);
    EXPECT_EQ(nlohmann::json::parse(out).get<double>(), value) << out;
  }
}

TEST(JsonWriter, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(ObjectWith("a\"b\\c\n\t\r\x01\x7f"), R"({"value":"a\"b\\c\n\t\r\u0001\u007f"})");
  EXPECT_EQ(ObjectWith(std::string_view("\0", 1)), R"({"value":"\u0000"})");
}

TEST(JsonWriter, KeepsTextButNeverWhatATerminalObeys) {
  EXPECT_EQ(ObjectWith("Z\xC3\xBCrich \xE6\x9D\xB1\xE4\xBA\xAC"),
            "{\"value\":\"Z\xC3\xBCrich \xE6\x9D\xB1\xE4\xBA\xAC\"}");
  EXPECT_EQ(ObjectWith("a\x1b[31m"), R"({"value":"a\u001b[31m"})");
  EXPECT_EQ(ObjectWith("a\xE2\x80\xAE"
                       "b"),
            R"({"value":"a\u202eb"})");  // right-to-left override
  EXPECT_EQ(ObjectWith("\xC2\x9B"
                       "31m"),
            R"({"value":"\u009b31m"})");                                     // a C1 control
  EXPECT_EQ(ObjectWith("\xE2\x80\xA8"), R"({"value":"\u2028"})");            // line separator
  EXPECT_EQ(ObjectWith("\xF3\xA0\x80\x81"), R"({"value":"\udb40\udc01"})");  // a tag, beyond U+FFFF
}

TEST(JsonWriter, MarksWhatIsNotUtf8) {
  EXPECT_EQ(ObjectWith("a\xFF\\"), R"({"value":"a\\xFF\\\\","escaped":true})");
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("values").BeginArray();
  json.String("\xC3");
  json.EndArray();
  json.Key("inner").BeginObject();
  json.Key("value").String("plain");
  json.EndObject();
  json.EndObject();
  EXPECT_EQ(out, R"({"values":["\\xC3"],"inner":{"value":"plain"},"escaped":true})");
}

// What is not there is null, and a list of texts is an array whose odd bytes mark the object.
TEST(JsonWriter, WritesNullForWhatIsAbsent) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("no_count").OptionalUnsigned(std::nullopt);
  json.Key("count").OptionalUnsigned(uint64_t{7});
  json.Key("no_share").OptionalDouble(std::nullopt);
  json.Key("share").OptionalDouble(0.5);
  json.Key("no_name").StringOrNull("");
  json.Key("name").StringOrNull("a");
  json.Key("none").Strings({});
  json.Key("names").Strings({"b", "\xC3"});
  json.EndObject();
  EXPECT_EQ(out, R"({"no_count":null,"count":7,"no_share":null,"share":0.5,"no_name":null,"name":"a",)"
                 R"("none":[],"names":["b","\\xC3"],"escaped":true})");
}

// Every two bytes: the text is JSON, holds no control, and reads back as the same where it was UTF-8.
TEST(JsonWriter, SurvivesEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const std::string out = ObjectWith(text);
      const nlohmann::json parsed = nlohmann::json::parse(out, nullptr, false);
      ASSERT_FALSE(parsed.is_discarded()) << out;
      if (!parsed.contains("escaped")) {
        ASSERT_EQ(parsed["value"].get<std::string>(), text);
      }
      for (const char byte : out) ASSERT_TRUE(static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f) << out;
    }
  }
}

}  // namespace
}  // namespace seriesguard
