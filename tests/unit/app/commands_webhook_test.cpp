// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandsWebhook, Help) { expect_help({{"serve"}, {"review"}}); }

TEST(CommandsWebhook, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"serve"},
                  {"serve", "--config"},
                  {"review", "a"},
                  {"review", "a", "--config", "c", "--at", "now"}});
}

}  // namespace
}  // namespace countersign::app
