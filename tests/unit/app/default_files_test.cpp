// SPDX-License-Identifier: Apache-2.0
#include "app/default_files.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

TEST(DefaultFiles, AreWhereNotationAndDockerLook) {
  struct Row {
    std::map<std::string, std::string> environment;
    const char* notation;
    const char* docker;
  };
  for (const auto& row : std::vector<Row>{
           {{{"HOME", "/home/a"}}, "/home/a/.config/notation", "/home/a/.docker/config.json"},
           {{{"HOME", "/home/a"}, {"XDG_CONFIG_HOME", "/x"}, {"DOCKER_CONFIG", "/d"}},
            "/x/notation",
            "/d/config.json"},
           {{{"HOME", "/home/a"}, {"XDG_CONFIG_HOME", "/x"}, {"NOTATION_CONFIG", "/n"}},
            "/n",
            "/home/a/.docker/config.json"},
           {{}, ".config/notation", ".docker/config.json"},
       }) {
    TestConsole test;
    test.environment = row.environment;
    EXPECT_EQ(notation_folder(test.console), row.notation);
    EXPECT_EQ(docker_config_file(test.console), row.docker);
  }
}

TEST(DefaultFiles, TheApiServerIsWhereTheContainerIsTold) {
  TestConsole test;
  EXPECT_EQ(kubernetes_service(test.console).host, std::nullopt);
  test.environment = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
  EXPECT_EQ(kubernetes_service(test.console).host, "10.96.0.1");
  EXPECT_EQ(kubernetes_service(test.console).port, "443");
}

}  // namespace
}  // namespace countersign::app
