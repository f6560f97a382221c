// SPDX-License-Identifier: Apache-2.0
// Lists on disk, so that a restart does not fetch them all again. Nothing depends on it: what is
// read is judged like what comes from the network, and what can't be read or written is done
// without, and logged once.
//
// Several processes may share the folder. A file is written beside its place and renamed, so that
// nobody sees half of one, and no rename crosses file systems (CVE-2024-51491).
#pragma once
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/log.h"

namespace countersign::revocation {

class ListFolder {  // thread-safe
 public:
  struct Room {
    std::size_t bytes;
    std::size_t files;
  };

  ListFolder(std::filesystem::path folder, Room room, log::Logger& logger);

  // `key` may hold anything: a file is named by its hash.
  std::optional<ByteVector> read(const std::string& key);
  // The oldest files make room. Other people's files are left alone.
  void write(const std::string& key, Bytes list);

 private:
  void make_room();
  void complain(const char* what, int error);

  std::filesystem::path folder_;
  Room room_;
  log::Logger& logger_;
  std::mutex room_mutex_;
  std::atomic_flag complained_;
};

}  // namespace countersign::revocation
