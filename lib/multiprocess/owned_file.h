// SPDX-License-Identifier: Apache-2.0
//
// owned_file.h: files below the service's folder: made whole before they get a name, opened only if they are ours.
//
// Use:      UnnamedFile::Create, write the contents (MapShared or pwrite), then LinkAs: a reader finds the whole file or none.
//           OpenExisting for a file that a worker of ours has made; PreadFully to read it. Files that another process may
//           still cut short are read, never mapped: behind the end of a mapped file an access is SIGBUS.
// Threads:  any; one UnnamedFile by one thread at a time.
// Memory:   none kept.
// Errors:   UnnamedFile: ResourceExhausted (no space, quota, RLIMIT_FSIZE), FailedPrecondition (the file system cannot do it),
//           AlreadyExists (the name is taken), PermissionDenied, else what errno stands for. OpenExisting: a FileRefusal.
// Fork:     OpenExisting, PreadFully and IsSameFile may be called in the child handler. UnnamedFile makes texts of errors and
//           may not.
// Source:   open(2), O_TMPFILE; linkat(2); fallocate(2).
//
// Allocated in full means: no later write into the file fails for lack of space. That holds on tmpfs, ext4 and xfs. A file
// system that writes elsewhere than it reads (btrfs, zfs) cannot promise it, and a full one may then answer a write to the
// mapping with SIGBUS; service_folder.h tells which kind it is.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_OWNED_FILE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_OWNED_FILE_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/multiprocess/descriptor.h"

namespace seriesguard {

// Which file it is, whatever its name. Inode 0: none.
struct FileId {
  uint64_t device = 0;
  uint64_t inode = 0;
};

// Why a file was not opened.
enum class FileRefusal : uint8_t {
  kNone,          // opened
  kMissing,       // no such name, or its last name went away meanwhile
  kNotRegular,    // a link, FIFO, device, socket or folder; never opened, so that nothing hangs and no device notices
  kForeignOwner,  // not the effective user's
  kManyLinks,     // has a second name, so somebody else may hold it
  kTooSmall,
  kTooLarge,
  kOtherFile,    // the name belongs to another file than the one asked for
  kSystemError,  // see `error`
};

// Returns what to tell people, for example "is not a regular file".
const char* FileRefusalText(FileRefusal refusal);

struct FileDemand {
  bool is_writable = false;
  uint64_t min_bytes = 0;
  uint64_t max_bytes = UINT64_MAX;
  FileId same_as;  // inode 0: any
};

struct OpenedFile {
  Descriptor descriptor;  // closed unless refusal is kNone
  FileRefusal refusal = FileRefusal::kSystemError;
  int error = 0;  // errno, with kSystemError
  uint64_t size_bytes = 0;
  FileId id;
};

// Opens `name` below the folder if it is a regular file of the effective user's with one name and a size as demanded. Never
// follows a link, never waits, changes nothing. The descriptor is close-on-exec and has a description of its own, so that it
// may be used for locks (byte_lock.h).
//
// Requires:  `name` is one component, no path.
// Fork:      may be called in the child handler; `demand.same_as` then says that it is still the file the parent has mapped.
OpenedFile OpenExisting(int folder_fd, const char* name, const FileDemand& demand);

// Looks at `name` as OpenExisting does, without opening it.
FileRefusal InspectExisting(int folder_fd, const char* name, const FileDemand& demand);

// Says whether `fd` is an open descriptor of that very file. A program that closes all descriptors (as daemons do) takes
// ours with them, and the number may since be another file's: ask before a lock is taken on an old descriptor.
//
// Fork:      may be called in the child handler.
bool IsSameFile(int fd, const FileId& id);

struct PreadResult {
  uint64_t bytes = 0;  // read from `offset` on
  int error = 0;       // errno; 0 and fewer bytes than asked for: the file ends there
};

// Reads `size` bytes from `offset` on, in as many calls as it takes.
//
// Fork:      may be called in the child handler.
PreadResult PreadFully(int fd, uint64_t offset, void* buffer, size_t size);

// Makes sure that a file has `size_bytes` from `offset` on, allocated in full. What is there already stays.
//
// Requires:  nobody else allocates in this file meanwhile.
// Errors:    as UnnamedFile::Create.
absl::Status AllocateMore(int fd, uint64_t offset, uint64_t size_bytes);

class UnnamedFile {
 public:
  // Makes a file of `size_bytes` zeroes, mode 0600, allocated in full, that no folder lists and that is gone when this
  // process dies before LinkAs.
  //
  // Requires:  `folder_fd` is a folder that outlives the call.
  // Errors:    see the banner. A limit of the process (RLIMIT_FSIZE) is asked for beforehand: to run into it would be
  //            SIGXFSZ.
  static absl::StatusOr<UnnamedFile> Create(int folder_fd, uint64_t size_bytes);

  int descriptor() const { return descriptor_.get(); }
  uint64_t size_bytes() const { return size_bytes_; }
  const FileId& id() const { return id_; }

  // Gives the file its name, in one step.
  //
  // Requires:  the folder is on the same file system; `name` is one component; not called before with success.
  // Errors:    AlreadyExists: the name is taken, by whatever; that is left as it is.
  absl::Status LinkAs(int folder_fd, const char* name) const;

  // Gives the descriptor away; the file lives on in it.
  Descriptor TakeDescriptor() { return std::move(descriptor_); }

 private:
  UnnamedFile(Descriptor descriptor, uint64_t size_bytes, FileId id)
      : descriptor_(std::move(descriptor)), size_bytes_(size_bytes), id_(id) {}

  Descriptor descriptor_;
  uint64_t size_bytes_;
  FileId id_;
};

// For tests --------------------------------------------------------------------------------------------------------

namespace owned_file_internal {

// What Create does where the file system has no fallocate(). Returns an errno, 0 for none.
int WriteZeroes(int fd, uint64_t size_bytes, uint64_t offset = 0);

}  // namespace owned_file_internal

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_OWNED_FILE_H_
