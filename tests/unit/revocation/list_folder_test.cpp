// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_folder.h"

#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "full_disk.h"
#include "notebook.h"
#include "support/temp_folder.h"

namespace countersign::revocation {
namespace {

namespace fs = std::filesystem;

constexpr ListFolder::Room kRoomy{1'000'000, 1'000};

std::optional<std::string> read(ListFolder& folder, const std::string& key) {
  const auto bytes = folder.read(key);
  return bytes ? std::optional(std::string(as_text(*bytes))) : std::nullopt;
}

class ListFolderTest : public testing::Test {
 protected:
  ListFolder open(const ListFolder::Room& room = kRoomy) { return open(temp_ / "lists", room); }
  ListFolder open(const fs::path& path, const ListFolder::Room& room = kRoomy) {
    return ListFolder(path, room, notes_);
  }
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& file : fs::directory_iterator(temp_ / "lists")) {
      ++count;
    }
    return count;
  }
  fs::path only_file() const { return fs::directory_iterator(temp_ / "lists")->path(); }

  support::TempFolder temp_;
  Notebook notes_;
};

TEST_F(ListFolderTest, GivesBackWhatWasWritten) {
  ListFolder folder = open();
  EXPECT_EQ(read(folder, "a"), std::nullopt);
  folder.write("a", as_bytes("one"));
  folder.write("b ../../x", as_bytes("two"));
  folder.write("a", as_bytes("three"));
  EXPECT_EQ(read(folder, "a"), "three");
  EXPECT_EQ(read(folder, "b ../../x"), "two");
  EXPECT_EQ(files(), 2U);
  ListFolder again = open();
  EXPECT_EQ(read(again, "a"), "three");
  EXPECT_EQ(notes_.lines(), 0);
}

TEST_F(ListFolderTest, FilesAreForItsOwnerAlone) {
  ListFolder folder = open();
  folder.write("a", as_bytes("one"));
  EXPECT_EQ(fs::status(only_file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ListFolderTest, TheOldestMakeRoomAndOthersFilesStay) {
  temp_.write("lists/readme.crl", std::string(100, 'x'));
  for (const auto& room : {ListFolder::Room{30, 1'000}, ListFolder::Room{1'000'000, 3}}) {
    ListFolder folder = open(room);
    for (const char* key : {"a", "b", "c", "d"}) {
      folder.write(key, as_bytes("0123456789"));
      // Files of one moment have no order; so a test gives them one.
      for (const auto& file : fs::directory_iterator(temp_ / "lists")) {
        fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(1));
      }
    }
    EXPECT_EQ(files(), 4U);
    EXPECT_EQ(read(folder, "a"), std::nullopt);
    EXPECT_EQ(read(folder, "d"), "0123456789");
    EXPECT_TRUE(fs::exists(temp_ / "lists/readme.crl"));
  }
}

TEST_F(ListFolderTest, WhatAnInterruptedWriteLeftIsCleanedUp) {
  ListFolder folder = open({1'000'000, 1});
  const auto left = "lists/" + std::string(64, 'a') + ".crlXyZ012";
  temp_.write(left, "half");
  fs::last_write_time(temp_ / left, fs::last_write_time(temp_ / left) - std::chrono::hours(1));
  folder.write("a", as_bytes("one"));
  EXPECT_FALSE(fs::exists(temp_ / left));
  EXPECT_EQ(read(folder, "a"), "one");
}

// Folders that can't be made or written, for root as well.
TEST_F(ListFolderTest, AFolderThatCantBeUsedIsLoggedOnce) {
  temp_.write("file", "");
  for (const auto& path : {temp_ / "file", temp_ / "file/below", fs::path("/proc/none/lists"),
                           fs::path("/proc/self")}) {
    Notebook notes;
    ListFolder folder(path, kRoomy, notes);
    for (int i = 0; i < 3; ++i) {
      folder.write("a", as_bytes("one"));
      EXPECT_EQ(read(folder, "a"), std::nullopt);
    }
    EXPECT_EQ(notes.lines(), 1) << path;
  }
}

TEST_F(ListFolderTest, AFullDiskLeavesNothing) {
  ListFolder folder = open();
  {
    const FullDisk full;
    folder.write("a", as_bytes("longer than four"));
  }
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(notes_.lines(), 1);
}

TEST_F(ListFolderTest, WhatIsNoOrdinaryFileIsNotRead) {
  ListFolder folder = open();
  folder.write("a", as_bytes("one"));
  const auto path = only_file();
  const auto replace = [&](auto make) {
    fs::remove_all(path);
    make();
    EXPECT_EQ(read(folder, "a"), std::nullopt);
  };
  replace([&] { ASSERT_EQ(mkfifo(path.c_str(), 0600), 0); });  // nobody writes into it
  replace([&] { fs::create_symlink(temp_.write("elsewhere", "two"), path); });
  replace([&] {
    temp_.write("lists/" + path.filename().string(), "");
    fs::resize_file(path, limits::kCrlBytes + 1);
  });
  replace([&] { fs::create_directory(path); });
  folder.write("a", as_bytes("three"));  // can't replace a folder
  EXPECT_EQ(notes_.lines(), 1);
}

TEST_F(ListFolderTest, NobodySeesHalfAFile) {
  const std::vector<std::string> contents = {std::string(50'000, 'a'), std::string(70'000, 'b')};
  ListFolder one = open();
  ListFolder other = open();  // as another process has it
  one.write("k", as_bytes(contents[0]));
  std::vector<std::thread> writers;
  for (auto* folder : {&one, &other}) {
    writers.emplace_back([&contents, folder] {
      for (std::size_t i = 0; i < 50; ++i) {
        folder->write("k", as_bytes(contents[i % 2]));
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    const auto seen = read(one, "k");
    ASSERT_TRUE(seen);
    EXPECT_TRUE(*seen == contents[0] || *seen == contents[1]) << seen->size();
  }
  for (auto& writer : writers) {
    writer.join();
  }
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(notes_.lines(), 0);
}

}  // namespace
}  // namespace countersign::revocation
