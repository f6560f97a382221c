// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: {kind: basic, username: NAME, passwordFile: PATH}}
#include "countersign/base/limits.h"

#include "app/catalog.h"
#include "app/file.h"

namespace countersign::app::builtin {
namespace {

class Basic final : public registry::CredentialProvider {
 public:
  explicit Basic(registry::Credential credential) : credential_(std::move(credential)) {}

  // Made for the one registry in whose section it stands.
  Result<registry::Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    return registry::Credentials{.owner = {}, .candidates = {credential_}};
  }

 private:
  registry::Credential credential_;
};

Secret password(Section& section) {
  auto written = section.secret("password");
  const auto file = section.path("passwordFile");
  if (written.empty() == file.empty()) {
    section.refuse("password", "exactly one of password and passwordFile is needed");
    return {};
  }
  if (!written.empty()) {
    return written;
  }
  auto content = section.understood("passwordFile", read_file(file, limits::kConfigBytes));
  if (content && content->ends_with('\n')) {  // as editors and `echo` leave it
    content->pop_back();
  }
  return Secret(std::move(content).value_or(""));
}

}  // namespace

std::unique_ptr<CredentialSource> basic(Section& section, const Services&) {
  registry::Credential credential;
  credential.user = section.required_text("username");
  credential.secret = password(section);
  return one_for_all(std::make_shared<Basic>(std::move(credential)));
}

}  // namespace countersign::app::builtin
