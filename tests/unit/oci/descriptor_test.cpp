// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/descriptor.h"

#include <gtest/gtest.h>

namespace countersign::oci {
namespace {

// SHA-2 of "abc" (FIPS 180-4 examples).
constexpr std::string_view kAbc256 =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kAbc384 =
    "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
    "8086072ba1e7cc2358baeca134c825a7";
constexpr std::string_view kAbc512 =
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

ByteVector bytes(std::string_view text) { return {text.begin(), text.end()}; }

Digest digest(std::string_view text) { return Digest::parse(text, Reason::Internal).value(); }

Descriptor descriptor(std::string_view digest_text, std::uint64_t size) {
  return {"application/octet-stream", digest(digest_text), size, {}, {}};
}

TEST(Descriptor, DigestsOfEachAlgorithmSurviveParsing) {
  for (const auto text : {kAbc256, kAbc384, kAbc512}) {
    const auto parsed = Digest::parse(text, Reason::Internal);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->text(), text);
    EXPECT_EQ(std::string(parsed->algorithm_name()) + ":" + parsed->encoded(), text);
    EXPECT_EQ(*parsed, Digest::of(bytes("abc"), parsed->algorithm()));
  }
}

TEST(Descriptor, DigestsInAnyOtherFormAreRefusedWithTheReasonOfTheCaller) {
  const std::string hex(64, 'a');
  const struct {
    const char* name;
    std::string text;
  } rows[] = {
      {"empty", ""},
      {"no algorithm", hex},
      {"empty algorithm", ":" + hex},
      {"no hex", "sha256:"},
      {"63 digits", "sha256:" + std::string(63, 'a')},
      {"62 digits", "sha256:" + std::string(62, 'a')},
      {"66 digits", "sha256:" + std::string(66, 'a')},
      {"upper-case hex", "sha256:" + std::string(64, 'A')},
      {"upper-case algorithm", "SHA256:" + hex},
      {"md5", "md5:" + std::string(32, 'a')},
      {"sha1", "sha1:" + std::string(40, 'a')},
      {"blake3", "blake3:" + hex},
      {"sha384 with the length of sha256", "sha384:" + hex},
      {"a path", "sha256:../../x"},
      {"blank before", " sha256:" + hex},
      {"blank behind", "sha256:" + hex + " "},
      {"line feed behind", "sha256:" + hex + "\n"},
      {"algorithm with components", "sha256+b64:" + hex},
      {"two", "sha256:" + hex + "@sha256:" + hex},
  };
  for (const auto& row : rows) {
    const auto parsed = Digest::parse(row.text, Reason::RegistryResponse);
    ASSERT_FALSE(parsed) << row.name;
    EXPECT_EQ(parsed.error().reason, Reason::RegistryResponse) << row.name;
  }
}

TEST(Descriptor, DigestsOfDifferentAlgorithmsDiffer) {
  EXPECT_NE(digest(kAbc256), digest("sha512:" + digest(kAbc256).encoded() + std::string(64, '0')));
  EXPECT_EQ(digest(kAbc256), digest(kAbc256));
}

TEST(Descriptor, BlobHoldsOnlyBytesThatHaveTheDigest) {
  for (const auto text : {kAbc256, kAbc384, kAbc512}) {
    const auto good = Blob::check(digest(text), bytes("abc"));
    ASSERT_TRUE(good) << text;
    EXPECT_EQ(as_text(good->bytes()), "abc");
    EXPECT_EQ(good->digest().text(), text);
    for (const auto* content : {"abd", "ab", "abc\n", ""}) {
      const auto other = Blob::check(digest(text), bytes(content));
      ASSERT_FALSE(other) << text << " of " << content;
      EXPECT_EQ(other.error().reason, Reason::DigestMismatch);
    }
  }
}

TEST(Descriptor, BlobOfADescriptorHasItsSizeToo) {
  EXPECT_TRUE(Blob::check(descriptor(kAbc256, 3), bytes("abc")));
  for (const std::uint64_t size : {0U, 2U, 4U}) {
    const auto blob = Blob::check(descriptor(kAbc256, size), bytes("abc"));
    ASSERT_FALSE(blob) << size;
    EXPECT_EQ(blob.error().reason, Reason::DigestMismatch);
  }
}

TEST(Descriptor, BlobOfBytesIsNamedByThem) {
  EXPECT_EQ(Blob::of(bytes("abc")).digest().text(), kAbc256);
}

TEST(Descriptor, BuffersTakeBytesOverWithoutACopy) {
  std::string text(1'000, 'x');
  const auto* const before = text.data();
  const auto blob = Blob::of(std::move(text));
  EXPECT_EQ(static_cast<const void*>(blob.bytes().data()), before);
  auto more = bytes("abc");
  const auto* const vector_before = more.data();
  const Buffer buffer(std::move(more));
  const auto copy = buffer;
  EXPECT_EQ(copy.bytes().data(), vector_before);
  const auto short_one = Blob::check(digest(kAbc256), std::string("abc"));
  ASSERT_TRUE(short_one);
  EXPECT_EQ(as_text(short_one->bytes()), "abc");
}

TEST(Descriptor, SameContentIgnoresHintsOnly) {
  const auto one = descriptor(kAbc256, 3);
  auto other = one;
  other.artifact_type = "application/vnd.cncf.notary.signature";
  other.annotations.emplace("a", "b");
  EXPECT_TRUE(one.same_content(other));
  other.media_type = "Application/Octet-Stream";
  EXPECT_FALSE(one.same_content(other));
  EXPECT_FALSE(one.same_content(descriptor(kAbc256, 4)));
  EXPECT_FALSE(one.same_content(descriptor("sha256:" + std::string(64, '0'), 3)));
}

}  // namespace
}  // namespace countersign::oci
