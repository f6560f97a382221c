// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/pem.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

constexpr std::string_view kCertificate = "CERTIFICATE";

std::vector<std::string> contents(std::string_view text, OtherBlocks others) {
  const auto blocks = parse_pem(text, kCertificate, others, Reason::BadConfig);
  if (!blocks) {
    ADD_FAILURE() << blocks.error().detail;
    return {};
  }
  std::vector<std::string> found;
  for (const auto& block : *blocks) {
    EXPECT_EQ(block.label, kCertificate);
    found.emplace_back(as_text(block.content));
  }
  return found;
}

struct Accepted {
  std::string_view name, text;
  std::vector<std::string> contents;
};

TEST(Pem, ReadsBlocks) {
  const std::array rows{
      Accepted{"nothing", "", {}},
      Accepted{"text without a block", "hello\n", {}},
      Accepted{
          "one block", "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n", {"foo"}},
      Accepted{"no line feed at the end",
               "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----",
               {"foo"}},
      Accepted{
          "CR LF", "-----BEGIN CERTIFICATE-----\r\nZm9v\r\n-----END CERTIFICATE-----\r\n", {"foo"}},
      Accepted{"CR", "-----BEGIN CERTIFICATE-----\rZm9v\r-----END CERTIFICATE-----\r", {"foo"}},
      Accepted{"short lines, blank lines and spaces",
               "-----BEGIN CERTIFICATE-----\n\n Zm9\t\nvY g\n==\n\n-----END CERTIFICATE-----\n",
               {"foob"}},
      Accepted{"indented, as a YAML block leaves it",
               "  -----BEGIN CERTIFICATE-----\n  Zm9v\n  -----END CERTIFICATE-----\n",
               {"foo"}},
      Accepted{"two blocks and text around them",
               "subject=a\n-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"
               "subject=b\n-----BEGIN CERTIFICATE-----\nYmFy\n-----END CERTIFICATE-----\nend\n",
               {"foo", "bar"}},
      Accepted{"blocks one directly after the other",
               "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"
               "-----BEGIN CERTIFICATE-----\nYmFy\n-----END CERTIFICATE-----\n",
               {"foo", "bar"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(contents(row.text, OtherBlocks::Refuse), row.contents);
  }
}

// A Key Vault secret holds the private key beside the certificates; what a key block contains is
// never looked at, not even whether it is base64.
TEST(Pem, SkipsOtherBlocksUnreadOrRefusesThem) {
  constexpr std::string_view kText =
      "-----BEGIN PRIVATE KEY-----\nnot base64: !\n-----END PRIVATE KEY-----\n"
      "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(contents(kText, OtherBlocks::Skip), std::vector<std::string>{"foo"});
  const auto refused = parse_pem(kText, kCertificate, OtherBlocks::Refuse, Reason::BadConfig);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().reason, Reason::BadConfig);
  EXPECT_EQ(refused.error().detail.find("not base64"), std::string::npos);
}

struct Refused {
  std::string_view name, text;
};

TEST(Pem, RefusesBrokenBlocksEvenWhenOthersAreSkipped) {
  constexpr std::array kRows{
      Refused{"no end", "-----BEGIN CERTIFICATE-----\nZm9v\n"},
      Refused{"nothing after the first line", "-----BEGIN CERTIFICATE-----"},
      Refused{"another label at the end",
              "-----BEGIN CERTIFICATE-----\nZm9v\n-----END X509 CRL-----\n"},
      Refused{"lower-case label at the end",
              "-----BEGIN CERTIFICATE-----\nZm9v\n-----END certificate-----\n"},
      Refused{"a block inside a block",
              "-----BEGIN CERTIFICATE-----\nZm9v\n-----BEGIN CERTIFICATE-----\nZm9v\n"
              "-----END CERTIFICATE-----\n"},
      Refused{"a certificate inside a skipped block",
              "-----BEGIN PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nZm9v\n"
              "-----END CERTIFICATE-----\n-----END PRIVATE KEY-----\n"},
      Refused{"a skipped block without an end", "-----BEGIN PRIVATE KEY-----\nZm9v\n"},
      Refused{"an end without a beginning", "-----END CERTIFICATE-----\n"},
      Refused{"four dashes at the end of the first line",
              "-----BEGIN CERTIFICATE----\nZm9v\n-----END CERTIFICATE-----\n"},
      Refused{"four dashes at the end of the last line",
              "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE----\n"},
      Refused{"no label", "-----BEGIN -----\nZm9v\n-----END -----\n"},
      Refused{"no space before the label",
              "-----BEGINCERTIFICATE-----\nZm9v\n-----ENDCERTIFICATE-----\n"},
      Refused{"everything in one line",
              "-----BEGIN CERTIFICATE-----Zm9v-----END CERTIFICATE-----\n"},
      Refused{"an empty block", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
      Refused{"white space only", "-----BEGIN CERTIFICATE-----\n \n-----END CERTIFICATE-----\n"},
      Refused{"not base64", "-----BEGIN CERTIFICATE-----\nZm9?\n-----END CERTIFICATE-----\n"},
      Refused{"padding is missing", "-----BEGIN CERTIFICATE-----\nZg\n-----END CERTIFICATE-----\n"},
      Refused{"headers as of RFC 1421",
              "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nZm9v\n"
              "-----END CERTIFICATE-----\n"},
      Refused{"a byte order mark before the first line",
              "\xEF\xBB\xBF-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto blocks =
        parse_pem(row.text, kCertificate, OtherBlocks::Skip, Reason::KeyVaultUnavailable);
    ASSERT_FALSE(blocks.has_value());
    EXPECT_EQ(blocks.error().reason, Reason::KeyVaultUnavailable);
  }
}

TEST(Pem, IsToldFromDerByALine) {
  EXPECT_TRUE(looks_like_pem("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_TRUE(looks_like_pem("subject=a\r\n-----BEGIN CERTIFICATE-----\r\n"));
  EXPECT_FALSE(looks_like_pem(""));
  EXPECT_FALSE(looks_like_pem("\x30\x82\x01\x00"));
  EXPECT_FALSE(looks_like_pem("x -----BEGIN CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace countersign::codec
