// SPDX-License-Identifier: Apache-2.0
//
// A body is read like a file, by several at once, and leaves nothing behind.
#include "analyzer/input/body_file.h"

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

std::string Drain(ByteSource* source, size_t piece) {
  std::string all;
  std::string buffer(piece, '\0');
  for (;;) {
    const absl::StatusOr<size_t> got = source->Read(buffer.data(), buffer.size());
    if (!got.ok()) return std::string(got.status().message());
    if (*got == 0) return all;
    all.append(buffer, 0, *got);
  }
}

std::unique_ptr<BodyFile> BodyOf(std::string_view bytes, const std::string& folder = "") {
  absl::StatusOr<std::unique_ptr<BodyFile>> body = BodyFile::Make(folder);
  EXPECT_TRUE(body.ok()) << body.status();
  EXPECT_TRUE((*body)->Append(bytes.substr(0, bytes.size() / 2)).ok());
  EXPECT_TRUE((*body)->Append(bytes.substr(bytes.size() / 2)).ok());
  EXPECT_EQ((*body)->bytes(), bytes.size());
  return *std::move(body);
}

TEST(BodyFile, IsAPlainFile) {
  const auto body = BodyOf("a 1\n");
  auto source = body->Open("name", SourceOptions());
  ASSERT_TRUE(source.ok());
  EXPECT_TRUE((*source)->is_plain_file());
  EXPECT_EQ((*source)->compressed_size(), 4u);
  EXPECT_EQ(Drain(source->get(), 3), "a 1\n");
  const auto empty = BodyOf("");
  EXPECT_EQ(Drain(empty->Open("name", SourceOptions())->get(), 3), "");
}

TEST(BodyFile, SourcesDoNotDisturbOneAnother) {
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += std::to_string(i) + "\n";
  const auto body = BodyOf(bytes);
  auto first = body->Open("name", SourceOptions());
  auto second = body->Open("name", SourceOptions());
  char byte[2];
  ASSERT_EQ(*(*first)->Read(byte, 2), 2u);
  EXPECT_EQ(Drain(second->get(), 1000), bytes);
  EXPECT_EQ(Drain(first->get(), 777), bytes.substr(2));
  std::vector<std::string> seen(8);
  std::vector<std::thread> threads;
  for (std::string& all : seen) {
    threads.emplace_back([&body, &all] { all = Drain(body->Open("name", SourceOptions())->get(), 997); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& all : seen) EXPECT_TRUE(all == bytes);
}

TEST(BodyFile, GzipIsWhatItWasSaidToBe) {
  const auto packed = BodyOf(Gzip("a 1\n"));
  EXPECT_EQ(Drain(packed->Open("name", SourceOptions())->get(), 100), "a 1\n");  // recognised
  packed->SetGzip();
  EXPECT_EQ(Drain(packed->Open("name", SourceOptions())->get(), 100), "a 1\n");
  const auto plain = BodyOf("a 1\n");
  plain->SetGzip();
  EXPECT_NE(Drain(plain->Open("name", SourceOptions())->get(), 100).find("name: gzip: "), std::string::npos);
}

TEST(BodyFile, OutlivesNothingAndLeavesNothing) {
  const TempFolder folder;
  const auto size = [&folder] {
    return std::distance(std::filesystem::directory_iterator(folder.root()), std::filesystem::directory_iterator());
  };
  auto body = BodyOf("a 1\n", folder.root());
  EXPECT_EQ(size(), 0);
  auto source = body->Open("name", SourceOptions());
  body.reset();
  EXPECT_EQ(Drain(source->get(), 100), "a 1\n");
  const auto elsewhere = BodyOf("b 1\n", folder.root() + "/none");  // in memory then
  EXPECT_EQ(Drain(elsewhere->Open("name", SourceOptions())->get(), 100), "b 1\n");
}

}  // namespace
}  // namespace seriesguard
