// SPDX-License-Identifier: Apache-2.0
//
// multiproc_folder_test.cc: a folder as an honest service leaves it, and what else may stand in it.
#include "analyzer/multiproc/multiproc_folder.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"
#include "tests/analyzer/multiproc/worker_file_bytes.h"

namespace seriesguard {
namespace {

std::string CounterFile(double value) { return WorkerFileBytes().Add(WorkerKey("c", "c_total"), value).Bytes(65536); }

MultiprocFolder Read(const TempFolder& folder) {
  auto read = ReadMultiprocFolder(folder.root(), MultiprocOptions());
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? *std::move(read) : MultiprocFolder();
}

std::string ReasonFor(const MultiprocFolder& folder, const std::string& name) {
  for (const RefusedWorkerFile& file : folder.refused) {
    if (file.name == name) return file.reason;
  }
  return "";
}

TEST(ReadMultiprocFolder, JoinsTheWorkersAndSaysWhatEachHas) {
  TempFolder folder;
  folder.Write("counter_20.db", CounterFile(1));
  folder.Write("gauge_all_20.db", WorkerFileBytes().Add(WorkerKey("g", "g"), 7).Bytes(1000));
  folder.Write("counter_3.db", CounterFile(2));
  folder.Write("counter_100.db", std::string(65536, '\0'));
  folder.Write("notes.txt", "mine");
  folder.Write(".counter_4.db", CounterFile(100));
  folder.Write("deeper/counter_5.db", CounterFile(100));
  const MultiprocFolder read = Read(folder);
  EXPECT_EQ(
      read.text,
      "# HELP c_total help\n# TYPE c_total counter\nc_total 3.0\n# HELP g help\n# TYPE g gauge\ng{pid=\"20\"} 7.0\n");
  EXPECT_EQ(read.refused_files, 0u);
  ASSERT_EQ(read.workers.size(), 3u);
  EXPECT_EQ(read.workers[0].worker, "20");
  EXPECT_EQ(read.workers[0].series, 2u);
  EXPECT_EQ(read.workers[0].files, 2u);
  EXPECT_EQ(read.workers[0].bytes, 66536u);
  EXPECT_EQ(read.workers[0].used_bytes, 64u + 56u);
  EXPECT_EQ(read.workers[1].worker, "3");
  EXPECT_EQ(read.workers[2].worker, "100");
  EXPECT_EQ(read.workers[2].series, 0u);
  EXPECT_EQ(read.workers[2].used_bytes, 8u);
  ASSERT_EQ(read.notes.size(), 1u);
  EXPECT_EQ(read.notes[0],
            absl::StrCat("not read in ", folder.root(), ": 3 names that are no worker's file, first .counter_4.db"));
}

TEST(ReadMultiprocFolder, RefusesWhatIsNoRegularFileAndOpensNothingOutside) {
  TempFolder folder, outside;
  folder.Write("counter_1.db", CounterFile(1));
  const std::string secret = outside.Write("counter_9.db", CounterFile(1000));
  ASSERT_EQ(::symlink(secret.c_str(), folder.Path("counter_2.db").c_str()), 0);
  ASSERT_EQ(::symlink("counter_1.db", folder.Path("counter_3.db").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", folder.Path("counter_4.db").c_str()), 0);
  ASSERT_EQ(::symlink("/dev/zero", folder.Path("counter_5.db").c_str()), 0);
  ASSERT_EQ(::mkfifo(folder.Path("counter_6.db").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir(folder.Path("counter_7.db").c_str(), 0700), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = "counter_8.db";  // a socket's path is short: bind it from inside
  const std::filesystem::path home = std::filesystem::current_path();
  std::filesystem::current_path(folder.root());
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(::bind(socket, reinterpret_cast<struct sockaddr*>(&address), sizeof address), 0);
  std::filesystem::current_path(home);
  ::close(socket);
  const bool has_device = ::mknod(folder.Path("counter_9.db").c_str(), S_IFCHR | 0600, (1 << 8) | 5) == 0;  // /dev/zero
  const MultiprocFolder read = Read(folder);
  EXPECT_EQ(read.text, "# HELP c_total help\n# TYPE c_total counter\nc_total 1.0\n");
  for (const char* link : {"counter_2.db", "counter_3.db", "counter_4.db", "counter_5.db"}) {
    EXPECT_EQ(ReasonFor(read, link), "a link, which is not followed") << link;
  }
  EXPECT_EQ(ReasonFor(read, "counter_6.db"), "a FIFO");
  EXPECT_EQ(ReasonFor(read, "counter_7.db"), "a folder");
  EXPECT_EQ(ReasonFor(read, "counter_8.db"), "a socket");
  EXPECT_EQ(ReasonFor(read, "counter_9.db"), has_device ? "a device" : "");
  EXPECT_EQ(read.refused_files, has_device ? 8u : 7u);
  EXPECT_EQ(read.workers.size(), 1u);
}

TEST(ReadMultiprocFolder, RefusesForeignNamesAndSaysThemRaw) {
  TempFolder folder;
  folder.Write("counter_1.db", CounterFile(1));
  const std::vector<std::string> names = {"evil.db", "counter_\x1b[2J.db.db", "gauge_\n_1.db", "..db",
                                          "a..db",   "gauge_all_\xff.db",     "info_1.db"};
  for (const std::string& name : names) folder.Write(name, CounterFile(5));
  // Odd, but a worker may be called so.
  folder.Write("counter_\x1b]0;x\x07\n.db", CounterFile(2));
  const MultiprocFolder read = Read(folder);
  for (const std::string& name : names) {
    const bool is_worker = name.rfind("counter_", 0) == 0;
    EXPECT_EQ(ReasonFor(read, name).empty(), is_worker || name == "..db") << name;
  }
  EXPECT_EQ(read.refused_files, 5u);
  EXPECT_EQ(read.workers.size(), 3u);
  EXPECT_NE(read.text.find("c_total 8.0\n"), std::string::npos) << read.text;
}

TEST(ReadMultiprocFolder, CountsEachDamagedFileOutAndAllOthersIn) {
  TempFolder folder;
  folder.Write("counter_1.db", CounterFile(1));
  folder.Write("counter_2.db", "");
  folder.Write("counter_3.db", CounterFile(4).substr(0, 40));
  std::string half_bad = WorkerFileBytes().Add(WorkerKey("c", "c_total"), 64).Add("[\"not a key\"]", 1).Bytes();
  folder.Write("counter_4.db", half_bad);
  folder.Write("counter_5.db", WorkerFileBytes(WorkerFileBytes::kPlain).Add(WorkerKey("c", "c_total"), 16).Bytes());
  folder.Write("counter_6.db", "some text that somebody left here");
  const MultiprocFolder read = Read(folder);
  EXPECT_EQ(read.text, "# HELP c_total help\n# TYPE c_total counter\nc_total 17.0\n");  // not the 64: all or nothing
  EXPECT_EQ(read.refused_files, 4u);
  EXPECT_EQ(ReasonFor(read, "counter_4.db"),
            "the entry at byte 64: its key is not the JSON of [metric, sample, labels, help]");
  ASSERT_EQ(read.workers.size(), 2u);
}

TEST(ReadMultiprocFolder, NamesAFewOfManyRefusedFilesAndCountsAll) {
  TempFolder folder;
  for (int i = 0; i < 30; ++i) folder.Write(absl::StrCat("counter_", i, ".db"), "x");
  MultiprocOptions options;
  options.max_refused_named = 7;
  const auto read = ReadMultiprocFolder(folder.root(), options);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->refused.size(), 7u);
  EXPECT_EQ(read->refused_files, 30u);
}

TEST(ReadMultiprocFolder, FailsAsAWholeOnlyWithItsFolder) {
  TempFolder folder;
  folder.Write("counter_1.db", CounterFile(1));
  EXPECT_FALSE(ReadMultiprocFolder(folder.Path("nowhere"), MultiprocOptions()).ok());
  EXPECT_FALSE(ReadMultiprocFolder(folder.Path("counter_1.db"), MultiprocOptions()).ok());
  MultiprocOptions few;
  few.max_names = 0;
  EXPECT_FALSE(ReadMultiprocFolder(folder.root(), few).ok());
  struct stat info;
  ASSERT_EQ(::stat(folder.root().c_str(), &info), 0);
  MultiprocOptions same;
  same.identity = {info.st_dev, info.st_ino};
  EXPECT_TRUE(ReadMultiprocFolder(folder.root(), same).ok());
  same.identity->second += 1;
  EXPECT_NE(ReadMultiprocFolder(folder.root(), same).status().message().find("was replaced"), std::string::npos);
}

// A writer that adds entries, makes its file longer and at times cuts it, as no client would, while it is read all the
// time. Nothing but a whole state or a refusal comes out, and the process lives.
TEST(ReadMultiprocFolder, StandsAWriterAndACutterBesideIt) {
  TempFolder folder;
  const std::string path = folder.Write("counter_1.db", std::string(65536, '\0'));
  folder.Write("counter_2.db", CounterFile(1));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    for (int round = 0; !stop; ++round) {
      WorkerFileBytes bytes;
      for (int i = 0; i < 2000; ++i) {
        const size_t used = bytes.Bytes().size();
        bytes.Add(WorkerKey("c", "c_total", {{"n", std::to_string(i)}}), 1);
        const std::string now = bytes.Bytes();
        ASSERT_EQ(::pwrite(fd, now.data() + used, now.size() - used, static_cast<off_t>(used)),
                  static_cast<ssize_t>(now.size() - used));
        ASSERT_EQ(::pwrite(fd, now.data(), 4, 0), 4);
        if (stop) break;
        i += i / 8;
      }
      const int32_t empty = 0;
      ASSERT_EQ(::pwrite(fd, &empty, 4, 0), 4);
      ASSERT_EQ(::ftruncate(fd, round % 3 == 0 ? 5000 : 65536), 0);
    }
    ::close(fd);
  });
  size_t whole = 0;
  for (int i = 0; i < 3000 && !HasFailure(); ++i) {
    const MultiprocFolder read = Read(folder);
    EXPECT_LE(read.refused_files, 1u);
    if (read.refused_files == 0) ++whole;
    EXPECT_NE(read.text.find("c_total 1.0\n"), std::string::npos);
  }
  stop = true;
  writer.join();
  EXPECT_GT(whole, 0u);
}

}  // namespace
}  // namespace seriesguard
