// SPDX-License-Identifier: Apache-2.0
// DER elements, for the little that we send.
#pragma once
#include <cstdint>
#include <initializer_list>

#include "countersign/base/bytes.h"

namespace countersign::x509 {

ByteVector write_der(std::uint8_t tag, Bytes content);
ByteVector write_der(std::uint8_t tag, std::initializer_list<ByteVector> elements);

}  // namespace countersign::x509
