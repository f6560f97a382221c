// SPDX-License-Identifier: Apache-2.0
#include "x509/der_writer.h"

#include <gtest/gtest.h>

#include "x509/der.h"

namespace countersign::x509 {
namespace {

TEST(DerWriter, WritesWhatTheReaderReads) {
  for (const std::size_t size : {0U, 1U, 0x7fU, 0x80U, 0xffU, 0x100U, 0xffffU, 0x10000U}) {
    const ByteVector content(size, 0x2a);
    const ByteVector element = write_der(der::kOctetString, content);
    EXPECT_TRUE(is_der(element)) << size;
    const auto read = content_of(element, der::kOctetString);
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(as_text(*read), as_text(content)) << size;
  }
}

TEST(DerWriter, JoinsElements) {
  const ByteVector one = write_der(der::kInteger, ByteVector{1});
  const ByteVector null = write_der(der::kNull, Bytes{});
  EXPECT_EQ(write_der(der::kSequence, {one, null}),
            (ByteVector{0x30, 0x05, 0x02, 0x01, 0x01, 0x05, 0x00}));
}

}  // namespace
}  // namespace countersign::x509
