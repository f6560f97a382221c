// SPDX-License-Identifier: Apache-2.0
#include "app/new_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned mode(const fs::path& file) {
  struct ::stat status{};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

std::size_t count(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(NewFiles, AreWrittenForTheirReaders) {
  const support::TempFolder folder;
  const auto below = folder.path() / "a/b";
  ASSERT_TRUE(write_new_files(
      below, {{"key", "secret", Readers::Owner}, {"crt", "public", Readers::Everybody}},
      Overwrite::Refuse));
  EXPECT_EQ(content(below / "key"), "secret");
  EXPECT_EQ(content(below / "crt"), "public");
  EXPECT_EQ(mode(below / "key"), 0600U);
  EXPECT_EQ(mode(below / "crt"), 0644U);
  EXPECT_EQ(count(below), 2U) << "nothing else is left";
}

TEST(NewFiles, AreAllOrNone) {
  const support::TempFolder folder;
  folder.write("two", "old");
  const std::vector<NewFile> files{{"one", "new", Readers::Owner}, {"two", "new", Readers::Owner}};
  const auto refused = write_new_files(folder.path(), files, Overwrite::Refuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::BadConfig);
  EXPECT_EQ(content(folder.path() / "two"), "old");
  EXPECT_EQ(count(folder.path()), 1U);
  ASSERT_TRUE(write_new_files(folder.path(), files, Overwrite::Allow));
  EXPECT_EQ(content(folder.path() / "two"), "new");
  EXPECT_EQ(count(folder.path()), 2U);
}

TEST(NewFiles, DoNotFollowALink) {
  const support::TempFolder folder;
  folder.write("elsewhere", "old");
  fs::create_symlink("elsewhere", folder.path() / "key");
  fs::create_symlink("nowhere", folder.path() / "dangling");
  for (const auto* name : {"key", "dangling"}) {
    EXPECT_FALSE(
        write_new_files(folder.path(), {{name, "new", Readers::Owner}}, Overwrite::Refuse));
    EXPECT_TRUE(write_new_files(folder.path(), {{name, "new", Readers::Owner}}, Overwrite::Allow));
  }
  EXPECT_EQ(content(folder.path() / "elsewhere"), "old");
  EXPECT_FALSE(fs::exists(folder.path() / "nowhere"));
}

TEST(NewFiles, NeedAFolder) {
  const support::TempFolder folder;
  folder.write("file", "");
  EXPECT_FALSE(
      write_new_files(folder.path() / "file", {{"key", "", Readers::Owner}}, Overwrite::Refuse));
}

}  // namespace
}  // namespace countersign::app
