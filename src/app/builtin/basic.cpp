// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: {kind: basic, username: NAME, passwordFile: PATH}}; usernameFile and
// password are the other way round
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

// As editors and `echo` leave a file: with a newline at its end.
std::string read_line(Section& section, std::string_view key, const std::filesystem::path& file) {
  auto content = section.content(key, file, limits::kConfigBytes);
  if (content && content->ends_with('\n')) {
    content->pop_back();
  }
  return std::move(content).value_or("");
}

std::string user(Section& section) {
  auto written = section.text("username");
  const auto file = section.path("usernameFile");
  if (written.empty() == file.empty()) {
    section.refuse("username", "exactly one of username and usernameFile is needed");
    return {};
  }
  auto user = written.empty() ? read_line(section, "usernameFile", file) : written;
  if (user.empty()) {
    section.refuse("usernameFile", "there is no name in it");
  }
  return user;
}

Secret password(Section& section) {
  auto written = section.secret("password");
  const auto file = section.path("passwordFile");
  if (written.empty() == file.empty()) {
    section.refuse("password", "exactly one of password and passwordFile is needed");
    return {};
  }
  return written.empty() ? Secret(read_line(section, "passwordFile", file)) : written;
}

}  // namespace

std::unique_ptr<CredentialSource> basic(Section& section, const Services&) {
  registry::Credential credential;
  credential.user = user(section);
  credential.secret = password(section);
  return one_for_all(std::make_shared<Basic>(std::move(credential)));
}

}  // namespace countersign::app::builtin
