// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/secret.h"

#include <utility>

#include <openssl/crypto.h>

namespace countersign {

void wipe(std::string& text) noexcept {
  // The whole capacity: a longer value may have stood there before.
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

// Copied, so that what the argument held is wiped wherever it lived.
Secret::Secret(std::string value) : value_(value) { wipe(value); }

// A short string lives inside the object and stays behind when it is moved from.
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

// Not swapped: swapping short strings leaves one of them on the stack.
Secret& Secret::operator=(Secret other) noexcept {
  wipe(value_);
  value_ = std::move(other.value_);
  return *this;
}

Secret::~Secret() { wipe(value_); }

}  // namespace countersign
