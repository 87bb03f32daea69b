// SPDX-License-Identifier: Apache-2.0
//
// scratch_folder.h: a folder of a test's own, gone when the test is over.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_SCRATCH_FOLDER_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_SCRATCH_FOLDER_H_

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace seriesguard {

// Binds a socket to `name` below the open folder, whose own path may be longer than a socket's may be. Returns its
// descriptor, -1 where that fails; the name stays.
inline int PlantSocket(int folder_fd, const std::string& name) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder_fd) + "/" + name;
  if (fd < 0 || path.size() >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return ::bind(fd, reinterpret_cast<struct sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

class ScratchFolder {
 public:
  explicit ScratchFolder(std::string parent = ::testing::TempDir()) {
    path_ = std::move(parent) + "/seriesguard-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no folder " << path_;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  std::string path_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_SCRATCH_FOLDER_H_
