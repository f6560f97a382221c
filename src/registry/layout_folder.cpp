// SPDX-License-Identifier: Apache-2.0
#include "registry/layout_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "countersign/base/limits_signing.h"
#include "countersign/crypto/random.h"

namespace countersign::registry {
namespace {

namespace fs = std::filesystem;

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr const char* kIndex = "index.json";
constexpr const char* kMark = "oci-layout";
constexpr mode_t kFileMode = 0666;  // and what the umask leaves of it
constexpr mode_t kFolderMode = 0777;

std::unexpected<Error> cant_write(const std::string& name) {
  return fail(Reason::BadConfig, "the layout's " + name + " can't be written: " +
                                     std::error_code(errno, std::generic_category()).message());
}

// Made where it is missing.
Result<OpenFile> subfolder(const OpenFile& parent, const std::string& name) {
  if (::mkdirat(parent.number(), name.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return cant_write(name);
  }
  OpenFile folder(::openat(parent.number(), name.c_str(), kFolder));
  if (!folder.good()) {
    return cant_write(name);
  }
  return folder;
}

bool write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

struct Replacement {
  const OpenFile& folder;
  const std::string& name;
  std::optional<mode_t> mode;  // else the umask's
};

// Under a name of its own first. Renaming replaces a link, too, and not what it leads to.
Result<void> write_whole(const Replacement& what, Bytes content) {
  const auto draft = ".countersign-" + crypto::random_uuid();
  const OpenFile file(::openat(what.folder.number(), draft.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!file.good()) {
    return cant_write(what.name);
  }
  const bool written =
      write_all(file.number(), content) &&
      (!what.mode || ::fchmod(file.number(), *what.mode) == 0) && ::fsync(file.number()) == 0 &&
      ::renameat(what.folder.number(), draft.c_str(), what.folder.number(), what.name.c_str()) == 0;
  if (!written) {
    const auto error = cant_write(what.name);
    ::unlinkat(what.folder.number(), draft.c_str(), 0);
    return error;
  }
  return ::fsync(what.folder.number()) == 0 ? Result<void>() : cant_write(what.name);
}

}  // namespace

fs::path blob_name(const oci::Digest& digest) {
  return fs::path("blobs") / digest.algorithm_name() / digest.encoded();
}

Result<ByteVector> LayoutFolder::read(const fs::path& name, std::size_t most) const {
  TRY(const auto path, locate(name));
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || size > most) {
    return fail(Reason::RegistryResponse, name.string() + " is larger than the limit");
  }
  std::ifstream file(path, std::ios::binary);
  ByteVector bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return fail(Reason::RegistryResponse, "can't read " + name.string());
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

Result<fs::path> LayoutFolder::locate(const fs::path& name) const {
  std::error_code error;
  const auto root = fs::canonical(root_, error);
  if (error) {
    return fail(Reason::ImageNotFound, "there is no layout folder " + root_.string());
  }
  auto path = fs::canonical(root / name, error);
  if (error) {
    return fail(Reason::ImageNotFound, "the layout has no " + name.string());
  }
  const auto [end, rest] = std::ranges::mismatch(root, path);
  const bool inside = end == root.end();
  // Opening a pipe would wait for a writer.
  if (!inside || !fs::is_regular_file(path, error) || error) {
    return fail(Reason::RegistryResponse, name.string() + " is not a file of the layout");
  }
  return path;
}

OpenFile::~OpenFile() {
  if (good()) {
    ::close(number_);
  }
}

// The folder itself may be reached through links.
Result<LayoutWriter> LayoutWriter::open(const fs::path& root) {
  OpenFile folder(::open(root.c_str(), kFolder & ~O_NOFOLLOW));
  if (!folder.good() || ::faccessat(folder.number(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return cant_write("folder");
  }
  return LayoutWriter(std::move(folder));
}

Result<OpenFile> LayoutWriter::lock(courier::Patience& patience, const Clock& clock,
                                    Deadline deadline) const {
  static constexpr int kHow = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  OpenFile mark(::openat(root_.number(), kMark, O_RDWR | kHow));  // network file systems want that
  if (!mark.good()) {
    mark = OpenFile(::openat(root_.number(), kMark, O_RDONLY | kHow));
  }
  while (::flock(mark.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return cant_write(kMark);
    }
    if (deadline.remaining(clock) <= limits::kLockPause || !patience.wait(limits::kLockPause)) {
      return fail(Reason::DeadlineExceeded, "another process keeps the layout locked");
    }
  }
  return mark;
}

Result<void> LayoutWriter::write_blob(const oci::Blob& blob) const {
  TRY(const auto blobs, subfolder(root_, "blobs"));
  TRY(const auto folder, subfolder(blobs, std::string(blob.digest().algorithm_name())));
  return write_whole({.folder = folder, .name = blob.digest().encoded(), .mode = std::nullopt},
                     blob.bytes());
}

Result<void> LayoutWriter::replace_index(Bytes content) const {
  static constexpr mode_t kPermissions = 07777;
  struct stat before{};
  if (::fstatat(root_.number(), kIndex, &before, 0) != 0) {
    return cant_write(kIndex);
  }
  return write_whole({.folder = root_, .name = kIndex, .mode = before.st_mode & kPermissions},
                     content);
}

}  // namespace countersign::registry
