// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/options.h"

#include <gtest/gtest.h>

namespace countersign::plugin {
namespace {

using Chain = Options::Chain;
using Credential = Options::Credential;

TEST(Options, AreThoseOfTheOriginalPlugin) {
  struct Row {
    PluginConfig config;
    Chain chain = Chain::Secret;
    const char* ca_certs = "";
    Credential credential = Credential::FirstPresent;
  };
  for (const auto& row : std::vector<Row>{
           {.config = {}},
           {.config = {{"self_signed", "true"}}, .chain = Chain::SelfSigned},
           {.config = {{"self_signed", "TRUE"}}, .chain = Chain::SelfSigned},
           {.config = {{"self_signed", "false"}}},
           {.config = {{"ca_certs", "a.pem"}}, .chain = Chain::File, .ca_certs = "a.pem"},
           {.config = {{"ca_certs", "a.pem"}, {"self_signed", "false"}},
            .chain = Chain::File,
            .ca_certs = "a.pem"},
           {.config = {{"as_secret", "true"}}},
           {.config = {{"as_secret", "false"}, {"self_signed", "true"}},
            .chain = Chain::SelfSigned},
           {.config = {{"credential_type", "environment"}}, .credential = Credential::Environment},
           {.config = {{"credential_type", "WorkloadId"}}, .credential = Credential::Workload},
           {.config = {{"credential_type", "managedid"}}, .credential = Credential::Managed},
       }) {
    const auto options = parse_options(row.config);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->chain, row.chain);
    EXPECT_EQ(options->ca_certs, row.ca_certs);
    EXPECT_EQ(options->credential, row.credential);
  }
}

TEST(Options, AreNamedWhereTheyCantBeUsed) {
  struct Row {
    PluginConfig config;
    const char* named;
  };
  for (const auto& row :
       std::vector<Row>{{{{"selfsigned", "true"}}, "selfsigned"},
                        {{{"Self_Signed", "true"}}, "Self_Signed"},
                        {{{"", "true"}}, "pluginConfig"},
                        {{{"self_signed", ""}}, "self_signed"},
                        {{{"self_signed", "1"}}, "self_signed"},
                        {{{"self_signed", "yes"}}, "self_signed"},
                        {{{"ca_certs", ""}}, "ca_certs"},
                        {{{"ca_certs", ""}, {"self_signed", "true"}}, "ca_certs"},
                        {{{"ca_certs", "a.pem"}, {"self_signed", "true"}}, "self_signed"},
                        {{{"as_secret", "true"}, {"self_signed", "true"}}, "as_secret"},
                        {{{"as_secret", "true"}, {"ca_certs", "a.pem"}}, "as_secret"},
                        {{{"as_secret", "false"}}, "as_secret"},
                        {{{"credential_type", ""}}, "credential_type"},
                        {{{"credential_type", "azurecli"}}, "azurecli"},
                        {{{"credential_type", "clientsecret"}}, "credential_type"}}) {
    const auto options = parse_options(row.config);
    ASSERT_FALSE(options) << row.named;
    EXPECT_EQ(options.error().code, ErrorCode::Validation);
    EXPECT_NE(options.error().message.find(row.named), std::string::npos)
        << options.error().message;
  }
}

}  // namespace
}  // namespace countersign::plugin
