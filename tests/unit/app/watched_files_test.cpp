// SPDX-License-Identifier: Apache-2.0
#include "app/watched_files.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

class WatchedFilesTest : public testing::Test {
 protected:
  void watch(const std::vector<std::string>& names) {
    std::vector<fs::path> patterns;
    for (const auto& name : names) {
      patterns.push_back(folder_ / name);
    }
    files_.watch(std::move(patterns));
  }

  support::TempFolder folder_;
  WatchedFiles files_;
};

TEST_F(WatchedFilesTest, NoticesAFileThatIsWrittenMadeAndRemoved) {
  folder_.write("a", "one");
  watch({"a", "b"});
  EXPECT_FALSE(files_.changed());
  folder_.write("a", "other");
  EXPECT_TRUE(files_.changed());
  EXPECT_FALSE(files_.changed()) << "only once";
  folder_.write("b", "new");
  EXPECT_TRUE(files_.changed());
  fs::remove(folder_ / "a");
  EXPECT_TRUE(files_.changed());
  EXPECT_FALSE(files_.changed());
}

TEST_F(WatchedFilesTest, NoticesAFileThatJoinsAPattern) {
  folder_.write("trust/a.pem", "a");
  watch({"trust/*.pem", "missing/*.pem"});
  folder_.write("trust/notes.txt", "no certificate");
  EXPECT_FALSE(files_.changed());
  folder_.write("trust/b.pem", "b");
  EXPECT_TRUE(files_.changed());
  folder_.write("missing/c.pem", "c");
  EXPECT_TRUE(files_.changed());
}

// As the kubelet replaces a ConfigMap: tls.crt -> ..data/tls.crt, ..data -> ..2026_1, and one link
// is exchanged.
TEST_F(WatchedFilesTest, NoticesAnExchangedLinkAboveTheFile) {
  folder_.write("..2026_1/tls.crt", "same size 1");
  folder_.write("..2026_2/tls.crt", "same size 2");
  fs::create_directory_symlink("..2026_1", folder_ / "..data");
  fs::create_symlink("..data/tls.crt", folder_ / "tls.crt");
  watch({"tls.crt"});
  EXPECT_FALSE(files_.changed());
  fs::create_directory_symlink("..2026_2", folder_ / "..data_tmp");
  fs::rename(folder_ / "..data_tmp", folder_ / "..data");
  EXPECT_TRUE(files_.changed());
}

}  // namespace
}  // namespace countersign::app
