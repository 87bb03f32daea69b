// SPDX-License-Identifier: Apache-2.0
//
// labelled_values.cc: one function a pattern, in the order of docs/patterns.md.
#include "tests/analyzer/patterns/labelled_values.h"

#include <string_view>

namespace seriesguard {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kBase62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kPodAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::string_view kHashAlphabet = "456789bcdf";  // what the ten digits become in a pod template's hash

const std::vector<std::string> kWords = {
    "alpha",   "order",   "invoice", "cache",   "queue",  "worker",   "gateway",   "billing", "search",  "frontend",
    "backend", "payment", "session", "profile", "index",  "metrics",  "scheduler", "proxy",   "storage", "shard",
    "image",   "report",  "ledger",  "catalog", "basket", "checkout", "login",     "audit",   "mailer",  "ingest"};

class Maker {
 public:
  explicit Maker(uint64_t seed) : state_(seed) {}

  std::string Make(std::string_view pattern) {
    if (pattern == "empty") return "";
    if (pattern == "uuid") return Uuid();
    if (pattern == "timestamp") return Timestamp();
    if (pattern == "ip") return Ip();
    if (pattern == "email") return Email();
    if (pattern == "token") return Token();
    if (pattern == "url") return Url();
    if (pattern == "sql") return Sql();
    if (pattern == "stack_trace") return StackTrace();
    if (pattern == "path") return Path();
    if (pattern == "host_port") return HostPort();
    if (pattern == "host") return Host();
    if (pattern == "version") return Version();
    if (pattern == "hex_id") return HexId();
    if (pattern == "integer") return Integer();
    if (pattern == "number") return Number();
    if (pattern == "pod") return Pod();
    if (pattern == "replicaset") return ReplicaSet();
    if (pattern == "base64") return Base64();
    if (pattern == "text") return Text();
    if (pattern == "word") return Word();
    return Other();
  }

 private:
  uint64_t Random() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  size_t Below(size_t bound) { return static_cast<size_t>(Random() % bound); }
  size_t Between(size_t least, size_t most) { return least + Below(most - least + 1); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  std::string Pick(const std::vector<std::string>& of) { return of[Below(of.size())]; }
  std::string Word0() { return Pick(kWords); }
  std::string Of(std::string_view alphabet, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text.push_back(alphabet[Below(alphabet.size())]);
    return text;
  }
  std::string Padded(size_t number, size_t width) {
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
  }
  std::string Capital(std::string word) {
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
  }
  std::string Hex(size_t count) { return Of(OneIn(4) ? "0123456789ABCDEF" : "0123456789abcdef", count); }

  std::string PlainUuid() {
    const std::string_view alphabet = OneIn(4) ? "0123456789ABCDEF" : "0123456789abcdef";
    return Of(alphabet, 8) + "-" + Of(alphabet, 4) + "-" + Of(alphabet, 4) + "-" + Of(alphabet, 4) + "-" +
           Of(alphabet, 12);
  }
  std::string Uuid() {
    if (OneIn(10)) return "{" + PlainUuid() + "}";
    return (OneIn(10) ? "urn:uuid:" : "") + PlainUuid();
  }

  std::string Year() { return std::to_string(Between(1970, 2060)); }
  std::string Month() { return Padded(Between(1, 12), 2); }
  std::string Day() { return Padded(Between(1, 28), 2); }
  std::string Clock() { return Padded(Below(24), 2) + ":" + Padded(Below(60), 2) + ":" + Padded(Below(60), 2); }
  std::string MonthName() {
    return Pick({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
  }
  std::string DayName() { return Pick({"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}); }
  std::string Zone() { return Pick({"Z", "+00:00", "-07:00", "+0530", "+02:00"}); }
  std::string Timestamp() {
    switch (Below(16)) {
      case 0:
      case 1: return std::to_string(Between(1000000000, 1999999999));
      case 2:
      case 3: return std::to_string(Between(1000000000, 1999999999)) + Of(kDigits, 3);
      case 4: return std::to_string(Between(1000000000, 1999999999)) + "." + Of(kDigits, Between(1, 9));
      case 5:
      case 6: return Year() + "-" + Month() + "-" + Day() + "T" + Clock() + Zone();
      case 7: return Year() + "-" + Month() + "-" + Day() + "T" + Clock() + "." + Of(kDigits, Between(1, 9)) + Zone();
      case 8: return Year() + "-" + Month() + "-" + Day() + " " + Clock();
      case 9: {
        const std::string separator = Pick({"-", "/"});
        return Year() + separator + Month() + separator + Day();
      }
      case 10: return DayName() + ", " + Day() + " " + MonthName() + " " + Year() + " " + Clock() + " GMT";
      case 11: return Day() + "/" + MonthName() + "/" + Year() + ":" + Clock() + " +0000";
      case 12: return DayName() + " " + MonthName() + " " + Day() + " " + Clock() + " " + Year();
      case 13: return MonthName() + " " + Day() + " " + Clock();
      case 14:
        return Year() + Month() + Day() +
               (OneIn(2) ? "T" + Padded(Below(24), 2) + Padded(Below(60), 2) + Padded(Below(60), 2) + "Z" : "");
      default: return Day() + "." + Month() + "." + Year();
    }
  }
  std::string Ipv4() {
    return std::to_string(Below(256)) + "." + std::to_string(Below(256)) + "." + std::to_string(Below(256)) + "." +
           std::to_string(Below(256));
  }
  std::string Group() { return Of("0123456789abcdef", Between(1, 4)); }
  std::string Ipv6() {
    std::string text;
    if (OneIn(3)) {
      for (int i = 0; i < 8; ++i) text += (i == 0 ? "" : ":") + Group();
      return text;
    }
    const size_t front = Below(4), back = Below(4);  // the gap stands for two groups or more
    for (size_t i = 0; i < front; ++i) text += (i == 0 ? "" : ":") + Group();
    text += "::";
    for (size_t i = 0; i < back; ++i) text += (i == 0 ? "" : ":") + Group();
    if (front + back < 6 && OneIn(8)) text += (back == 0 ? "" : ":") + Ipv4();
    return text;
  }
  std::string Ip() {
    switch (Below(6)) {
      case 0: return Ipv6();
      case 1: return Ipv6() + "/" + std::to_string(Below(129));
      case 2: return "fe80::" + Group() + "%" + Pick({"eth0", "en1", "2", "wlan0"});
      case 3: return Ipv4() + "/" + std::to_string(Below(33));
      default: return Ipv4();
    }
  }

  std::string DomainEnd() { return Pick({"com", "org", "net", "io", "de", "co.uk", "internal", "dev"}); }
  std::string Domain() {
    std::string text = OneIn(3) ? Word0() + "." : "";
    return text + Word0() + (OneIn(3) ? "-" + Word0() : "") + "." + DomainEnd();
  }
  std::string Email() {
    std::string local = Word0();
    if (OneIn(2)) local += Pick({".", "_", "+", "-"}) + Word0();
    if (OneIn(3)) local += std::to_string(Below(10000));
    return local + "@" + Domain();
  }

  std::string Url64(size_t count) {
    return Of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", count);
  }
  std::string Token() {
    switch (Below(8)) {
      case 0: return "eyJ" + Url64(Between(20, 60)) + ".eyJ" + Url64(Between(20, 120)) + "." + Url64(43);
      case 1: return Pick({"Bearer ", "bearer "}) + Of(kBase62, Between(24, 64));
      case 2: return "ghp_" + Of(kBase62, 36);
      case 3: return Pick({"sk_live_", "pk_live_", "sk_test_"}) + Of(kBase62, 24);
      case 4: return "AKIA" + Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
      // Lengths that are no multiple of four are no base64; the alphabet has neither + nor /.
      case 5: return Of(kBase62, OneIn(2) ? 22 : 43);
      case 6: return Of(kBase62, OneIn(2) ? 32 : 40);
      default: return Of("abcdefghijklmnopqrstuvwxyz0123456789", Between(25, 40));
    }
  }

  std::string Segment() {
    switch (Below(5)) {
      case 0: return std::to_string(Below(1000000));
      case 1: return PlainUuid();
      case 2: return "v" + std::to_string(Between(1, 3));
      default: return Word0();
    }
  }
  std::string Path() {
    std::string path = OneIn(8) ? Pick({"GET ", "POST ", "DELETE "}) : "";
    const size_t segments = Between(1, 5);
    for (size_t i = 0; i < segments; ++i) path += "/" + Segment();
    if (OneIn(6)) path += "/";
    if (OneIn(8)) path += "?" + Word0() + "=" + std::to_string(Below(1000)) + "&" + Word0() + "=" + Word0();
    if (OneIn(8)) path += "/{" + Word0() + "}";
    return path;
  }
  std::string Url() {
    std::string url = Pick({"http", "https", "grpc", "postgres", "s3", "amqp"}) + "://";
    if (OneIn(8)) url += Word0() + ":" + Of(kLower, 8) + "@";
    url += OneIn(3) ? Ipv4() : Domain();
    if (OneIn(3)) url += ":" + std::to_string(Between(1, 65535));
    return OneIn(4) ? url : url + Path0();
  }
  std::string Path0() {
    std::string path;
    const size_t segments = Between(1, 4);
    for (size_t i = 0; i < segments; ++i) path += "/" + Segment();
    return path;
  }

  std::string Cased(std::string sql) {
    if (OneIn(2)) return sql;
    for (char& c : sql) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return sql;
  }
  std::string Sql() {
    const std::string table = Word0() + "s", column = Word0() + "_id";
    switch (Below(11)) {
      case 0: return Cased("SELECT * FROM ") + table + Cased(" WHERE ") + column + " = " + std::to_string(Below(9999));
      case 1: return Cased("SELECT ") + column + ", name" + Cased(" FROM ") + table + Cased(" ORDER BY ") + column;
      case 2: return Cased("INSERT INTO ") + table + " (" + column + ", name)" + Cased(" VALUES ") + "($1, $2)";
      case 3: return Cased("UPDATE ") + table + Cased(" SET name = ? WHERE ") + column + " = ?";
      case 4: return Cased("DELETE FROM ") + table + Cased(" WHERE ") + column + " = 'x'";
      case 5: return Cased("SELECT COUNT(*) FROM ") + table + Cased(" GROUP BY ") + column;
      case 6: return Cased("CREATE TABLE ") + table + " (" + column + Cased(" BIGINT)");
      case 7: return Cased("WITH ") + table + Cased(" AS (SELECT 1) SELECT * FROM ") + table;
      case 8:
        return Cased("SELECT ") + "t." + column + Cased(" FROM ") + table + " t " + Cased("JOIN ") + Word0() + " u";
      case 9: return "  " + Cased("SELECT DISTINCT ") + column + "\n" + Cased("FROM ") + table;
      default: return Cased("ALTER TABLE ") + table + Cased(" ADD COLUMN ") + column + Cased(" INT");
    }
  }
  std::string StackTrace() {
    const std::string cls = Capital(Word0()), line = std::to_string(Between(1, 900));
    switch (Below(8)) {
      case 0:
        return "java.lang." + cls + "Exception: " + Word0() + "\n\tat com." + Word0() + "." + cls + "." + Word0() +
               "(" + cls + ".java:" + line + ")\n\tat java.base/java.lang.Thread.run(Thread.java:833)";
      case 1:
        return "Traceback (most recent call last):\n  File \"/app/" + Word0() + ".py\", line " + line + ", in " +
               Word0();
      case 2:
        return "goroutine " + line + " [running]:\nmain." + Word0() + "(0x1)\n\t/src/" + Word0() + ".go:" + line +
               " +0x1d";
      case 3: return "Error: " + Word0() + "\n    at " + Word0() + " (/srv/" + Word0() + ".js:" + line + ":17)";
      case 4:
        return "System." + cls + "Exception: " + Word0() + "\n   at Shop." + cls + "." + cls + "() in C:\\src\\" + cls +
               ".cs:line " + line;
      case 5:
        return "#0 0x00007f" + Of("0123456789abcdef", 10) + " in " + Word0() + " () from /lib/libc.so.6\n#1 main ()";
      case 6: return "/srv/app/" + Word0() + ".rb:" + line + ":in `" + Word0() + "'\n/srv/app/main.rb:3:in `<main>'";
      default: return "  File \"" + Word0() + ".py\", line " + line + ", in <module>\n    " + Word0() + "()";
    }
  }
  std::string HostPort() {
    const std::string port = ":" + std::to_string(Between(1, 65535));
    switch (Below(5)) {
      case 0: return "[" + Ipv6() + "]" + port;
      case 1: return Word0() + (OneIn(2) ? "-" + std::to_string(Below(10)) : "") + port;
      case 2: return Ipv4() + port;
      default: return Domain() + port;
    }
  }
  std::string Host() {
    switch (Below(4)) {
      case 0: return Word0() + "." + Word0() + ".svc.cluster.local";
      case 1: return Word0() + "-" + std::to_string(Below(100)) + "." + Domain();
      default: return Domain();
    }
  }
  std::string Version() {
    const auto number = [this] { return std::to_string(Below(OneIn(4) ? 2000 : 30)); };
    const std::string three = number() + "." + number() + "." + number();
    switch (Below(8)) {
      case 0: return "v" + three;
      case 1: return "v" + number() + "." + number();
      case 2: return three + "-" + Pick({"rc", "alpha", "beta"}) + "." + std::to_string(Below(9));
      case 3: return three + "+" + Hex(7);
      case 4: return "go1." + std::to_string(Between(13, 25)) + "." + std::to_string(Below(12));
      case 5: return three + "-" + std::to_string(Below(200)) + "-generic";
      case 6: return three + Pick({"rc1", "b2", "k", "a1"});
      default: return three;
    }
  }
  std::string HexId() {
    switch (Below(7)) {
      case 0: return MixedHex(32);
      case 1: return MixedHex(24);
      case 2: return MixedHex(40);
      case 3: return "0x" + Hex(Between(4, 16));
      case 4: return "sha256:" + MixedHex(64);
      case 5: {
        std::string mac = Hex(2);
        const std::string separator = OneIn(3) ? "-" : ":";
        for (int i = 0; i < 5; ++i) mac += separator + Of("0123456789abcdef", 2);
        return mac;
      }
      default: return MixedHex(Between(8, 16));
    }
  }
  // Hexadecimal digits of both kinds.
  std::string MixedHex(size_t count) { return Of("0123456789", 1) + Hex(count - 2) + Of("abcdef", 1); }
  std::string Integer() {
    switch (Below(6)) {
      case 0: return std::to_string(Below(1000));
      case 1: return "-" + std::to_string(Between(1, 100000));
      case 2: return Of("23456789", 1) + Of(kDigits, 9);    // ten digits, no time of this age
      case 3: return Of("123456789", 1) + Of(kDigits, 17);  // as snowflakes are
      case 4: return Of("23456789", 1) + Of(kDigits, 12);
      default: return std::to_string(Between(1000, 9999999));
    }
  }
  std::string Number() {
    switch (Below(5)) {
      case 0: return Pick({"+Inf", "-Inf", "NaN", "inf"});
      case 1:
        return std::to_string(Below(10)) + "." + Of(kDigits, Between(1, 3)) + Pick({"e-", "e+", "E"}) +
               std::to_string(Between(1, 9));
      case 2: return "-" + std::to_string(Below(100)) + "." + Of(kDigits, 2);
      case 3: return "0." + Of(kDigits, Between(1, 6));
      default: return std::to_string(Below(1000)) + "." + Of(kDigits, Between(1, 3));
    }
  }
  std::string ObjectName() {
    return Word0() + (OneIn(2) ? "-" + Word0() : "") + (OneIn(4) ? "-v" + std::to_string(Below(9)) : "");
  }
  std::string TemplateHash() { return Of("456789", 1) + Of(kHashAlphabet, Between(7, 9)); }
  std::string Pod() {
    switch (Below(4)) {
      case 0: return ObjectName() + "-" + std::to_string(Between(25000000, 29999999)) + "-" + Of(kPodAlphabet, 5);
      case 1: return ObjectName() + "-" + Of("2456789", 1) + Of(kPodAlphabet, 4);
      default: return ObjectName() + "-" + TemplateHash() + "-" + Of(kPodAlphabet, 5);
    }
  }
  std::string ReplicaSet() { return ObjectName() + "-" + TemplateHash(); }

  std::string Encode(const std::string& bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
      uint32_t group = 0;
      for (size_t j = 0; j < 3; ++j) {
        group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
      }
      for (int j = 0; j < 4; ++j) text.push_back(kAlphabet[group >> (18 - 6 * j) & 63]);
    }
    for (size_t i = 0; i < (3 - bytes.size() % 3) % 3; ++i) text[text.size() - 1 - i] = '=';
    return text;
  }
  std::string Base64() {
    while (true) {
      std::string bytes;
      if (OneIn(2)) {
        bytes = Word0() + " " + Word0() + " " + Word0();  // 12 bytes and more
        if (OneIn(3)) bytes = "{\"" + Word0() + "\":" + std::to_string(Below(1000)) + "}x";
      } else {
        const size_t count = Between(12, 48);
        for (size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(Below(256)));
      }
      const std::string text = Encode(bytes);
      // Of random bytes without padding only what has a mark of base64 is told from a token; a slash before all is a path.
      const bool is_random = bytes.find_first_of(kLower) == std::string::npos || bytes.find(' ') == std::string::npos;
      if (text[0] == '/') continue;
      if (bytes[0] != '{' && is_random && text.back() != '=' && text.find_first_of("+/") == std::string::npos) continue;
      return text;
    }
  }
  std::string Text() {
    switch (Below(5)) {
      case 0: return Capital(Word0()) + " " + Word0() + " failed: no " + Word0() + " left";
      case 1: return "could not reach " + Word0() + " after " + std::to_string(Below(100)) + " attempts";
      case 2: return Capital(Word0()) + " " + Capital(Word0());
      case 3: return "Select an " + Word0() + " from the " + Word0() + ".";
      default: return "\xC3\x9C" + std::string("ber ") + Word0() + " und " + Word0() + "!";
    }
  }
  std::string Word() {
    switch (Below(10)) {
      case 0: return Pick({"GET", "POST", "PUT", "2xx", "4xx", "5m", "10GB", "HTTP/1.1", "application/json", "true"});
      case 1: return Word0() + "_" + Word0();
      case 2: return Word0() + "-" + Word0() + "-" + std::to_string(Below(100));
      case 3:
        return Pick({"us", "eu", "ap"}) + "-" + Pick({"east", "west", "north"}) + "-" + std::to_string(Between(1, 4));
      case 4: return Capital(Word0()) + Capital(Word0()) + Capital(Word0()) + "Handler";
      case 5: return Word0() + std::to_string(Below(1000));
      case 6: return Word0() + "." + Word0() + "." + Capital(Word0());
      case 7: return Pick({"kube-system", "nvme0n1", "eth0", "x86_64", "main.go", "app.js", "sda1", "veth1"});
      case 8: return OneIn(2) ? Word0() + "/" + Word0() : Word0() + ":" + Word0();
      default: return Word0();
    }
  }
  std::string Other() {
    switch (Below(6)) {
      case 0: return Word0() + "-" + Padded(Below(1000000), 6);  // a name with a long number
      case 1: return Word0() + "_" + std::to_string(Between(100000, 99999999));
      case 2: return Word0() + "=" + std::to_string(Below(100)) + "," + Word0() + "=" + std::to_string(Below(100));
      case 3: return std::to_string(Below(100)) + " / " + std::to_string(Below(100));
      case 4: return "<" + Word0() + ">";
      default: return "\x01\x02" + Word0();
    }
  }

  uint64_t state_;
};

}  // namespace

std::vector<LabelledValue> MakeLabelledValues(uint64_t seed, size_t of_each) {
  std::vector<LabelledValue> values;
  Maker maker(seed);
  for (const char* pattern : {"uuid",        "timestamp", "ip",         "email",  "token",   "url",    "sql",
                              "stack_trace", "path",      "host_port",  "host",   "version", "hex_id", "integer",
                              "number",      "pod",       "replicaset", "base64", "text",    "word",   "other"}) {
    for (size_t i = 0; i < of_each; ++i) values.push_back({pattern, maker.Make(pattern)});
  }
  values.push_back({"empty", ""});
  return values;
}

}  // namespace seriesguard
