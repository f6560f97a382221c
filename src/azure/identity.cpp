// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/identity.h"

#include <atomic>
#include <utility>

namespace countersign::azure {
namespace {

class AbsentIdentity final : public Identity {
 public:
  AbsentIdentity(std::string description, Error error)
      : description_(std::move(description)), error_(std::move(error)) {}

  std::string_view description() const override { return description_; }
  Result<AccessToken> acquire(std::string_view, Deadline) override {
    return std::unexpected(error_);
  }
  bool present() const override { return false; }

 private:
  std::string description_;
  Error error_;
};

class FirstPresent final : public Identity {
 public:
  explicit FirstPresent(std::vector<std::unique_ptr<Identity>> candidates)
      : candidates_(std::move(candidates)) {
    for (const auto& candidate : candidates_) {
      description_ += description_.empty() ? "the first present of: " : ", ";
      description_ += candidate->description();
    }
  }

  std::string_view description() const override {
    const auto* chosen = chosen_.load();
    return chosen != nullptr ? chosen->description() : std::string_view(description_);
  }
  Result<AccessToken> acquire(std::string_view audience, Deadline deadline) override {
    auto* const chosen = choose();
    return (chosen != nullptr ? *chosen : *candidates_.front()).acquire(audience, deadline);
  }
  Tick quiet_until() const override {
    const auto* chosen = chosen_.load();
    return chosen != nullptr ? chosen->quiet_until() : Tick{};
  }
  bool present() const override { return chosen_.load() != nullptr || first_now() != nullptr; }

 private:
  // Whoever finds one first decides for all.
  Identity* choose() {
    Identity* chosen = chosen_.load();
    if (chosen != nullptr) {
      return chosen;
    }
    Identity* const found = first_now();
    return found == nullptr || chosen_.compare_exchange_strong(chosen, found) ? found : chosen;
  }

  Identity* first_now() const {
    for (const auto& candidate : candidates_) {
      if (candidate->present()) {
        return candidate.get();
      }
    }
    return nullptr;
  }

  std::vector<std::unique_ptr<Identity>> candidates_;
  std::string description_;
  std::atomic<Identity*> chosen_{};
};

}  // namespace

std::unique_ptr<Identity> make_absent_identity(std::string description, Error error) {
  return std::make_unique<AbsentIdentity>(std::move(description), std::move(error));
}

std::unique_ptr<Identity> first_present(std::vector<std::unique_ptr<Identity>> candidates) {
  return std::make_unique<FirstPresent>(std::move(candidates));
}

}  // namespace countersign::azure
