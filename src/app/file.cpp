// SPDX-License-Identifier: Apache-2.0
#include "app/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fnmatch.h>
#include <fstream>

#include "countersign/base/limits.h"

namespace countersign::app {

namespace fs = std::filesystem;

Result<std::string> read_file(const fs::path& file, std::size_t most, Links links) {
  const auto refuse = [&file](const std::string& why) {
    return fail(Reason::BadConfig, file.string() + ": " + why);
  };
  std::error_code error;
  const auto status =
      links == Links::Follow ? fs::status(file, error) : fs::symlink_status(file, error);
  if (!fs::exists(status)) {
    return refuse(error ? error.message() : "no such file");
  }
  if (!fs::is_regular_file(status)) {
    return refuse("not a regular file");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return refuse(std::strerror(errno));
  }
  std::string content;
  std::array<char, 16 * limits::kKiB> piece{};  // most files are far below their limit
  while (stream && content.size() <= most) {
    stream.read(piece.data(), piece.size());
    content.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) {
    return refuse("can't be read");
  }
  if (content.size() > most) {
    return refuse("larger than " + std::to_string(most) + " bytes");
  }
  return content;
}

Result<std::vector<fs::path>> matching_files(const fs::path& pattern) {
  const auto name = pattern.filename().string();
  if (name.find_first_of("*?") == std::string::npos) {
    return std::vector{pattern};
  }
  const auto folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto candidate = entry->path().filename().string();
    if (::fnmatch(name.c_str(), candidate.c_str(), FNM_PERIOD) == 0) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    return fail(Reason::BadConfig, folder.string() + ": " + error.message());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace countersign::app
