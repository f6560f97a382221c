// SPDX-License-Identifier: Apache-2.0
// The files of an OCI layout folder: read and written in it, and nowhere else, whatever links say.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/courier/courier.h"
#include "countersign/oci/descriptor.h"

namespace countersign::registry {

std::filesystem::path blob_name(const oci::Digest&);  // "blobs/sha256/ab12..."

class LayoutFolder {  // to be read
 public:
  explicit LayoutFolder(std::filesystem::path root) : root_(std::move(root)) {}

  // ImageNotFound, or RegistryResponse: larger, or no regular file of the folder.
  Result<ByteVector> read(const std::filesystem::path& name, std::size_t most) const;

 private:
  Result<std::filesystem::path> locate(const std::filesystem::path& name) const;

  std::filesystem::path root_;
};

class OpenFile {  // owns a file descriptor
 public:
  OpenFile() = default;
  explicit OpenFile(int number) : number_(number) {}
  OpenFile(OpenFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  bool good() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

// To be written. Files appear as a whole or not at all, and are on the disk when they do; no link
// below the folder is followed. BadConfig: something can't be written.
class LayoutWriter {
 public:
  [[nodiscard]] static Result<LayoutWriter> open(const std::filesystem::path& root);

  // While it lives no other Countersign changes the index. The lock is flock(2)'s on the file
  // `oci-layout`, which every layout has and nobody replaces: it leaves nothing behind.
  // DeadlineExceeded.
  [[nodiscard]] Result<OpenFile> lock(courier::Patience&, const Clock&, Deadline) const;

  [[nodiscard]] Result<void> write_blob(const oci::Blob&) const;
  [[nodiscard]] Result<void> replace_index(Bytes content) const;  // with the lock

 private:
  explicit LayoutWriter(OpenFile root) : root_(std::move(root)) {}
  OpenFile root_;
};

}  // namespace countersign::registry
