// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_files.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/temp_folder.h"

namespace countersign::app {
namespace {

// The number of certificates, or -1.
int count(trust::CertificateSource& source) {
  const test::FixedClock clock;
  const auto items = source.load(clock.in(std::chrono::seconds(1)));
  if (!items) {
    EXPECT_EQ(items.error().reason, Reason::BadConfig) << items.error().detail;
    return -1;
  }
  EXPECT_EQ(items->size(), 1U);
  return static_cast<int>(items->front().entries->size());
}

const std::string& pem() {
  static const auto kPem = test::make_root().pem();
  return kPem;
}

TEST(CertificateFiles, ReadsEveryFileThatMatches) {
  const support::TempFolder folder;
  folder.write("a.pem", pem());
  folder.write("b.pem", pem() + pem());
  folder.write("notes.txt", "not a certificate");
  const auto source = certificate_files({folder / "*.pem", folder / "a.pem"});
  EXPECT_EQ(count(*source), 4);
  folder.write("c.pem", pem());
  EXPECT_EQ(count(*source), 5) << "files are looked up at every load";
}

TEST(CertificateFiles, GivesAllOrNothing) {
  const support::TempFolder folder;
  folder.write("a.pem", pem());
  EXPECT_EQ(count(*certificate_files({folder / "a.pem", folder / "missing.pem"})), -1);
  EXPECT_EQ(count(*certificate_files({folder / "a.pem", folder / "*.crt"})), -1);
  folder.write("b.pem", "garbage");
  EXPECT_EQ(count(*certificate_files({folder / "*.pem"})), -1);
}

TEST(CertificateFiles, FollowsLinksAsKubernetesMountsThem) {
  const support::TempFolder folder;
  folder.write("..2026/ca.pem", pem());
  std::filesystem::create_symlink("..2026/ca.pem", folder / "ca.pem");
  EXPECT_EQ(count(*certificate_files({folder / "*.pem"})), 1);
}

class CertificateFolderTest : public testing::Test {
 protected:
  int count_in(std::string_view name) {
    warnings_.clear();
    return count(*certificate_folder(
        folder_ / name, [this](const std::string& text) { warnings_.push_back(text); }));
  }

  support::TempFolder folder_;
  std::vector<std::string> warnings_;
};

TEST_F(CertificateFolderTest, TakesRegularFilesOnly) {  // NV-S02
  EXPECT_EQ(count_in("none"), -1);                      // NV-S01
  folder_.write("store/a.crt", pem());
  EXPECT_EQ(count_in("store"), 1);
  EXPECT_TRUE(warnings_.empty());
  std::filesystem::create_directory(folder_ / "store/folder");
  EXPECT_EQ(count_in("store"), 1) << "the specification ignores sub-folders";
  std::filesystem::create_directory_symlink(folder_ / "store", folder_ / "link");
  EXPECT_EQ(count_in("link"), -1);
  std::filesystem::create_symlink("a.crt", folder_ / "store/b.crt");
  EXPECT_EQ(count_in("store"), -1);
  std::filesystem::remove(folder_ / "store/b.crt");
  folder_.write("elsewhere/c.crt", pem());
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", folder_ / "store/sub");
  EXPECT_EQ(count_in("store"), -1) << "a link is no sub-folder";
}

TEST_F(CertificateFolderTest, WarnsOfASubFolderAndReadsNothingInIt) {
  folder_.write("store/a.crt", pem());
  folder_.write("store/sub/b.crt", pem());
  folder_.write("store/sub/deeper/garbage.crt", "garbage");
  EXPECT_EQ(count_in("store"), 1);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_TRUE(warnings_[0].starts_with((folder_ / "store/sub").string() + ": ")) << warnings_[0];
}

}  // namespace
}  // namespace countersign::app
