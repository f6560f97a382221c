// SPDX-License-Identifier: Apache-2.0
#include "app/new_files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> refuse(const fs::path& file, std::string_view why) {
  return fail(Reason::BadConfig, file.string() + ": " + std::string(why));
}

std::unexpected<Error> refused_by_system(const fs::path& file) {
  return refuse(file, std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): a command's thread
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

class Batch {  // written under other names first; what is not finished goes away with it
 public:
  explicit Batch(const fs::path& folder) : folder_(folder) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    for (const auto& each : temporary_) {
      ::unlink(each.c_str());
    }
    for (const auto& each : placed_) {
      ::unlink(each.c_str());
    }
  }

  Result<void> write(const NewFile& file);
  Result<void> place(const std::vector<NewFile>& files, Overwrite overwrite);

 private:
  const fs::path& folder_;
  std::vector<std::string> temporary_;  // side by side with the files
  std::vector<std::string> placed_;
};

// mkstemp() makes files that only the owner reads.
Result<void> Batch::write(const NewFile& file) {
  auto name = (folder_ / ("." + file.name + ".XXXXXX")).string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) {
    return refused_by_system(folder_ / file.name);
  }
  temporary_.push_back(name);
  constexpr ::mode_t kForAll = 0644;
  const bool good = write_all(descriptor, file.content) &&
                    (file.readers == Readers::Owner || ::fchmod(descriptor, kForAll) == 0);
  const bool closed = ::close(descriptor) == 0;
  return good && closed ? Result<void>() : refused_by_system(folder_ / file.name);
}

// link() refuses a name that somebody took meanwhile.
Result<void> Batch::place(const std::vector<NewFile>& files, Overwrite overwrite) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto target = (folder_ / files[i].name).string();
    const int done = overwrite == Overwrite::Allow ? ::rename(temporary_[i].c_str(), target.c_str())
                                                   : ::link(temporary_[i].c_str(), target.c_str());
    if (done != 0) {
      return refused_by_system(target);
    }
    if (overwrite == Overwrite::Refuse) {
      placed_.push_back(target);
    }
  }
  placed_.clear();  // they stay
  return {};
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));
}

}  // namespace

Result<void> write_new_files(const fs::path& folder, const std::vector<NewFile>& files,
                             Overwrite overwrite) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return refuse(folder, error.message());
  }
  for (const auto& file : files) {
    if (overwrite == Overwrite::Refuse && is_there(folder / file.name)) {
      return refuse(folder / file.name, "is there already; --force overwrites it");
    }
  }
  Batch batch(folder);
  for (const auto& file : files) {
    TRY_VOID(batch.write(file));
  }
  return batch.place(files, overwrite);
}

}  // namespace countersign::app
