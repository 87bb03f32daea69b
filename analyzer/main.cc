// SPDX-License-Identifier: Apache-2.0
//
// main.cc: the world of the process (descriptors, terminal, environment), handed to Run().
#include <malloc.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "analyzer/commands/run.h"
#include "analyzer/commands/streams.h"

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

volatile sig_atomic_t interrupted = 0;

void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = SA_RESETHAND;  // a second one ends the process
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

size_t Columns(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef M_MMAP_THRESHOLD
  // What is freed here is soon asked for again: keep it instead of letting the kernel clear the same pages twice.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an answer of write(), not a death
  seriesguard::DescriptorSink out(STDOUT_FILENO);
  seriesguard::DescriptorSink err(STDERR_FILENO);
  seriesguard::Streams streams;
  streams.out = &out;
  streams.err = &err;
  streams.stdin_descriptor = STDIN_FILENO;
  streams.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  streams.err_is_terminal = isatty(STDERR_FILENO) == 1;
  streams.out_columns = Columns(STDOUT_FILENO);
  streams.err_columns = Columns(STDERR_FILENO);
  streams.environment = {Environment("NO_COLOR"), Environment("CLICOLOR_FORCE"), Environment("TERM")};
  streams.fetch_environment = {Environment("SERIESGUARD_BEARER_TOKEN"), Environment("SERIESGUARD_BASIC_AUTH"),
                               Environment("TMPDIR")};
  streams.catch_interrupts = CatchInterrupts;
  streams.is_interrupted = [] { return interrupted != 0; };
  return seriesguard::Run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), streams);
}
