// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/digest.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace countersign::crypto {
namespace {

std::string hex(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

struct KnownAnswer {
  HashAlgorithm algorithm;
  std::string_view message;
  std::string_view digest;
};

// FIPS 180-4 examples and the hash of nothing.
constexpr KnownAnswer kAnswers[] = {
    {HashAlgorithm::Sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {HashAlgorithm::Sha256, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {HashAlgorithm::Sha384, "abc",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
     "8086072ba1e7cc2358baeca134c825a7"},
    {HashAlgorithm::Sha512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
};

TEST(Digest, KnowsTheExamplesOfTheStandard) {
  for (const KnownAnswer& answer : kAnswers) {
    EXPECT_EQ(hex(hash(answer.algorithm, as_bytes(answer.message))), answer.digest);
    EXPECT_EQ(hash_size(answer.algorithm), answer.digest.size() / 2);
  }
}

TEST(Digest, Sha256IsTheSameInAnArray) {
  const Bytes message = as_bytes("abc");
  EXPECT_TRUE(std::ranges::equal(sha256(message), hash(HashAlgorithm::Sha256, message)));
}

}  // namespace
}  // namespace countersign::crypto
