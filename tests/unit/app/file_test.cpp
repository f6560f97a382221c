// SPDX-License-Identifier: Apache-2.0
#include "app/file.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

using support::TempFolder;

TEST(File, ReadsAWholeFileUpToTheLimit) {
  const TempFolder folder;
  const auto file = folder.write("a", "12345");
  EXPECT_EQ(*read_file(file, 5), "12345");
  EXPECT_FALSE(read_file(file, 4));
  EXPECT_EQ(*read_file(folder.write("empty", ""), 0), "");
}

TEST(File, RefusesWhatIsNoRegularFile) {  // NV-O17
  const TempFolder folder;
  const auto file = folder.write("a", "x");
  std::filesystem::create_symlink(file, folder / "link");
  for (const auto& [name, links, good] :
       {std::tuple{"none", Links::Follow, false}, std::tuple{".", Links::Follow, false},
        std::tuple{"link", Links::Follow, true}, std::tuple{"link", Links::Refuse, false},
        std::tuple{"a", Links::Refuse, true}}) {
    const auto content = read_file(folder / name, 10, links);
    EXPECT_EQ(content.has_value(), good) << name;
    if (!content) {
      EXPECT_EQ(content.error().reason, Reason::BadConfig) << name;
      EXPECT_NE(content.error().detail.find((folder / name).string()), std::string::npos);
    }
  }
}

TEST(File, FindsWhatMatchesInOrder) {
  const TempFolder folder;
  for (const auto* name : {"b.pem", "a.pem", "c.txt", ".hidden.pem", "d/e.pem"}) {
    folder.write(name, "");
  }
  const auto names = [&folder](const char* pattern) {
    std::string found;
    const auto files = matching_files(folder / pattern);
    EXPECT_TRUE(files) << pattern;
    for (const auto& file : *files) {
      found += file.filename().string() + " ";
    }
    return found;
  };
  EXPECT_EQ(names("*.pem"), "a.pem b.pem ");
  EXPECT_EQ(names("?.txt"), "c.txt ");
  EXPECT_EQ(names("*.crt"), "");
  EXPECT_EQ(names("missing.pem"), "missing.pem ") << "who reads it says that it is missing";
  EXPECT_FALSE(matching_files(folder / "nowhere" / "*.pem"));
}

}  // namespace
}  // namespace countersign::app
