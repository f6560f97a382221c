// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/crypto/digest.h"

namespace countersign::revocation {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  bool good() const { return number_ >= 0; }
  int number() const { return number_; }
  bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

struct File {
  fs::path path;
  fs::file_time_type written;
  std::uintmax_t bytes = 0;
};

constexpr std::string_view kEnding = ".crl";  // and, while it is written, six characters more
constexpr std::size_t kHashDigits = 64;

std::string name_of(const std::string& key);
bool is_ours(const std::string& name);
std::vector<File> newest_first(const fs::path& folder);
std::optional<ByteVector> read_all(int file);
bool write_all(int file, Bytes bytes);

}  // namespace

ListFolder::ListFolder(fs::path folder, Room room, log::Logger& logger)
    : folder_(std::move(folder)), room_(room), logger_(logger) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    complain("can't be made", error.value());
  }
}

std::optional<ByteVector> ListFolder::read(const std::string& key) {
  const auto path = folder_ / name_of(key);
  // Not by a link, and without waiting: what lies there may be anything.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.good()) {
    if (errno != ENOENT) {
      complain("can't be read", errno);
    }
    return std::nullopt;
  }
  auto list = read_all(file.number());
  if (!list) {
    complain("can't be read", errno);
  }
  return list;
}

void ListFolder::write(const std::string& key, Bytes list) {
  const auto path = (folder_ / name_of(key)).string();
  auto draft = path + "XXXXXX";
  Descriptor file(::mkostemp(draft.data(), O_CLOEXEC));
  if (!file.good()) {
    return complain("can't be written", errno);
  }
  // Not flushed to the disk: half a list after a crash has no valid signature.
  if (!write_all(file.number(), list) || !file.close() ||
      std::rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(draft.c_str());
    return complain("can't be written", error);
  }
  make_room();
}

void ListFolder::make_room() {
  const std::lock_guard lock(room_mutex_);
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  for (const auto& file : newest_first(folder_)) {
    bytes += file.bytes;
    if (++files > room_.files || bytes > room_.bytes) {
      std::error_code gone_already;
      fs::remove(file.path, gone_already);
    }
  }
}

void ListFolder::complain(const char* what, int error) {
  if (!complained_.test_and_set()) {
    const auto cause = std::generic_category().message(error);
    logger_.warning("the folder for revocation lists is of no use",
                    {{"folder", folder_.string()}, {"what", what}, {"cause", cause}});
  }
}

namespace {

std::string name_of(const std::string& key) {
  return codec::encode_hex(crypto::sha256(as_bytes(key))).append(kEnding);
}

bool is_ours(const std::string& name) {
  return name.find_first_not_of("0123456789abcdef") == kHashDigits &&
         name.compare(kHashDigits, kEnding.size(), kEnding) == 0;
}

std::vector<File> newest_first(const fs::path& folder) {
  std::vector<File> files;
  std::error_code end;
  for (auto entry = fs::directory_iterator(folder, end); !end && entry != fs::directory_iterator();
       entry.increment(end)) {
    std::error_code gone;
    File file{entry->path(), entry->last_write_time(gone), 0};
    if (!gone && is_ours(file.path.filename().string())) {
      file.bytes = entry->file_size(gone);
      files.push_back(std::move(file));
    }
  }
  std::ranges::sort(files, [](const File& one, const File& other) {
    return one.written != other.written ? one.written > other.written : one.path < other.path;
  });
  return files;
}

std::optional<ByteVector> read_all(int file) {
  struct stat about{};
  if (::fstat(file, &about) != 0) {
    return std::nullopt;
  }
  if (!S_ISREG(about.st_mode) || about.st_size < 0 ||
      static_cast<std::size_t>(about.st_size) > limits::kCrlBytes) {
    errno = EFBIG;
    return std::nullopt;
  }
  ByteVector bytes(static_cast<std::size_t>(about.st_size));
  std::size_t read = 0;
  while (read < bytes.size()) {
    const auto count = ::read(file, bytes.data() + read, bytes.size() - read);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return std::nullopt;
    }
    if (count == 0) {  // cut while it was read
      break;
    }
    read += static_cast<std::size_t>(count);
  }
  bytes.resize(read);
  return bytes;
}

bool write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace
}  // namespace countersign::revocation
