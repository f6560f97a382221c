// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/certificate_memory.h"

#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"

namespace countersign::x509 {
namespace {

// Of the key, the names and the nodes; the DER is here twice, as key and in the certificate.
constexpr std::size_t kEntryBytes = 4 * limits::kKiB;
constexpr std::size_t kBytesPerByte = 3;

}  // namespace

struct CertificateMemory::State {
  explicit State(std::size_t bytes) : certificates(bytes) {}

  std::optional<Certificate> find(Bytes der) {
    const std::scoped_lock lock(mutex);
    const auto* const found = certificates.find(as_text(der));
    if (found == nullptr) {
      return std::nullopt;
    }
    ++known;
    return *found;
  }

  mutable std::mutex mutex;
  Lru<Certificate> certificates;
  std::size_t known = 0;
};

CertificateMemory::CertificateMemory(std::size_t bytes) : state_(std::make_unique<State>(bytes)) {}
CertificateMemory::~CertificateMemory() = default;

Result<Certificate> CertificateMemory::parse_der(Bytes der, Reason reason) {
  if (auto found = state_->find(der)) {
    return *std::move(found);
  }
  TRY(auto certificate, Certificate::parse_der(der, reason));
  const std::string key(as_text(der));
  const std::scoped_lock lock(state_->mutex);
  state_->certificates.put(key, certificate, kEntryBytes + kBytesPerByte * der.size());
  return certificate;
}

std::size_t CertificateMemory::known() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->known;
}

}  // namespace countersign::x509
