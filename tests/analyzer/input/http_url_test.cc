// SPDX-License-Identifier: Apache-2.0
//
// What of an address is read, refused and shown.
#include "analyzer/input/http_url.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

std::string NameOf(const std::string& text) {
  const auto url = ParseHttpUrl(text);
  return url.ok() ? url->Name() : "refused";
}

std::string TextOf(const std::string& text) {
  const auto url = ParseHttpUrl(text);
  return url.ok() ? url->Text() : "refused";
}

TEST(HttpUrl, TellsAnAddressFromAPath) {
  for (const char* text : {"http://h", "HTTPS://h", "ftp://h", "file:///etc", "a+b.c-1://"}) EXPECT_TRUE(IsUrl(text));
  for (const char* text :
       {"", "-", "metrics.prom", "http:/h", "./http://h", "://h", "1http://h", "a b://h", "dir/x://"}) {
    EXPECT_FALSE(IsUrl(text)) << text;
  }
}

TEST(HttpUrl, IsNamedBySchemeHostPortAndPath) {
  EXPECT_EQ(NameOf("http://host"), "http://host/metrics");
  EXPECT_EQ(NameOf("HTTP://HOST:9100"), "http://host:9100/metrics");
  EXPECT_EQ(NameOf("http://host/"), "http://host/");
  EXPECT_EQ(NameOf("http://host:80/x"), "http://host/x");
  EXPECT_EQ(NameOf("https://host:443/x"), "https://host/x");
  EXPECT_EQ(NameOf("https://host:80/x"), "https://host:80/x");
  EXPECT_EQ(NameOf("http://[::1]:9100/a/../b"), "http://[::1]:9100/a/../b");
  EXPECT_EQ(NameOf("http://host?secret"), "http://host/metrics");
  EXPECT_EQ(NameOf("http://host/p?secret#secret"), "http://host/p");
  EXPECT_EQ(NameOf("http://host#secret"), "http://host/metrics");
}

TEST(HttpUrl, KeepsTheQueryInWhatIsAskedFor) {
  EXPECT_EQ(TextOf("http://host/probe?target=a&x=1/2#f"), "http://host/probe?target=a&x=1/2");
  EXPECT_EQ(TextOf("http://host?"), "http://host/metrics?");
  EXPECT_EQ(TextOf("http://host?a?b"), "http://host/metrics?a?b");
}

TEST(HttpUrl, OriginsAreEqualForOneServerOnly) {
  const auto origin = [](const char* text) { return ParseHttpUrl(text)->Origin(); };
  EXPECT_EQ(origin("http://a/x"), origin("HTTP://A:80/y"));
  EXPECT_NE(origin("http://a"), origin("https://a"));
  EXPECT_NE(origin("http://a"), origin("http://a:81"));
  EXPECT_NE(origin("http://a"), origin("http://b"));
  EXPECT_NE(origin("http://localhost"), origin("http://127.0.0.1"));
}

TEST(HttpUrl, KnowsThisMachine) {
  for (const char* text : {"http://localhost", "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:2"}) {
    EXPECT_TRUE(ParseHttpUrl(text)->IsLoopback()) << text;
  }
  for (const char* text : {"http://localhost.example", "http://127.0.0.1.example", "http://10.0.0.1", "http://[::2]"}) {
    EXPECT_FALSE(ParseHttpUrl(text)->IsLoopback()) << text;
  }
}

TEST(HttpUrl, RefusesWhatTwoProgramsCouldReadDifferently) {
  const std::vector<std::string> cases = {"ftp://h",
                                          "file:///etc/passwd",
                                          "http://",
                                          "http:///p",
                                          "http://?q",
                                          "http://#f",
                                          "http://:80",
                                          "http://-h",
                                          "http://.h",
                                          "http://h:",
                                          "http://h:0",
                                          "http://h:65536",
                                          "http://h:+80",
                                          "http://h:80x",
                                          "http://h:8 0",
                                          "http://[::1",
                                          "http://::1",
                                          "http://[::1]x",
                                          "http://[]",
                                          "http://[g::]",
                                          "http://[::1%25eth0]",
                                          "http://h\\x",
                                          "http://h%41",
                                          "http://a,b",
                                          "http://u@h",
                                          "http://u:p@h",
                                          "http://h/@",
                                          "http://h?@",
                                          "http://h/\x7f",
                                          "http://h/\r\nX: y",
                                          "http://h/\t",
                                          "http://h/ ",
                                          "http://h\xc3\xb6st",
                                          "http://h/\"",
                                          "http://h/<x>",
                                          std::string("http://h/\0", 10),
                                          "http://" + std::string(9000, 'h')};
  for (const std::string& text : cases) EXPECT_EQ(NameOf(text), "refused") << text;
}

// Every byte at every place of an address with a port and a query: what is accepted is asked for as it stands or in lower
// case, and its name holds nothing of the query.
TEST(HttpUrl, OneOddByteAnywhereIsRefusedOrHarmless) {
  const std::string base = "http://h.example:9100/p/q?s3cr3t";
  const size_t question = base.find('?');
  for (size_t at = 0; at < base.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = base;
      text[at] = static_cast<char>(byte);
      const auto url = ParseHttpUrl(text);
      if (!url.ok()) continue;
      if (at != question) {  // else the rest is a path
        EXPECT_EQ(url->Name().find("s3cr3t"), std::string::npos) << text;
        EXPECT_EQ(WithoutSecrets(text).find("s3cr3t"), std::string::npos) << text;
      }
      for (const char c : url->Text()) EXPECT_TRUE(c > ' ' && c < 0x7f && c != '@' && c != '\\') << text;
      const auto again = ParseHttpUrl(url->Text());
      ASSERT_TRUE(again.ok()) << text;
      EXPECT_EQ(again->Text(), url->Text());
      EXPECT_EQ(again->Origin(), url->Origin());
    }
  }
}

TEST(HttpUrl, ShowsNothingOfWhatMayBeASecret) {
  EXPECT_EQ(WithoutSecrets("metrics@home.prom"), "metrics@home.prom");
  EXPECT_EQ(WithoutSecrets("http://u:p@h:1/x?q#f"), "http://h:1/x");
  EXPECT_EQ(WithoutSecrets("http://u:p/q?r#s@h/x"), "http://h/x");
  EXPECT_EQ(WithoutSecrets("ftp://u:p@x@h"), "ftp://h");
  EXPECT_EQ(WithoutSecrets("http://u:p@"), "http://");
  for (const char* text : {"http://u:secret@h\\x", "http://secret@:1", "http://h/ ?secret", "gopher://secret@h"}) {
    const auto url = ParseHttpUrl(text);
    ASSERT_FALSE(url.ok());
    EXPECT_EQ(std::string(url.status().message()).find("secret"), std::string::npos) << url.status();
  }
}

}  // namespace
}  // namespace seriesguard
