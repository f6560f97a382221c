// SPDX-License-Identifier: Apache-2.0
#include "app/credential_source.h"

#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "support/scripted_transport.h"

namespace countersign::app {
namespace {

TEST(CredentialSource, OneForAllGivesEverybodyTheSame) {
  const std::shared_ptr<registry::CredentialProvider> provider = registry::anonymous();
  const auto source = one_for_all(provider);
  const auto logger = log::make_silent_logger();
  test::ScriptedTransport nobody;
  EXPECT_TRUE(source->start({*logger, nobody}));
  EXPECT_EQ(source->provider_for({}), provider);
  EXPECT_EQ(source->provider_for({"shop", "build", {"pull"}}), provider);
}

}  // namespace
}  // namespace countersign::app
