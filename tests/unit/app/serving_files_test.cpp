// SPDX-License-Identifier: Apache-2.0
#include "app/serving_files.h"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

class ServingFilesTest : public testing::Test {
 protected:
  ServingFilesTest() {
    folder_.write("tls.crt", "a chain");
    folder_.write("tls.key", "a key");
    folder_.write("ca.crt", "authorities");
  }

  support::TempFolder folder_;
  ServingFiles files_{.where_certificate = "c.yaml:1:1",
                      .where_key = "c.yaml:2:1",
                      .certificate = (folder_ / "tls.crt").string(),
                      .key = (folder_ / "tls.key").string(),
                      .least = server::TlsMaterial::Least::Tls13,
                      .expected_names = {"a.example"},
                      .clients = ClientFiles{.where = "c.yaml:3:1",
                                             .authorities = (folder_ / "ca.crt").string(),
                                             .names = {"kube-apiserver"}}};
};

TEST_F(ServingFilesTest, AreReadAsTheyAre) {
  const auto material = read_serving_files(files_);
  ASSERT_TRUE(material) << material.error().detail;
  EXPECT_EQ(material->certificate, "a chain");
  EXPECT_EQ(material->key.reveal(), "a key");
  ASSERT_TRUE(material->clients);
  EXPECT_EQ(material->clients->authorities, "authorities");
  EXPECT_EQ(material->clients->names, std::vector<std::string>{"kube-apiserver"});
  EXPECT_EQ(material->least, server::TlsMaterial::Least::Tls13);
  EXPECT_EQ(material->expected_names, std::vector<std::string>{"a.example"});
  EXPECT_NE(material->titles.key.find("tls.key"), std::string::npos);
  folder_.write("tls.crt", "another");
  files_.clients.reset();
  const auto later = read_serving_files(files_);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->certificate, "another");
  EXPECT_FALSE(later->clients);
}

TEST_F(ServingFilesTest, AreNamedWithTheirPlaceWhenTheyCanNotBeRead) {
  const std::vector<std::pair<std::string, std::string>> parts{
      {"tls.crt", "c.yaml:1:1: "}, {"tls.key", "c.yaml:2:1: "}, {"ca.crt", "c.yaml:3:1: "}};
  for (const auto& [name, place] : parts) {
    const auto file = folder_ / name;
    const std::vector<std::function<void()>> harms{
        [&] { std::filesystem::remove(file); }, [&] { std::filesystem::create_directory(file); },
        [&] {
          std::filesystem::remove(file);
          folder_.write(name, std::string(limits::kServingFileBytes + 1, 'x'));
        }};
    for (const auto& harm : harms) {
      harm();
      const auto material = read_serving_files(files_);
      ASSERT_FALSE(material) << name;
      EXPECT_EQ(material.error().reason, Reason::BadConfig);
      EXPECT_TRUE(material.error().detail.starts_with(place + file.string()))
          << material.error().detail;
    }
    folder_.write(name, "good again");
  }
}

}  // namespace
}  // namespace countersign::app
