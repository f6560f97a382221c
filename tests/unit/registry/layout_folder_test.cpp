// SPDX-License-Identifier: Apache-2.0
#include "registry/layout_folder.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/patience.h"
#include "support/temp_folder.h"

namespace countersign::registry {
namespace {

namespace fs = std::filesystem;

class LayoutFolderTest : public testing::Test {
 protected:
  LayoutFolderTest() {
    folder_.write("layout/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    folder_.write("layout/index.json", "old");
    folder_.write("outside", "outside");
    fs::create_directories(root() / "blobs/sha256");
  }
  fs::path root() const { return folder_ / "layout"; }
  std::string content(const fs::path& name) const {
    std::ifstream in(root() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  support::TempFolder folder_;
  test::FixedClock clock_;
  test::Patience patience_{clock_, 0};
};

TEST_F(LayoutFolderTest, ReadsFilesOfTheFolderAlone) {
  const LayoutFolder layout(root());
  EXPECT_EQ(as_text(*layout.read("index.json", 3)), "old");
  EXPECT_EQ(layout.read("index.json", 2).error().reason, Reason::RegistryResponse);
  EXPECT_EQ(layout.read("none", 9).error().reason, Reason::ImageNotFound);
  EXPECT_EQ(layout.read("../outside", 9).error().reason, Reason::RegistryResponse);
  fs::create_symlink(folder_ / "outside", root() / "link");
  EXPECT_EQ(layout.read("link", 9).error().reason, Reason::RegistryResponse);
}

TEST_F(LayoutFolderTest, WritesBlobsAndTheIndexAsAWhole) {
  const auto writer = LayoutWriter::open(root());
  ASSERT_TRUE(writer);
  const auto blob = oci::Blob::of(std::string("content"));
  ASSERT_TRUE(writer->write_blob(blob));
  EXPECT_EQ(content(blob_name(blob.digest())), "content");
  ASSERT_TRUE(writer->replace_index(as_bytes(std::string("new"))));
  EXPECT_EQ(content("index.json"), "new");
  const auto files = std::distance(fs::directory_iterator(root()), fs::directory_iterator());
  EXPECT_EQ(files, 3) << "nothing else is left";
}

TEST_F(LayoutFolderTest, FollowsNoLinkToWrite) {
  fs::remove_all(root() / "blobs/sha256");
  fs::create_directory(folder_ / "elsewhere");
  fs::create_symlink(folder_ / "elsewhere", root() / "blobs/sha256");
  const auto writer = LayoutWriter::open(root());
  ASSERT_TRUE(writer);
  EXPECT_EQ(writer->write_blob(oci::Blob::of(std::string("content"))).error().reason,
            Reason::BadConfig);
  EXPECT_TRUE(fs::is_empty(folder_ / "elsewhere"));
}

TEST_F(LayoutFolderTest, OneHasTheLock) {
  const auto writer = LayoutWriter::open(root());
  ASSERT_TRUE(writer);
  const auto soon = clock_.in(std::chrono::seconds(1));
  {
    const auto mine = writer->lock(patience_, clock_, soon);
    ASSERT_TRUE(mine);
    EXPECT_EQ(writer->lock(patience_, clock_, clock_.in({})).error().reason,
              Reason::DeadlineExceeded);
  }
  EXPECT_TRUE(writer->lock(patience_, clock_, soon));
}

TEST_F(LayoutFolderTest, NeedsAFolder) {
  EXPECT_EQ(LayoutWriter::open(root() / "none").error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::registry
