// SPDX-License-Identifier: Apache-2.0
#include "x509/timestamp_chain.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/x509/profile.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
constexpr std::string_view kAnyPurpose = "2.5.29.37.0";

Result<void> check_chain(const Chain& chain, std::span<const Time> times);

class ChainSearch {
 public:
  ChainSearch(std::span<const Certificate> certificates, std::span<const Time> times)
      : certificates_(certificates), times_(times) {}

  std::optional<Chain> from(const Certificate& root) {
    path_ = {root};
    return descend();
  }
  // Why the first chain that was found is not good enough; else that there is none.
  Error failure() const { return failure_.value_or(no_chain()); }

 private:
  std::optional<Chain> descend();
  std::optional<Chain> judge();
  Error no_chain() const;
  const Certificate& signer() const { return certificates_.front(); }

  std::span<const Certificate> certificates_;
  std::span<const Time> times_;
  Chain path_;  // from the root down
  std::size_t steps_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Result<Chain> find_timestamp_chain(std::span<const Certificate> certificates,
                                   std::span<const Certificate> roots,
                                   std::span<const Time> times) {
  ChainSearch search(certificates, times);
  for (const auto& root : roots) {
    if (auto chain = search.from(root)) {
      return *std::move(chain);
    }
  }
  return std::unexpected(search.failure());
}

namespace {

std::optional<Chain> ChainSearch::descend() {
  if (path_.back() == signer()) {
    return judge();
  }
  if (path_.size() == limits::kChainCertificates) {
    return std::nullopt;
  }
  for (const auto& certificate : certificates_) {
    if (std::ranges::find(path_, certificate) != path_.end() ||
        !certificate.issued_by(path_.back())) {
      continue;
    }
    if (++steps_ > limits::kTimestampChainSteps) {
      return std::nullopt;
    }
    path_.push_back(certificate);
    if (auto chain = descend()) {
      return chain;
    }
    path_.pop_back();
  }
  return std::nullopt;
}

std::optional<Chain> ChainSearch::judge() {
  Chain chain(path_.rbegin(), path_.rend());
  if (auto good = check_chain(chain, times_); !good) {
    failure_ = failure_.value_or(std::move(good).error());
    return std::nullopt;
  }
  return chain;
}

Error ChainSearch::no_chain() const {
  return {Reason::TimestampInvalid, "no chain leads from the timestamp's signer \"" +
                                        signer().subject() + "\" to a trusted root"};
}

Result<void> check_times(const Certificate& certificate, std::span<const Time> times) {
  for (const Time time : times) {
    if (!certificate.valid_at(time)) {
      return fail(Reason::TimestampInvalid, "the timestamp's certificate of \"" +
                                                certificate.subject() + "\" is not valid at " +
                                                codec::format_rfc3339(time));
    }
  }
  return {};
}

// The profile says nothing of a CA's extended key usage; the Notation CLI takes it for a limit of
// what the CA may issue.
Result<void> check_ca_purposes(const Certificate& ca) {
  const auto& usage = ca.extended_key_usage();
  const auto allows = [](const std::string& purpose) {
    return purpose == kTimeStamping || purpose == kAnyPurpose;
  };
  if (usage && std::ranges::none_of(usage->purposes, allows)) {
    return fail(Reason::TimestampInvalid,
                "the CA \"" + ca.subject() + "\" may not issue timestamping certificates");
  }
  return {};
}

Result<void> check_chain(const Chain& chain, std::span<const Time> times) {
  if (auto fits = check_profile(chain, Purpose::Timestamping); !fits) {
    return fail(Reason::TimestampInvalid, std::move(fits).error().detail);
  }
  for (const auto& certificate : chain) {
    TRY_VOID(check_times(certificate, times));
    TRY_VOID(check_ca_purposes(certificate));  // the signer's own are in the profile
  }
  return {};
}

}  // namespace
}  // namespace countersign::x509
