// SPDX-License-Identifier: Apache-2.0
// trustPolicy: a Notary Project trust policy document, or {file: PATH}; verification.
#include "countersign/base/limits.h"
#include "countersign/notation/trust_policy.h"

#include "app/catalog.h"
#include "app/file.h"
#include "app/yaml_json.h"

namespace countersign::app::builtin {
namespace {

constexpr std::string_view kPolicy = "trustPolicy";

// The document's members are checked by its own parser; only {file: PATH} is ours.
std::optional<notation::TrustPolicy> trust_policy(Section& root) {
  const auto json = root.json(kPolicy);
  const auto* const file = json.find_string("file");
  if (file == nullptr) {
    return root.understood(kPolicy, notation::TrustPolicy::parse(json_text(json)));
  }
  if (json.members().size() != 1) {
    root.refuse(kPolicy, "beside file there is nothing else");
    return std::nullopt;
  }
  const auto path = root.resolved(*file);
  const auto content = root.understood(kPolicy, read_file(path, limits::kPolicyBytes));
  if (!content) {
    return std::nullopt;
  }
  auto policy = notation::TrustPolicy::parse(*content);
  if (!policy) {
    root.refuse(kPolicy, path.string() + ": " + policy.error().detail);
    return std::nullopt;
  }
  return std::move(*policy);
}

}  // namespace

std::unique_ptr<admission::Verifier> notation(Section& root, const Services& services) {
  if (!root.has(kPolicy)) {
    root.refuse(kPolicy, "is missing");
    return nullptr;
  }
  auto policy = trust_policy(root);
  auto verification = root.section("verification");
  const admission::NotationOptions options{
      .max_signatures = verification.number("maxSignatures", limits::kSignaturesPerImage,
                                            {.least = 1, .most = limits::kReferrers})};
  return policy
             ? admission::make_notation_verifier(std::move(*policy), options, services.revocation)
             : nullptr;
}

}  // namespace countersign::app::builtin
