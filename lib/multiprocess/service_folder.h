// SPDX-License-Identifier: Apache-2.0
//
// service_folder.h: the folder in which the processes of one service meet, opened so that nobody else can put a hand in.
//
// Use:      ServiceFolder::Open once, before the first fork; all files are then opened below descriptor() (owned_file.h),
//           whatever happens to the path afterwards.
// Threads:  any; it is never changed after Open.
// Memory:   the path and one descriptor. Lists are bounded.
// Errors:   Open: InvalidArgument (the path), NotFound (its parent), PermissionDenied (another owner, others may write, no
//           right), FailedPrecondition (not a folder, a link, a file system that cannot serve), ResourceExhausted. Every
//           message ends with what to do.
// Cost:     Open: some ten system calls, among them a file made and removed.
// Fork:     descriptor() is inherited and stays good in children; nothing else here may be called in the child handler.
// Source:   docs/multiprocess.md; open(2), O_NOFOLLOW.
//
// What is trusted: root, the effective user, and nobody else. A parent folder that others may write (such as /tmp without its
// sticky bit) lets them move the whole folder away: a process that joins later then meets a folder that it refuses, and the
// processes that have it open go on below their descriptor.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SERVICE_FOLDER_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SERVICE_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/multiprocess/descriptor.h"
#include "lib/multiprocess/own_names.h"

namespace seriesguard {

// What a file of this folder costs and promises (owned_file.h, "allocated in full").
enum class FileSystemKind : uint8_t {
  kMemory,         // tmpfs, ramfs: as quick as memory, gone with the machine, which suits counters
  kPreallocating,  // ext2, 3, 4, xfs: space is promised, but the kernel writes dirty pages to the disk now and then
  kOther,          // a promise of space may be broken: advise against it
};

struct NameReport {
  std::string name;  // bytes as they are: show through rules/safe_text
  std::string reason;
};

struct FolderList {
  std::vector<NameReport> names;
  uint64_t total = 0;       // names that belong into the list; names.size() of them are in it
  bool is_complete = true;  // false: the folder has more entries than were looked at
};

struct CleanReport {
  uint64_t removed = 0;
  FolderList kept;  // names of ours that were to go and could not, and why
};

class ServiceFolder {
 public:
  // No list looks at more entries than this, so that a flooded folder costs a bounded time.
  static constexpr uint64_t kMaxEntries = 200'000;

  // Opens the folder `path`, or makes it (mode 0700) where its parent has none of that name, and tries out that files can be
  // made whole below it.
  //
  // Requires:  nothing; `path` may be relative, and may end with slashes.
  // Errors:    see the banner. The last component is never followed if it is a link: "/run/x/" neither.
  static absl::StatusOr<ServiceFolder> Open(std::string_view path);

  // Lifetime:  closed by the destructor.
  int descriptor() const { return descriptor_.get(); }
  const std::string& path() const { return path_; }
  FileSystemKind file_system() const { return file_system_; }

  // Lists what is not ours: foreign names, and our names on what is not a regular file of ours with one name. Opens nothing.
  //
  // Returns:   the first `max_names`, in the folder's order; `total` counts all of them.
  absl::StatusOr<FolderList> ListForeign(size_t max_names) const;

  // Removes the files of ours that `is_stale` names, and the probes that a crash in Open left. What carries our name and is
  // not a regular file of ours with one name is kept and reported; links are not followed.
  //
  // Requires:  the caller knows that nobody needs those files: it holds the lead.
  absl::StatusOr<CleanReport> CleanStale(const std::function<bool(const OwnName&)>& is_stale, size_t max_kept) const;

 private:
  ServiceFolder(Descriptor descriptor, std::string path, FileSystemKind file_system);

  // Calls `visit` for every name but "." and "..". Returns whether that were all.
  absl::StatusOr<bool> ForEachName(const std::function<void(const char* name)>& visit) const;

  Descriptor descriptor_;
  std::string path_;
  FileSystemKind file_system_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SERVICE_FOLDER_H_
