// SPDX-License-Identifier: Apache-2.0
#include "x509/certificate_reader.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"

#include "support/der_writer.h"
#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

// A certificate in parts, each with tag and length: a test replaces one. Nothing here looks at the
// signature.
struct Parts {
  ByteVector version = bytes("a003020102");
  ByteVector serial = bytes("020101");
  ByteVector algorithm = bytes("300a06082a8648ce3d040302");
  ByteVector issuer = name_der({{"CN", "issuer"}});
  ByteVector validity = bytes("301e170d3230303130313030303030305a170d3930303130313030303030305a");
  ByteVector subject = name_der({{"CN", "subject"}});
  ByteVector key = bytes("300c300706052b0601044a030100");
  ByteVector unique_ids = {};
  ByteVector extensions = bytes("a3123010300e0603551d0f0101ff040403020780");
  ByteVector more_signed = {};
  ByteVector outer_algorithm = bytes("300a06082a8648ce3d040302");
  ByteVector signature = bytes("03030001ff");
  ByteVector behind = {};
};

ByteVector encode(const Parts& p) {
  const ByteVector signed_part =
      der_element(0x30, der_concat({p.version, p.serial, p.algorithm, p.issuer, p.validity,
                                    p.subject, p.key, p.unique_ids, p.extensions, p.more_signed}));
  return der_element(0x30, der_concat({signed_part, p.outer_algorithm, p.signature, p.behind}));
}

TEST(CertificateReader, GivesEveryField) {
  const Parts parts;
  const ByteVector der = encode(parts);
  const auto read = read_certificate(der, Reason::Internal);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_TRUE(std::ranges::equal(
      read->signed_part, Bytes(der).subspan(3, der.size() - 3 - parts.outer_algorithm.size() -
                                                   parts.signature.size())));
  EXPECT_EQ(codec::encode_hex(read->serial), "01");
  EXPECT_TRUE(std::ranges::equal(read->algorithm, parts.algorithm));
  EXPECT_TRUE(std::ranges::equal(read->issuer, parts.issuer));
  EXPECT_EQ(read->not_before, std::chrono::sys_days{std::chrono::year{2020} / 1 / 1});
  EXPECT_EQ(read->not_after, std::chrono::sys_days{std::chrono::year{1990} / 1 / 1});
  EXPECT_TRUE(std::ranges::equal(read->subject, parts.subject));
  EXPECT_TRUE(std::ranges::equal(read->public_key_info, parts.key));
  EXPECT_TRUE(read->public_key.empty());
  EXPECT_EQ(codec::encode_hex(read->extensions), "300e0603551d0f0101ff040403020780");
  EXPECT_EQ(codec::encode_hex(read->signature), "01ff");
}

struct Row {
  std::string_view name;
  std::function<void(Parts&)> change;
};

const Row kGood[] = {
    {"version 1", [](Parts& p) { p.version = {}, p.extensions = {}; }},
    {"version 1 written out", [](Parts& p) { p.version = bytes("a003020100"), p.extensions = {}; }},
    {"version 2", [](Parts& p) { p.version = bytes("a003020101"), p.extensions = {}; }},
    {"version 2 with unique identifiers",
     [](Parts& p) {
       p.version = bytes("a003020101"), p.extensions = {};
       p.unique_ids = bytes("8102000182020002");
     }},
    {"second unique identifier alone", [](Parts& p) { p.unique_ids = bytes("82020002"); }},
    {"no extensions", [](Parts& p) { p.extensions = {}; }},
    {"algorithm with parameters",
     [](Parts& p) { p.algorithm = p.outer_algorithm = bytes("300706032a03040500"); }},
};

TEST(CertificateReader, TakesEveryVersion) {
  for (const Row& row : kGood) {
    Parts parts;
    row.change(parts);
    EXPECT_TRUE(read_certificate(encode(parts), Reason::Internal)) << row.name;
  }
}

const Row kBad[] = {
    {"negative version", [](Parts& p) { p.version = bytes("a0030201ff"); }},
    {"version 4", [](Parts& p) { p.version = bytes("a003020103"); }},
    {"version of 9 bytes", [](Parts& p) { p.version = bytes("a00b0209010000000000000000"); }},
    {"version that is no number", [](Parts& p) { p.version = bytes("a0020500"); }},
    {"two versions", [](Parts& p) { p.version = bytes("a006020102020102"); }},
    {"empty version", [](Parts& p) { p.version = bytes("a000"); }},
    {"no serial", [](Parts& p) { p.serial = {}; }},
    {"empty serial", [](Parts& p) { p.serial = bytes("0200"); }},
    {"no algorithm", [](Parts& p) { p.algorithm = {}; }},
    {"empty algorithm", [](Parts& p) { p.algorithm = p.outer_algorithm = bytes("3000"); }},
    {"algorithm without a name",
     [](Parts& p) { p.algorithm = p.outer_algorithm = bytes("30020500"); }},
    {"algorithm with two parameters",
     [](Parts& p) { p.algorithm = p.outer_algorithm = bytes("300906032a030405000500"); }},
    {"two algorithms", [](Parts& p) { p.outer_algorithm = bytes("300a06082a8648ce3d040303"); }},
    {"NULL outside only",
     [](Parts& p) { p.outer_algorithm = bytes("300c06082a8648ce3d0403020500"); }},
    {"issuer that is no name", [](Parts& p) { p.issuer = bytes("30020500"); }},
    {"subject that is no name", [](Parts& p) { p.subject = bytes("30020500"); }},
    {"subject of broken text", [](Parts& p) { p.subject = name_der({{"CN", "\xff"}}); }},
    {"no validity", [](Parts& p) { p.validity = {}; }},
    {"half a validity", [](Parts& p) { p.validity = bytes("300f170d3230303130313030303030305a"); }},
    {"three times",
     [](Parts& p) {
       p.validity =
           der_element(0x30, der_concat(std::vector(3, bytes("170d3230303130313030303030305a"))));
     }},
    {"time that is text",
     [](Parts& p) {
       p.validity =
           der_element(0x30, der_concat(std::vector(2, bytes("0c0d3230303130313030303030305a"))));
     }},
    {"key without bits", [](Parts& p) { p.key = bytes("3009300706052b0601044a"); }},
    {"key with half an octet", [](Parts& p) { p.key = bytes("300d300706052b0601044a03020480"); }},
    {"key with something behind",
     [](Parts& p) { p.key = bytes("300e300706052b0601044a0301000500"); }},
    {"unique identifier in version 1",
     [](Parts& p) { p.version = {}, p.extensions = {}, p.unique_ids = bytes("81020001"); }},
    {"unique identifiers in the other order",
     [](Parts& p) { p.unique_ids = bytes("8202000181020002"); }},
    {"empty unique identifier", [](Parts& p) { p.unique_ids = bytes("8100"); }},
    {"unique identifier in pieces", [](Parts& p) { p.unique_ids = bytes("a10403020001"); }},
    {"extensions in version 1", [](Parts& p) { p.version = {}; }},
    {"extensions in version 2", [](Parts& p) { p.version = bytes("a003020101"); }},
    {"empty list of extensions in version 1",
     [](Parts& p) { p.version = {}, p.extensions = bytes("a3023000"); }},
    {"extensions without a list", [](Parts& p) { p.extensions = bytes("a300"); }},
    {"two lists of extensions", [](Parts& p) { p.extensions = bytes("a30430003000"); }},
    {"something signed behind", [](Parts& p) { p.more_signed = bytes("0500"); }},
    {"no signature", [](Parts& p) { p.signature = {}; }},
    {"signature as octets", [](Parts& p) { p.signature = bytes("040201ff"); }},
    {"signature with half an octet", [](Parts& p) { p.signature = bytes("030304fff0"); }},
    {"something behind", [](Parts& p) { p.behind = bytes("0500"); }},
};

TEST(CertificateReader, RefusesEverythingElse) {
  for (const Row& row : kBad) {
    Parts parts;
    row.change(parts);
    const auto read = read_certificate(encode(parts), Reason::BadConfig);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().reason, Reason::BadConfig) << row.name;
  }
}

}  // namespace
}  // namespace countersign::x509
