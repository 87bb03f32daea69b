// SPDX-License-Identifier: Apache-2.0
//
// file_source_test.cc: what the system may do to a reader. The tests may run as root, so nothing here relies on modes.
#include "analyzer/input/file_source.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

bool Mentions(const absl::Status& status, const std::string& text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

void WriteAll(int fd, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    ASSERT_GT(count, 0) << std::strerror(errno);
    done += static_cast<size_t>(count);
  }
}

TEST(FileSource, EveryRefusalSaysThePathAndTheReason) {
  TempFolder folder;
  const std::string file = folder.Write("file", "a 1\n");
  std::string long_name = folder.Path(std::string(300, 'x'));
  const struct {
    std::string path;
    absl::StatusCode code;
    const char* reason;
  } cases[] = {
      {folder.Path("missing"), absl::StatusCode::kNotFound, "No such file"},
      {file + "/below", absl::StatusCode::kFailedPrecondition, "Not a directory"},
      {folder.root(), absl::StatusCode::kFailedPrecondition, "is a folder"},
      {long_name, absl::StatusCode::kInvalidArgument, "too long"},
      {"/proc/self/mem", absl::StatusCode::kUnknown, "nput/output error"},  // EIO from read(), a regular file
  };
  for (const auto& one : cases) {
    const absl::Status status = ReadPath(one.path).status();
    EXPECT_EQ(status.code(), one.code) << status;
    EXPECT_TRUE(Mentions(status, one.path)) << status;
    EXPECT_TRUE(Mentions(status, one.reason)) << status;
  }
  EXPECT_FALSE(ReadPath("").ok());
  EXPECT_FALSE(ReadPath(file + std::string(1, '\0') + "rest").ok()) << "a name is not cut at a NUL";
}

TEST(FileSource, ASocketIsRefused) {
  TempFolder folder;
  const std::string path = folder.Path("s");
  ASSERT_EQ(::mknod(path.c_str(), S_IFSOCK | 0600, 0), 0);
  const absl::Status status = ReadPath(path).status();
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(Mentions(status, path)) << status;
}

TEST(FileSource, AClosedOrWrongStdinIsAnError) {
  SourceOptions options;
  options.stdin_fd = ::open("/dev/null", O_RDONLY);
  ::close(options.stdin_fd);
  absl::Status status = ReadPath("-", options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "stdin is closed");

  for (const int flags : {O_WRONLY, O_PATH}) {
    options.stdin_fd = ::open("/dev/null", flags);
    ASSERT_GE(options.stdin_fd, 0);
    status = ReadPath("-", options).status();
    EXPECT_TRUE(Mentions(status, "cannot read stdin: Bad file descriptor")) << status;
    ::close(options.stdin_fd);
  }
  options.stdin_fd = ::open("/", O_RDONLY | O_DIRECTORY);
  EXPECT_TRUE(Mentions(ReadPath("-", options).status(), "stdin is a folder"));
  ::close(options.stdin_fd);
}

TEST(FileSource, StdinStaysOpenAndAFileIsClosed) {
  TempFolder folder;
  SourceOptions options;
  options.stdin_fd = ::open(folder.Write("x", "a 1\n").c_str(), O_RDONLY);
  EXPECT_EQ(ReadPath("-", options).value(), "a 1\n");
  EXPECT_GE(::fcntl(options.stdin_fd, F_GETFD), 0);
  ::close(options.stdin_fd);

  // The lowest free number is what the next open() gets: it rises when something was left open.
  const int free_before = ::dup(2);
  ::close(free_before);
  EXPECT_TRUE(ReadPath(folder.Path("x")).ok());
  EXPECT_TRUE(ReadPath(folder.Write("packed", Gzip("a 1\n"))).ok());
  EXPECT_FALSE(ReadPath(folder.root()).ok());
  EXPECT_FALSE(ReadPath(folder.Write("bad", "\x1f")).ok());
  const int free_after = ::dup(2);
  ::close(free_after);
  EXPECT_EQ(free_after, free_before);
}

TEST(FileSource, AFileNeverTakesThePlaceOfAClosedStdin) {
  TempFolder folder;
  const std::string path = folder.Write("x", "a 1\n");
  const int saved = ::fcntl(0, F_DUPFD_CLOEXEC, 10);
  ::close(0);
  auto source = OpenSource(path, SourceOptions());
  ASSERT_TRUE(source.ok());
  EXPECT_GT((*source)->fd(), 2);
  EXPECT_EQ(OpenSource("-", SourceOptions()).status().message(), "stdin is closed");
  if (saved >= 0) {
    ::dup2(saved, 0);
    ::close(saved);
  }
}

TEST(FileSource, StdinThatWasReadInPartIsNoPlainFile) {
  TempFolder folder;
  const std::string text = SampleText(50);
  SourceOptions options;
  options.stdin_fd = ::open(folder.Write("x", text).c_str(), O_RDONLY);
  EXPECT_TRUE(OpenSource("-", options).value()->is_plain_file());
  ASSERT_EQ(::lseek(options.stdin_fd, 7, SEEK_SET), 7);
  auto source = OpenSource("-", options);
  ASSERT_TRUE(source.ok());
  EXPECT_FALSE((*source)->is_plain_file());
  EXPECT_EQ((*source)->fd(), -1);
  EXPECT_EQ((*source)->compressed_size(), text.size() - 7);
  EXPECT_EQ(ReadAll(source->get()).value(), text.substr(7));
  ::close(options.stdin_fd);
}

TEST(FileSource, AFileOfProcHasBytesThoughItsSizeIsZero) {
  auto source = OpenSource("/proc/self/status", SourceOptions());
  ASSERT_TRUE(source.ok());
  EXPECT_FALSE((*source)->is_plain_file());
  EXPECT_FALSE((*source)->compressed_size().has_value());
  EXPECT_GT(ReadAll(source->get()).value().size(), 100u);
}

TEST(FileSource, PeekUsesNothingUp) {
  TempFolder folder;
  auto source = FileSource::Open(folder.Write("x", "abcdef"));
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->Peek(3).value(), "abc");
  EXPECT_EQ((*source)->Peek(100).value(), "abcdef");
  EXPECT_EQ((*source)->Peek(2).value(), "ab");
  EXPECT_EQ((*source)->compressed_position(), 0u);
  EXPECT_EQ(ReadAll(source->get(), 4).value(), "abcdef");
  EXPECT_EQ((*source)->compressed_position(), 6u);
}

TEST(FileSource, AFifoIsReadToItsEndPackedOrNot) {
  TempFolder folder;
  const std::string text = SampleText(20'000);
  for (const std::string& bytes : {text, Gzip(text), Zstd(text), std::string()}) {
    const std::string path = folder.Path("fifo");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer([&] {
      const int fd = ::open(path.c_str(), O_WRONLY);
      for (size_t i = 0; i < bytes.size() && i < 6; ++i) WriteAll(fd, bytes.substr(i, 1));  // the magic in pieces
      if (bytes.size() > 6) WriteAll(fd, bytes.substr(6));
      ::close(fd);
    });
    auto source = OpenSource(path, SourceOptions());
    EXPECT_TRUE(source.ok());
    if (source.ok()) {
      EXPECT_FALSE((*source)->is_plain_file());
      EXPECT_FALSE((*source)->compressed_size().has_value());
      auto all = ReadAll(source->get());
      EXPECT_TRUE(all.ok()) << all.status();
      EXPECT_TRUE(all.value_or("") == (bytes.empty() ? "" : text));
    }
    writer.join();
    ::unlink(path.c_str());
  }
}

TEST(FileSource, ANonBlockingPipeIsWaitedFor) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  SourceOptions options;
  options.stdin_fd = ends[0];
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) {
      WriteAll(ends[1], "metric 1\n");
      std::this_thread::yield();
    }
    ::close(ends[1]);
  });
  auto all = ReadPath("-", options);
  writer.join();
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->size(), 200 * std::strlen("metric 1\n"));
  ::close(ends[0]);
}

// The data is written by the handler of the fifth signal, so the reader sits in read() while the others arrive.
int alarm_fd = -1;
volatile sig_atomic_t alarms = 0;
void OnAlarm(int) {
  alarms = alarms + 1;
  if (alarms == 5) {
    if (::write(alarm_fd, "metric 1\n", 9) != 9) ::_exit(3);
    ::close(alarm_fd);
  }
}

TEST(FileSource, ASignalDuringAReadIsNoError) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  alarm_fd = ends[1];
  struct sigaction action = {}, old_action;
  action.sa_handler = OnAlarm;  // without SA_RESTART: read() comes back with EINTR
  ASSERT_EQ(::sigaction(SIGALRM, &action, &old_action), 0);
  struct itimerval every = {{0, 5000}, {0, 5000}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &every, nullptr), 0);
  SourceOptions options;
  options.stdin_fd = ends[0];
  auto all = ReadPath("-", options);
  every = {};
  ::setitimer(ITIMER_REAL, &every, nullptr);
  ::sigaction(SIGALRM, &old_action, nullptr);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(*all, "metric 1\n");
  EXPECT_GE(alarms, 5);
  ::close(ends[0]);
}

}  // namespace
}  // namespace seriesguard
