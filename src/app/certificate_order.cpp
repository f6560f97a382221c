// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_order.h"

#include <algorithm>
#include <ranges>

namespace countersign::app {
namespace {

using Place = std::optional<std::size_t>;

bool named_after(const x509::Certificate& certificate, const x509::Certificate& issuer) {
  return std::ranges::equal(certificate.issuer_der(), issuer.subject_der());
}

bool is_ca(const x509::Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

class Orderer {
 public:
  explicit Orderer(const x509::Chain& certificates)
      : certificates_(certificates), used_(certificates.size(), false) {
    for (std::size_t i = 0; i < certificates.size(); ++i) {  // a repetition is never part of it
      used_[i] = std::ranges::find(certificates.begin(), certificates.begin() + signed_(i),
                                   certificates[i]) != certificates.begin() + signed_(i);
    }
  }

  CertificateOrder run(const std::optional<crypto::PrivateKey>& key);

 private:
  static std::ptrdiff_t signed_(std::size_t place) { return static_cast<std::ptrdiff_t>(place); }
  std::size_t find_leaf(const std::optional<crypto::PrivateKey>& key) const;
  bool is_lowest(std::size_t place) const;
  bool issued_another(std::size_t place) const;
  Place find_issuer(const x509::Certificate& certificate) const;

  const x509::Chain& certificates_;
  std::vector<bool> used_;
};

CertificateOrder Orderer::run(const std::optional<crypto::PrivateKey>& key) {
  CertificateOrder order;
  for (Place next = find_leaf(key); next;) {
    const auto& certificate = certificates_[*next];
    order.chain.push_back(*next);
    used_[*next] = true;
    next = certificate.self_signed() ? std::nullopt : find_issuer(certificate);
  }
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    if (std::ranges::find(order.chain, i) == order.chain.end()) {
      order.left_over.push_back(i);
    }
  }
  return order;
}

std::size_t Orderer::find_leaf(const std::optional<crypto::PrivateKey>& key) const {
  const auto places = std::views::iota(std::size_t{0}, certificates_.size());
  const auto of_key = std::ranges::find_if(places, [this, &key](std::size_t place) {
    return key && key->belongs_to(certificates_[place].public_key());
  });
  if (of_key != places.end()) {
    return *of_key;
  }
  const auto lowest = std::ranges::find_if(places, [this](std::size_t place) {
    return is_lowest(place) && !is_ca(certificates_[place]);
  });
  if (lowest != places.end()) {
    return *lowest;
  }
  const auto ca = std::ranges::find_if(places, [this](auto place) { return is_lowest(place); });
  return ca == places.end() ? 0 : *ca;
}

bool Orderer::is_lowest(std::size_t place) const { return !used_[place] && !issued_another(place); }

bool Orderer::issued_another(std::size_t place) const {
  return std::ranges::any_of(certificates_, [this, place](const x509::Certificate& other) {
    return other != certificates_[place] && named_after(other, certificates_[place]) &&
           !other.self_signed();
  });
}

Place Orderer::find_issuer(const x509::Certificate& certificate) const {
  Place by_name;
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    if (used_[i] || !named_after(certificate, certificates_[i])) {
      continue;
    }
    if (certificate.issued_by(certificates_[i])) {
      return i;
    }
    by_name = by_name ? by_name : i;
  }
  return by_name;
}

}  // namespace

CertificateOrder order_certificates(const x509::Chain& certificates,
                                    const std::optional<crypto::PrivateKey>& key) {
  return Orderer(certificates).run(key);
}

}  // namespace countersign::app
