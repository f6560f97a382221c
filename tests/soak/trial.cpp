// SPDX-License-Identifier: Apache-2.0
#include "soak/trial.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "soak/chance.h"

namespace countersign::soak {
namespace {

// All images move to other repositories so many times, so that what is remembered of the old ones
// is of no use any more and must make room.
constexpr std::size_t kSeasons = 20;
// Of four references one is by tag, of eight reviews one has several images.
constexpr std::uint64_t kTagged = 4;
constexpr std::uint64_t kCrowded = 8;
constexpr std::size_t kCrowd = 3;

constexpr std::string_view kAdmitted = "ADMITTED";

[[noreturn]] void fail(const Image& image, const std::string& answer) {
  std::fprintf(stderr, "soak: WRONG: %s, of kind %d, got %s\n", image.name.c_str(),
               static_cast<int>(image.kind), answer.c_str());
  std::_Exit(1);
}

// What a registry that fails may be the cause of. A signature that comes with other bytes is an
// invalid envelope; nothing else may make a good one look bad.
bool excusable(std::string_view reason) {
  constexpr std::array kFindings{Reason::ImageNotFound, Reason::SignatureNotFound,
                                 Reason::DigestMismatch, Reason::RegistryResponse,
                                 Reason::EnvelopeInvalid};
  return std::ranges::any_of(all_reasons(), [&](Reason each) {
    return wire_name(each) == reason &&
           (may_retry(each) || std::ranges::find(kFindings, each) != kFindings.end());
  });
}

bool deserved(Kind kind, const Verdict& verdict) {
  if (kind == Kind::Signed || verdict.allowed) {
    return kind == Kind::Signed && verdict.allowed;
  }
  return verdict.causes.size() == 1 &&
         verdict.causes.front().reason == wire_name(rightful_reason(kind));
}

}  // namespace

Trial::Trial(const Plan& plan, const Images& images, const RegistryProcess::Ports& ports,
             WholeWebhook& webhook)
    : plan_(plan), images_(images), ports_(ports), webhook_(webhook) {}

void Trial::decide_all() {
  std::vector<std::jthread> clients;
  for (std::size_t client = 0; client < plan_.clients; ++client) {
    clients.emplace_back([this] {
      for (auto number = begun_++; number < plan_.decisions; number = begun_++) {
        decide(number);
        ++decided_;
      }
    });
  }
}

std::size_t Trial::judge_each(std::size_t round) {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> wrong = 0;
  std::vector<std::jthread> clients;
  for (std::size_t client = 0; client < plan_.clients; ++client) {
    clients.emplace_back([&] {
      for (auto number = next++; number < images_.all().size(); number = next++) {
        const auto& image = images_.all()[number];
        const std::array asked{reference(image, kSeasons + round, number)};
        const auto verdict = webhook_.judge(asked);
        check({&image}, verdict);
        wrong += deserved(image.kind, verdict) ? 0 : 1;
      }
    });
  }
  clients.clear();  // joins
  return wrong;
}

std::map<std::string, std::size_t> Trial::answers() const {
  const std::scoped_lock lock(mutex_);
  return answers_;
}

std::string Trial::reference(const Image& image, std::size_t season, std::size_t number) const {
  const auto dice = chance(number);
  const auto host = ports_[dice % ports_.size()];
  return "127.0.0.1:" + std::to_string(host) + "/season-" + std::to_string(season) + "/" +
         image.name +
         (dice / ports_.size() % kTagged == 0 ? ":" + std::string(Images::kTag)
                                              : "@" + image.digest.text());
}

void Trial::decide(std::size_t number) {
  const auto season = number * kSeasons / plan_.decisions;
  const auto dice = chance(number);
  std::vector<const Image*> images;
  std::vector<std::string> references;
  for (std::size_t each = 0; each < (dice % kCrowded == 0 ? kCrowd : 1); ++each) {
    images.push_back(&images_.all()[chance(dice + each) % images_.all().size()]);
    references.push_back(reference(*images.back(), season, dice + each));
  }
  check(images, webhook_.judge(references));
}

void Trial::check(const std::vector<const Image*>& images, const Verdict& verdict) {
  if (verdict.allowed) {
    for (const auto* const image : images) {
      if (image->kind != Kind::Signed) {
        fail(*image, std::string(kAdmitted));
      }
    }
    count(std::string(kAdmitted));
  }
  for (const auto& cause : verdict.causes) {
    const auto& image = *images.at(cause.image.value_or(0));
    if (image.kind == Kind::Signed && !excusable(cause.reason)) {
      fail(image, cause.reason + ": " + cause.message);
    }
    count(cause.reason);
  }
}

void Trial::count(const std::string& answer) {
  const std::scoped_lock lock(mutex_);
  ++answers_[answer];
}

}  // namespace countersign::soak
