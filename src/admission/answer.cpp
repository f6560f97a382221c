// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "countersign/admission/admitter.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::admission {
namespace {

using policy::Decision;
using policy::Refusal;

kube::DeniedImage denied_image(const Refusal& refusal) {
  return {.reason = refusal.reason,
          .field = refusal.field,
          .container = refusal.container,
          .image = refusal.image,
          .digest = refusal.digest,
          .policy = refusal.policy.empty() ? refusal.rule : refusal.policy,
          .detail = refusal.detail};
}

std::vector<kube::DeniedImage> denied_images(const Decision& decision) {
  std::vector<kube::DeniedImage> denied;
  for (const auto& refusal : decision.enforced) {
    denied.push_back(denied_image(refusal));
  }
  return denied;
}

// Five containers with the same image and fault are five fields, but the same words are said once.
void add_warning(std::vector<std::string>& warnings, std::string warning) {
  if (std::ranges::find(warnings, warning) == warnings.end()) {
    warnings.push_back(std::move(warning));
  }
}

void add_warnings(std::vector<std::string>& warnings, std::span<const Refusal> refusals) {
  for (const auto& refusal : refusals) {
    add_warning(warnings, kube::warning_text(denied_image(refusal)));
  }
}

// What the message of the denial says already, who reads it needs no second time.
void drop_denied(std::vector<std::string>& warnings, std::span<const Refusal> enforced) {
  for (const auto& refusal : enforced) {
    std::erase(warnings, kube::warning_text(denied_image(refusal)));
  }
}

std::string outcome(const Decision& decision, bool allowed) {
  if (!allowed) {
    return "deny";
  }
  if (!decision.enforced.empty() || !decision.warned.empty()) {
    return "warn";
  }
  return decision.audited.empty() ? "allow" : "audit-deny";
}

// What passed, and on whose signature: what an auditor asks about a pod that runs.
std::string verified(const Decision& decision) {
  std::string text;
  for (const auto& each : decision.accepted) {
    text += (text.empty() ? "" : ", ") + each.field + " " + each.image + " (" + each.digest +
            ") policy " + each.policy;
    text += each.signature.empty() ? " demands no signature"
                                   : " signature " + each.signature + " signer " + each.signer;
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> annotations(const Decision& decision, bool allowed,
                                                             std::string_view id) {
  std::string images;
  const Refusal* first = nullptr;
  for (const auto* refusals : std::array{&decision.enforced, &decision.warned, &decision.audited}) {
    for (const auto& refusal : *refusals) {
      first = first == nullptr ? &refusal : first;
      images += (images.empty() ? "" : ", ") + refusal.field + " " + refusal.image;
      images += refusal.digest.empty() ? "" : " (" + refusal.digest + ")";
    }
  }
  std::vector<std::pair<std::string, std::string>> pairs{{"decision", outcome(decision, allowed)},
                                                         {"id", std::string(id)}};
  if (!decision.accepted.empty()) {
    pairs.emplace_back("verified", log::clean(verified(decision), limits::kAuditAnnotationBytes));
  }
  if (decision.exemption) {
    pairs.emplace_back("exempt",
                       log::clean(text(*decision.exemption), limits::kAuditAnnotationBytes));
  }
  if (first != nullptr) {
    pairs.emplace_back("reason", wire_name(first->reason));
    pairs.emplace_back("rule", log::clean(first->rule, limits::kAuditAnnotationBytes));
    pairs.emplace_back("images", log::clean(images, limits::kAuditAnnotationBytes));
  }
  return pairs;
}

// What a rule allows it allows every day; this is for a day that should end soon.
void add_exemption(std::vector<std::string>& warnings, const kube::Review& review,
                   const Decision& decision) {
  if (!decision.exemption) {
    return;
  }
  switch (decision.exemption->by) {
    case policy::Exemption::By::BreakGlass:
      add_warning(warnings,
                  "countersign: break-glass: nothing was judged in namespace " + review.name_space);
      break;
    case policy::Exemption::By::Rule:
      break;
  }
}

void add_notes(std::vector<std::string>& warnings, const Decision& decision) {
  for (const auto& note : decision.notes) {
    add_warning(warnings, "countersign: " + note);
  }
}

}  // namespace

kube::Answer answer(const kube::Review& review, const Decision& decision, std::string_view id) {
  kube::Answer answer;
  answer.uid = review.uid;
  answer.allowed = decision.allowed;
  add_warnings(answer.warnings, decision.warned);
  add_exemption(answer.warnings, review, decision);
  add_notes(answer.warnings, decision);
  answer.audit_annotations = annotations(decision, decision.allowed, id);
  if (decision.allowed) {
    return answer;
  }
  drop_denied(answer.warnings, decision.enforced);
  answer.may_retry = decision.may_retry;
  if (decision.enforced.empty()) {  // a Decision that nobody made still says why
    answer.message =
        kube::denial_message(Error{decision.reason, std::string(meaning(decision.reason))}, id);
    return answer;
  }
  const auto denied = denied_images(decision);
  answer.message = kube::denial_message(denied, review.images.size(), id);
  for (const auto& image : denied) {
    answer.causes.push_back({image.reason, image.field, image.detail});
  }
  return answer;
}

kube::Answer advice(const kube::Review& review, const Decision& decision, std::string_view id) {
  kube::Answer answer;
  answer.uid = review.uid;
  answer.allowed = true;
  add_warnings(answer.warnings, decision.enforced);
  add_warnings(answer.warnings, decision.warned);
  add_exemption(answer.warnings, review, decision);
  add_notes(answer.warnings, decision);
  answer.audit_annotations = annotations(decision, true, id);
  return answer;
}

}  // namespace countersign::admission
