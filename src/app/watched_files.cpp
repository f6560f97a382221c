// SPDX-License-Identifier: Apache-2.0
#include "app/watched_files.h"

#include <sys/stat.h>
#include <utility>

#include "countersign/base/limits.h"

#include "app/file.h"

namespace countersign::app {

void WatchedFiles::watch(std::vector<std::filesystem::path> patterns) {
  patterns_ = std::move(patterns);
  last_ = look();
}

bool WatchedFiles::changed() {
  auto now = look();
  const bool changed = now != last_;
  last_ = std::move(now);
  return changed;
}

WatchedFiles::Stamps WatchedFiles::look() const {
  Stamps stamps;
  for (const auto& pattern : patterns_) {
    const auto files = matching_files(pattern);
    if (!files) {
      continue;  // its folder is not there
    }
    for (const auto& file : *files) {
      struct stat found{};
      if (stamps.size() < limits::kWatchedFiles && stat(file.c_str(), &found) == 0) {
        stamps.insert_or_assign(file.string(), Stamp{found.st_dev, found.st_ino, found.st_size,
                                                     found.st_mtim.tv_sec, found.st_mtim.tv_nsec});
      }
    }
  }
  return stamps;
}

}  // namespace countersign::app
