// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/admission/notation_verifier.h"
#include "countersign/revocation/client.h"

namespace countersign::admission {
namespace {

class ClientRevocation final : public RevocationChecker {
 public:
  explicit ClientRevocation(revocation::Client& client) : client_(client) {}

  // What a question is about decides what an answer is worth, not what the answer is.
  std::vector<Result<x509::RevocationStatus>> ask(std::span<const notation::Question> questions,
                                                  Deadline deadline) override {
    std::vector<revocation::Query> queries;
    queries.reserve(questions.size());
    for (const auto& question : questions) {
      queries.push_back({.certificate = question.certificate, .issuer = question.issuer});
    }
    return client_.ask(queries, deadline);
  }

 private:
  revocation::Client& client_;
};

}  // namespace

std::unique_ptr<RevocationChecker> make_revocation_checker(revocation::Client& client) {
  return std::make_unique<ClientRevocation>(client);
}

}  // namespace countersign::admission
