// SPDX-License-Identifier: Apache-2.0
// Tells that files may have other contents than before, without reading them.
//
// What counts is the file at the end of all links: Kubernetes exchanges a mounted ConfigMap or
// Secret by one link above all its files. Not noticed: a change that keeps inode, size and time of
// a file; who must notice it reads now and then.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace countersign::app {

class WatchedFiles {  // for one thread
 public:
  // Patterns as matching_files() takes them; what is not there is watched, too.
  void watch(std::vector<std::filesystem::path> patterns);
  // Since the last call, or since watch().
  bool changed();

 private:
  using Stamp = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
  using Stamps = std::map<std::string, Stamp>;
  Stamps look() const;

  std::vector<std::filesystem::path> patterns_;
  Stamps last_;
};

}  // namespace countersign::app
