// SPDX-License-Identifier: Apache-2.0
//
// process_identity_test.cc: real processes, dead and alive, with nasty names, in other namespaces, without /proc.
#include "lib/multiprocess/process_identity.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "tests/lib/multiprocess/in_child.h"

namespace seriesguard {
namespace {

using process_identity_internal::ParseBootId;
using process_identity_internal::ParseProcessStat;
using process_identity_internal::ProcessStat;

// A child that lives until it is killed or told to end; its identity was written by itself.
class Child {
 public:
  template <typename Prepare>
  explicit Child(Prepare prepare) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::alarm(60);
      prepare();
      const ProcessIdentity own = ReadOwnIdentity();
      if (::write(ends[1], &own, sizeof own) != static_cast<ssize_t>(sizeof own)) ::_exit(1);
      for (;;) ::pause();
    }
    char bytes[sizeof identity] = {};
    EXPECT_EQ(::read(ends[0], bytes, sizeof bytes), static_cast<ssize_t>(sizeof bytes));
    std::memcpy(&identity, bytes, sizeof identity);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Child() { KillAndWait(); }
  void Kill() const { EXPECT_EQ(::kill(pid_, SIGKILL), 0); }
  // Until it is a zombie, which it stays.
  void AwaitZombie() const {
    siginfo_t info;
    EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT), 0);
  }
  void KillAndWait() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  ProcessIdentity identity;

 private:
  pid_t pid_ = -1;
};

void Nothing() {}

TEST(ProcessIdentity, OfThisProcessIsCompleteAndAlive) {
  const ProcessIdentity own = ReadOwnIdentity();
  EXPECT_EQ(own.pid, static_cast<uint64_t>(::getpid()));
  EXPECT_NE(own.start_ticks, 0u);
  EXPECT_NE(own.boot_id_high, 0u);
  EXPECT_NE(own.boot_id_low, 0u);
  EXPECT_NE(own.pid_namespace, 0u);
  EXPECT_EQ(ReadOwnIdentity(), own);
  EXPECT_EQ(IsAlive(own, own), ProcessLiveness::kAlive);
}

TEST(ProcessIdentity, OfAChildEndsWithIt) {
  const ProcessIdentity own = ReadOwnIdentity();
  Child child(Nothing);
  EXPECT_NE(child.identity, own);
  EXPECT_EQ(child.identity.boot_id_low, own.boot_id_low);
  EXPECT_EQ(IsAlive(child.identity, own), ProcessLiveness::kAlive);
  child.Kill();
  child.AwaitZombie();
  EXPECT_EQ(IsAlive(child.identity, own), ProcessLiveness::kDead) << "a zombie";
  child.KillAndWait();
  EXPECT_EQ(IsAlive(child.identity, own), ProcessLiveness::kDead);
}

TEST(ProcessIdentity, AnotherProcessWithItsPidIsNotIt) {
  const ProcessIdentity own = ReadOwnIdentity();
  const Child child(Nothing);
  ProcessIdentity earlier = child.identity;
  earlier.start_ticks -= 1;
  EXPECT_EQ(IsAlive(earlier, own), ProcessLiveness::kDead);
}

TEST(ProcessIdentity, OfAnEarlierBootIsDead) {
  const ProcessIdentity own = ReadOwnIdentity();
  ProcessIdentity earlier = own;
  earlier.boot_id_low ^= 1;
  EXPECT_EQ(IsAlive(earlier, own), ProcessLiveness::kDead);
  earlier = own;
  earlier.boot_id_high ^= uint64_t{1} << 63;
  EXPECT_EQ(IsAlive(earlier, own), ProcessLiveness::kDead);
}

TEST(ProcessIdentity, WithoutEnoughFactsIsUnknown) {
  const ProcessIdentity own = ReadOwnIdentity();
  EXPECT_EQ(IsAlive(ProcessIdentity(), own), ProcessLiveness::kUnknown);
  ProcessIdentity vague = own;
  vague.boot_id_high = vague.boot_id_low = 0;
  EXPECT_EQ(IsAlive(vague, own), ProcessLiveness::kUnknown);
  EXPECT_EQ(IsAlive(own, vague), ProcessLiveness::kUnknown);
  vague = own;
  vague.start_ticks = 0;
  EXPECT_EQ(IsAlive(vague, own), ProcessLiveness::kUnknown);
  vague = own;
  vague.pid_namespace = 0;
  EXPECT_EQ(IsAlive(vague, own), ProcessLiveness::kUnknown);
  EXPECT_EQ(IsAlive(own, vague), ProcessLiveness::kUnknown);
  EXPECT_EQ(IsAlive(vague, vague), ProcessLiveness::kUnknown) << "two unknowns are not the same namespace";
  vague.pid_namespace = own.pid_namespace + 1;
  EXPECT_EQ(IsAlive(vague, own), ProcessLiveness::kUnknown);
}

TEST(ProcessIdentity, APidThatNeverWasIsDead) {
  const ProcessIdentity own = ReadOwnIdentity();
  ProcessIdentity never = own;
  for (const uint64_t pid : {uint64_t{INT32_MAX}, uint64_t{1} << 31, uint64_t{1} << 32, UINT64_MAX}) {
    never.pid = pid;
    EXPECT_EQ(IsAlive(never, own), ProcessLiveness::kDead) << pid;
  }
}

TEST(ProcessIdentity, IsReadThroughANastyName) {
  const ProcessIdentity own = ReadOwnIdentity();
  for (const char* name : {") Z 0 0 (", "a) X 1 2 3", "((((", "))))", " ", "\n", "x\n1 (y) Z"}) {
    const Child child([name] { ::prctl(PR_SET_NAME, name); });
    EXPECT_EQ(child.identity.boot_id_low, own.boot_id_low);
    EXPECT_GE(child.identity.start_ticks, own.start_ticks) << name;
    EXPECT_EQ(IsAlive(child.identity, own), ProcessLiveness::kAlive) << name;
  }
}

void* Sleep(void*) {
  for (;;) ::pause();
}

TEST(ProcessIdentity, OutlivesItsFirstThread) {
  const ProcessIdentity own = ReadOwnIdentity();
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(60);
    const ProcessIdentity identity = ReadOwnIdentity();
    pthread_t thread;
    if (::pthread_create(&thread, nullptr, Sleep, nullptr) != 0) ::_exit(1);
    if (::write(ends[1], &identity, sizeof identity) != static_cast<ssize_t>(sizeof identity)) ::_exit(1);
    ::syscall(SYS_exit, 0);  // this thread alone
  }
  ProcessIdentity identity;
  ASSERT_EQ(::read(ends[0], &identity, sizeof identity), static_cast<ssize_t>(sizeof identity));
  // The first thread's end is not announced to anybody: look until /proc shows it.
  bool is_zombie = false;
  for (int i = 0; i < 10000 && !is_zombie; ++i) {
    char text[1024];
    std::string path = "/proc/" + std::to_string(pid) + "/stat";
    FILE* const file = std::fopen(path.c_str(), "r");
    ASSERT_NE(file, nullptr);
    const size_t size = std::fread(text, 1, sizeof text, file);
    std::fclose(file);
    ProcessStat stat;
    ASSERT_TRUE(ParseProcessStat(text, size, &stat));
    is_zombie = stat.state == 'Z';
    ::usleep(1000);
  }
  EXPECT_TRUE(is_zombie);
  EXPECT_EQ(IsAlive(identity, own), ProcessLiveness::kAlive);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(IsAlive(identity, own), ProcessLiveness::kDead);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ProcessIdentity, WithoutProcOnlyAbsenceIsKnown) {
  const std::string found = InChild([] {
    const ProcessIdentity own = ReadOwnIdentity();
    const Child alive(Nothing);
    Child dead(Nothing);
    dead.KillAndWait();
    if (!EnterPrivateMounts() || ::mount("none", "/proc", "tmpfs", 0, nullptr) != 0) return kNotPermitted;
    const ProcessIdentity blind = ReadOwnIdentity();
    CHILD_CHECK(blind.pid == own.pid);
    CHILD_CHECK(blind.start_ticks == 0 && blind.boot_id_low == 0 && blind.pid_namespace == 0);
    CHILD_CHECK(IsAlive(own, blind) == ProcessLiveness::kUnknown);
    CHILD_CHECK(IsAlive(alive.identity, own) == ProcessLiveness::kUnknown);
    CHILD_CHECK(IsAlive(dead.identity, own) == ProcessLiveness::kDead);
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

TEST(ProcessIdentity, HiddenProcessesAreUnknown) {
  const std::string found = InChild([] {
    const ProcessIdentity own = ReadOwnIdentity();
    const Child other(Nothing);
    if (::geteuid() != 0 || !EnterPrivateMounts()) return kNotPermitted;
    if (::mount("proc", "/proc", "proc", 0, "hidepid=2") != 0) return kNotPermitted;
    return InChild([&] {
      if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0) return kNotPermitted;
      CHILD_CHECK(::access(("/proc/" + std::to_string(other.identity.pid)).c_str(), F_OK) != 0);
      const ProcessIdentity here = ReadOwnIdentity();
      CHILD_CHECK(here.start_ticks != 0);
      CHILD_CHECK(here.pid_namespace == own.pid_namespace);
      CHILD_CHECK(IsAlive(other.identity, here) == ProcessLiveness::kUnknown);
      ProcessIdentity never = other.identity;
      never.pid = INT32_MAX;
      CHILD_CHECK(IsAlive(never, here) == ProcessLiveness::kDead);
      return kFine;
    });
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

// The pid namespace is new and /proc is still the old one: numbers in it belong to strangers.
TEST(ProcessIdentity, AProcOfAnotherNamespaceIsNotBelieved) {
  const std::string found = InChild([] {
    const ProcessIdentity outside = ReadOwnIdentity();
    if (::unshare(CLONE_NEWPID) != 0) return kNotPermitted;
    return InChild([&] {  // the first process of the namespace: pid 1
      const ProcessIdentity own = ReadOwnIdentity();
      CHILD_CHECK(own.pid == 1);
      CHILD_CHECK(own.pid_namespace != 0 && own.pid_namespace != outside.pid_namespace);
      CHILD_CHECK(IsAlive(outside, own) == ProcessLiveness::kUnknown);
      CHILD_CHECK(IsAlive(own, outside) == ProcessLiveness::kUnknown);
      CHILD_CHECK(IsAlive(own, own) == ProcessLiveness::kUnknown);
      ProcessIdentity absent = own;
      absent.pid = 4321;
      CHILD_CHECK(IsAlive(absent, own) == ProcessLiveness::kDead);
      return kFine;
    });
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

bool Parses(const std::string& text, ProcessStat* stat) { return ParseProcessStat(text.data(), text.size(), stat); }

constexpr char kTail[] = " S 1 2 3 0 -1 4194304 97 0 0 0 0 0 0 0 20 0 5 0 987654 3133440 360\n";

TEST(ProcessStat, TheNameEndsAtTheLastParenthesis) {
  for (const std::string name : {"cat", "", "a b", ")", "(", "x) Z 9 9 9 9 9", "a\n7 (b"}) {
    ProcessStat stat;
    ASSERT_TRUE(Parses("77 (" + name + ")" + kTail, &stat)) << name;
    EXPECT_EQ(stat.pid, 77u);
    EXPECT_EQ(stat.state, 'S');
    EXPECT_EQ(stat.threads, 5u);
    EXPECT_EQ(stat.start_ticks, 987654u);
  }
}

TEST(ProcessStat, WhatIsCutShortOrNoNumberIsRefused) {
  const std::string whole = std::string("77 (cat)") + kTail;
  const size_t needed = whole.find(" 3133440");
  for (size_t size = 0; size < whole.rfind("987654"); ++size) {
    ProcessStat stat;
    EXPECT_FALSE(Parses(whole.substr(0, size), &stat)) << size;
  }
  ProcessStat stat;
  EXPECT_TRUE(Parses(whole.substr(0, needed), &stat));
  EXPECT_FALSE(Parses("x7 (cat)" + std::string(kTail), &stat));
  EXPECT_FALSE(Parses("77 cat" + std::string(kTail), &stat));
  EXPECT_FALSE(Parses("77 (cat) S 1 2 3 0 -1 4194304 97 0 0 0 0 0 0 0 20 0 5 0 x 3133440", &stat));
  EXPECT_FALSE(Parses("77 (cat) S 1 2 3 0 -1 4194304 97 0 0 0 0 0 0 0 20 0 5 0 18446744073709551616 1", &stat));
}

bool ParsesId(const std::string& text, uint64_t* high, uint64_t* low) {
  return ParseBootId(text.data(), text.size(), high, low);
}

TEST(BootId, Is32HexadecimalDigits) {
  uint64_t high = 0, low = 0;
  EXPECT_TRUE(ParsesId("a54956a2-26ec-40dc-ace5-0d994e0b7405\n", &high, &low));
  EXPECT_EQ(high, 0xa54956a226ec40dcu);
  EXPECT_EQ(low, 0xace50d994e0b7405u);
  EXPECT_FALSE(ParsesId("a54956a2-26ec-40dc-ace5-0d994e0b740", &high, &low));
  EXPECT_FALSE(ParsesId("a54956a2-26ec-40dc-ace5-0d994e0b74055", &high, &low));
  EXPECT_FALSE(ParsesId("g54956a2-26ec-40dc-ace5-0d994e0b7405", &high, &low));
  EXPECT_FALSE(ParsesId("", &high, &low));
}

}  // namespace
}  // namespace seriesguard
