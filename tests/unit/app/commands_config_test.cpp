// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandsConfig, Help) {
  expect_help(
      {{"config"}, {"config", "check"}, {"config", "show"}, {"policy"}, {"policy", "test"}});
}

TEST(CommandsConfig, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"config"},
                  {"config", "check"},
                  {"policy"},
                  {"policy", "test"},
                  {"policy", "test", "/nonexistent"},
                  {"policy", "test", "a", "-o", "junit"},
                  {"policy", "test", "a", "--at", "now"}});
}

}  // namespace
}  // namespace countersign::app
