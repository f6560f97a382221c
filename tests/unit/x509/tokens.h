// SPDX-License-Identifier: Apache-2.0
// Tokens that differ from a good one in one thing.
#pragma once
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/x509/timestamp.h"

#include "support/der_writer.h"
#include "support/pki.h"
#include "support/timestamp_maker.h"

namespace countersign::x509 {

using test::TimestampMaker;

inline const test::Signer& tsa() {  // root, issuing CA and this, P-256
  static const test::Signer kTsa =
      test::make_leaf(test::key(test::KeyType::P256), test::tsa_spec());
  return kTsa;
}

inline constexpr std::string_view kMessageText = "a signature of 64 bytes, or so";
inline Bytes message() { return as_bytes(kMessageText); }
inline TimestampMaker token_maker() { return {tsa(), message()}; }

using Change = std::function<void(TimestampMaker&)>;
struct ChangedToken {
  std::string_view name;
  Change change;
};

// Each of these must be an error of that reason, though the same without its change is none.
template <class Read>
void expect_refusals(const std::vector<ChangedToken>& rows, const Read& read) {
  const auto accepted = read(token_maker().write());
  ASSERT_TRUE(accepted) << accepted.error().detail;
  for (const auto& [name, change] : rows) {
    auto maker = token_maker();
    change(maker);
    const auto result = read(maker.write());
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::TimestampInvalid) << name;
  }
}

template <class Read>
void expect_successes(const std::vector<ChangedToken>& rows, const Read& read) {
  for (const auto& [name, change] : rows) {
    auto maker = token_maker();
    change(maker);
    const auto result = read(maker.write());
    EXPECT_TRUE(result) << name << ": " << result.error().detail;
  }
}

inline Result<Timestamp> open_token(const ByteVector& token) {
  return Timestamp::open(token, message());
}

}  // namespace countersign::x509
