// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/notation_verifier.h"

#include <set>
#include <utility>

#include "admission/signature_search.h"

namespace countersign::admission {
namespace {

using policy::Report;

class NotationVerifier final : public Verifier {
 public:
  NotationVerifier(notation::TrustPolicy policy, NotationOptions options,
                   RevocationChecker& revocation, std::shared_ptr<EnvelopeCache> envelopes)
      : policy_(std::move(policy)),
        options_(options),
        revocation_(revocation),
        envelopes_(std::move(envelopes)) {}

  std::string_view name() const override { return "notation"; }

  std::optional<Report> settled(std::string_view repository) const override {
    return settled_by(policy_.statement_for(repository), repository);
  }

  static std::optional<Report> settled_by(const notation::Statement* statement,
                                          std::string_view repository) {
    if (statement == nullptr) {
      return Report::refused(Reason::NoPolicy,
                             "the trust policy has no statement for " + std::string(repository));
    }
    if (statement->level != notation::Level::Skip) {
      return std::nullopt;
    }
    Report report;
    report.verdict = policy::Verdict::Skipped;
    report.policy = statement->name;
    return report;
  }

  std::vector<trust::StoreName> stores() const override {
    std::set<trust::StoreName> names;
    for (const auto& statement : policy_.statements()) {
      names.insert(statement.stores.begin(), statement.stores.end());
    }
    return {names.begin(), names.end()};
  }

  void announce(const oci::ImageRef& image, registry::Repository& repository,
                Deadline deadline) const override {
    if (image.digest()) {
      repository.expect_referrers(*image.digest(), oci::media_type::kNotarySignature, deadline);
    }
  }

  Result<Report> verify(const Subject& subject, registry::Repository& repository,
                        const trust::Snapshot& trust, Time now, Deadline deadline) const override {
    const auto* const statement = policy_.statement_for(subject.repository);
    if (auto report = settled_by(statement, subject.repository)) {
      return std::move(*report);
    }
    return search_signatures(
        {.statement = *statement,
         .subject = subject,
         .repository = repository,
         .trust = trust,
         .now = now,
         .deadline = deadline},
        {.revocation = revocation_, .envelopes = *envelopes_, .most = options_.max_signatures});
  }

 private:
  notation::TrustPolicy policy_;
  NotationOptions options_;
  RevocationChecker& revocation_;
  std::shared_ptr<EnvelopeCache> envelopes_;
};

}  // namespace

std::unique_ptr<Verifier> make_notation_verifier(notation::TrustPolicy policy,
                                                 NotationOptions options,
                                                 RevocationChecker& revocation,
                                                 std::shared_ptr<EnvelopeCache> envelopes) {
  return std::make_unique<NotationVerifier>(std::move(policy), options, revocation,
                                            std::move(envelopes));
}

}  // namespace countersign::admission
