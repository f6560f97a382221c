// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/verify.h"

#include "notation/revocation_rules.h"

namespace countersign::notation {
namespace {

void ask_about(Check check, const Anchor& anchor, std::vector<Question>& questions);

}  // namespace

std::vector<Question> questions(const Examination& examination, const Statement& statement) {
  std::vector<Question> asked;
  if (examination.anchor && statement.action(Check::Revocation) != Action::Skip) {
    ask_about(Check::Revocation, *examination.anchor, asked);
  }
  // Trust policy specification: the revocation of a timestamp's signer belongs to the timestamp,
  // "always", whatever the statement says about revocation.
  if (examination.timestamp_anchor) {
    ask_about(Check::AuthenticTimestamp, *examination.timestamp_anchor, asked);
  }
  return asked;
}

namespace {

void ask_about(Check check, const Anchor& anchor, std::vector<Question>& questions) {
  const x509::Chain& chain = anchor.chain();
  for (std::size_t i = 0; i <= anchor.trusted() && i + 1 < chain.size(); ++i) {
    if (names_source(chain[i])) {
      questions.push_back({.about = check, .certificate = chain[i], .issuer = chain[i + 1]});
    }
  }
}

}  // namespace
}  // namespace countersign::notation
