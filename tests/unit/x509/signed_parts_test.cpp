// SPDX-License-Identifier: Apache-2.0
#include "x509/signed_parts.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::x509 {
namespace {

using namespace test;

// The content of a structure signed with this key.
ByteVector signed_content(const Key& key, SignatureHash hash, const ByteVector& more = {}) {
  const ByteVector whole =
      StructureSigner(key, hash, {}).close(der_sequence({der_integer(1)}), more);
  const auto content = content_of(whole, der::kSequence);
  EXPECT_TRUE(content);
  return {content->begin(), content->end()};
}

TEST(SignedParts, AreSignedByTheKey) {
  const Key key = new_key();
  const ByteVector content = signed_content(key, SignatureHash::Sha256, der_integer(7));
  DerReader fields(content);
  const auto parts = take_signed_parts(fields);
  ASSERT_TRUE(parts);
  EXPECT_TRUE(fields.at(der::kInteger));  // what follows is left
  EXPECT_TRUE(signed_by(*parts, key.public_key()));
  EXPECT_FALSE(signed_by(*parts, new_key().public_key()));
}

TEST(SignedParts, AreNotSignedByAWeakHash) {
  const Key key = new_key();
  const ByteVector content = signed_content(key, SignatureHash::Sha1);
  DerReader fields(content);
  const auto parts = take_signed_parts(fields);
  ASSERT_TRUE(parts);
  EXPECT_FALSE(signed_by(*parts, key.public_key()));
}

TEST(SignedParts, AreThree) {
  const ByteVector sequence = der_sequence({});
  const std::pair<std::string_view, ByteVector> rows[] = {
      {"nothing", {}},
      {"no SEQUENCE first", der_concat({der_integer(1), sequence, der_bits({1})})},
      {"no algorithm", der_concat({sequence, der_bits({1})})},
      {"no signature", der_concat({sequence, sequence})},
      {"signature of another type", der_concat({sequence, sequence, der_octets({1})})},
      {"signature with unused bits",
       der_concat({sequence, sequence, der_element(0x03, {0x01, 0x80})})},
  };
  for (const auto& [name, content] : rows) {
    DerReader fields(content);
    EXPECT_FALSE(take_signed_parts(fields)) << name;
  }
}

}  // namespace
}  // namespace countersign::x509
