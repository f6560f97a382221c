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
  const auto certificates = source.load(clock.in(std::chrono::seconds(1)));
  if (!certificates) {
    EXPECT_EQ(certificates.error().reason, Reason::BadConfig) << certificates.error().detail;
    return -1;
  }
  return static_cast<int>(certificates->size());
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

TEST(CertificateFolder, TakesRegularFilesOnly) {  // NV-S02
  const support::TempFolder folder;
  EXPECT_EQ(count(*certificate_folder(folder / "none")), -1);  // NV-S01
  folder.write("store/a.crt", pem());
  EXPECT_EQ(count(*certificate_folder(folder / "store")), 1);
  std::filesystem::create_directory_symlink(folder / "store", folder / "link");
  EXPECT_EQ(count(*certificate_folder(folder / "link")), -1);
  std::filesystem::create_directories(folder / "store/sub");
  EXPECT_EQ(count(*certificate_folder(folder / "store")), -1);
  std::filesystem::remove(folder / "store/sub");
  std::filesystem::create_symlink("a.crt", folder / "store/b.crt");
  EXPECT_EQ(count(*certificate_folder(folder / "store")), -1);
}

}  // namespace
}  // namespace countersign::app
