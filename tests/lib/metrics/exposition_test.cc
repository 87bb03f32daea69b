// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/exposition.h"

#include <zlib.h>

#include <clocale>
#include <cstdlib>
#include <iostream>
#include <locale>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/content_negotiation.h"
#include "tests/lib/metrics/random_families.h"
#include "tests/lib/metrics/sample_families.h"

namespace seriesguard {
namespace {

std::vector<CollectedFamily> Families() {
  return {
      FamilyBuilder("a_total", CollectedType::kCounter, "help").Add({{"b", "c"}}, 1234567, 0.25, 1700000000.5).Take(),
      FamilyBuilder("h", CollectedType::kHistogram).Boundaries({0.5, 2.5e-7}).AddHistogram({}, {1, 2, 3}, 1e-9).Take()};
}

std::string Written(const std::vector<CollectedFamily>& families, std::string_view accept) {
  std::string out;
  AppendExposition(families, NegotiateExposition(accept), &out);
  return out;
}

TEST(Exposition, IsWrittenAsNegotiated) {
  const std::string text = Written(Families(), "");
  EXPECT_EQ(text.rfind("# HELP a_total help\n# TYPE a_total counter\n", 0), 0u) << text;
  EXPECT_EQ(text.find("# EOF"), std::string::npos);
  const std::string openmetrics = Written(Families(), "application/openmetrics-text; version=1.0.0");
  EXPECT_EQ(openmetrics.rfind("# TYPE a counter\n# HELP a help\n", 0), 0u) << openmetrics;
  EXPECT_EQ(openmetrics.substr(openmetrics.size() - 6), "# EOF\n");
}

TEST(Exposition, AsksNoNameEscapedUnlessNegotiated) {
  const std::vector<CollectedFamily> families = {
      FamilyBuilder("a.b", CollectedType::kGauge).Add({{"c.d", "x"}}, 1).Take()};
  EXPECT_EQ(Written(families, "text/plain;version=0.0.4"), "# TYPE a_b gauge\na_b{c_d=\"x\"} 1\n");
  EXPECT_EQ(Written(families, "text/plain;version=1.0.0;escaping=allow-utf-8"),
            "# TYPE \"a.b\" gauge\n{\"a.b\",\"c.d\"=\"x\"} 1\n");
}

std::string Inflated(const std::string& packed, size_t size) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string text(size + 1, '?');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0u);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(Exposition, GzipHoldsWhatWasWritten) {
  RandomFamilies random(1);
  std::string noise;  // compresses badly, so that the output outgrows its first guess
  for (int i = 0; i < 300000; ++i) noise.push_back(static_cast<char>(random.Below(256)));
  for (const std::string& text :
       {std::string(), std::string("a"), Written(Families(), ""), std::string(1000000, 'x'), noise}) {
    std::string out = "before";
    ASSERT_TRUE(AppendGzip(text, &out));
    EXPECT_EQ(out.substr(0, 6), "before");
    EXPECT_EQ(Inflated(out.substr(6), text.size()), text);
  }
}

// A locale with a comma as decimal point and points between thousands, for whatever asks C++ for its locale.
class GermanNumbers : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

// Says whether C now writes a comma. Where the machine has no German locale, one is made, if it can be.
bool SetGermanLocale() {
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) return true;
  }
  const std::string folder = testing::TempDir();
  const std::string command = "localedef -i de_DE -f UTF-8 '" + folder + "/de_DE.UTF-8' >/dev/null 2>&1";
  if (std::system(command.c_str()) != 0) return false;
  setenv("LOCPATH", folder.c_str(), 1);
  return std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
}

TEST(Exposition, IsTheSameInAnyLocale) {
  RandomFamilies random(2);
  std::vector<CollectedFamily> families = CollectedOf(random.NextScrape(200));
  for (const CollectedFamily& family : Families()) families.push_back(family);
  const std::string text = Written(families, "");
  const std::string openmetrics = Written(families, "application/openmetrics-text;q=0.75,text/plain;q=0.7");
  ASSERT_NE(openmetrics.find("a_total{b=\"c\"} 1234567.25\n"), std::string::npos);

  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new GermanNumbers));
  const bool is_german = SetGermanLocale();
  std::cout << (is_german ? "C and C++ write German numbers\n" : "only C++ writes German numbers here\n");
  if (is_german) {
    EXPECT_STREQ(std::localeconv()->decimal_point, ",");
  }
  EXPECT_EQ(Written(families, ""), text);
  EXPECT_EQ(Written(families, "application/openmetrics-text;q=0.75,text/plain;q=0.7"), openmetrics);
  std::locale::global(before);
  std::setlocale(LC_ALL, "C");
}

}  // namespace
}  // namespace seriesguard
