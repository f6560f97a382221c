// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/timestamp_query.h"

#include <string>
#include <utility>

#include <openssl/ts.h>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/base64.h"

#include "support/demand.h"
#include "tokens.h"

namespace countersign::x509 {
namespace {

using test::der_bits;
using test::der_element;
using test::der_integer;
using test::der_sequence;
using test::der_text;
using test::SignatureHash;

const ByteVector kNonce{0x91, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

TimestampQuery query() { return {.message = message(), .nonce = kNonce}; }

// TimeStampResp, whose token answers the query unless it is changed.
struct Reply {
  ByteVector status = der_integer(0);
  ByteVector text, failure;  // left out when empty
  TimestampMaker maker;
  bool with_token = true;
  ByteVector more;  // behind the token

  Reply() : maker(token_maker()) { maker.info.nonce = test::der_serial("9102030405060708"); }
  ByteVector write() const {
    return der_sequence(
        {der_sequence({status, text, failure}), with_token ? maker.write() : ByteVector{}, more});
  }
};

std::string why(const Reply& reply) {
  const auto token = timestamp_token(reply.write(), query());
  EXPECT_FALSE(token);
  EXPECT_EQ(token.error().reason, Reason::TimestampInvalid);
  return token.error().detail;
}

TEST(TimestampQuery, IsWhatOpensslReads) {
  using enum crypto::HashAlgorithm;
  const struct {
    crypto::HashAlgorithm hash;
    int nid;
  } rows[] = {{Sha256, NID_sha256}, {Sha384, NID_sha384}, {Sha512, NID_sha512}};
  for (const auto& [hash, nid] : rows) {
    const auto request = timestamp_request({.message = message(), .hash = hash, .nonce = kNonce});
    const unsigned char* next = request.data();
    const crypto::OpensslPtr<TS_REQ, TS_REQ_free> read(
        d2i_TS_REQ(nullptr, &next, static_cast<long>(request.size())));
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(next, request.data() + request.size());
    EXPECT_EQ((test::encode<TS_REQ, i2d_TS_REQ>(read.get())), request);
    EXPECT_EQ(TS_REQ_get_version(read.get()), 1);
    EXPECT_EQ(TS_REQ_get_cert_req(read.get()), 1);
    EXPECT_EQ(TS_REQ_get_policy_id(read.get()), nullptr);
    EXPECT_EQ(TS_REQ_get_ext_count(read.get()), 0);
    TS_MSG_IMPRINT* const imprint = TS_REQ_get_msg_imprint(read.get());
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
    EXPECT_EQ(OBJ_obj2nid(algorithm), nid);
    const crypto::BignumPtr nonce(ASN1_INTEGER_to_BN(TS_REQ_get_nonce(read.get()), nullptr));
    EXPECT_EQ(BN_get_word(nonce.get()), 0x9102030405060708U);
  }
}

// A number has one form in DER; the authority sends it back in that.
TEST(TimestampQuery, WritesTheNonceAsAPositiveNumber) {
  const struct {
    ByteVector nonce;
    std::string_view written;
  } rows[] = {{{0x12, 0x34}, "02021234"},
              {{0x00, 0x00, 0x12}, "020112"},
              {{0x00, 0x80}, "02020080"},
              {{0xff, 0xff}, "020300ffff"},
              {{0x00, 0x00}, "020100"}};
  for (const auto& [nonce, written] : rows) {
    const auto request = timestamp_request({.message = message(), .nonce = nonce});
    EXPECT_TRUE(codec::encode_hex(request).ends_with(std::string(written) + "0101ff")) << written;
  }
}

TEST(TimestampQuery, TakesTheTokenOutOfTheReply) {
  for (const int status : {0, 1}) {  // granted, grantedWithMods
    Reply reply;
    reply.status = der_integer(status);
    reply.text = der_sequence({der_text(0x0c, "as you like it")});
    const auto bytes = reply.write();
    const auto token = timestamp_token(bytes, query());
    ASSERT_TRUE(token) << token.error().detail;
    EXPECT_TRUE(as_text(bytes).ends_with(as_text(*token)));
    EXPECT_TRUE(Timestamp::open(*token, message()));
  }
}

TEST(TimestampQuery, SaysWhyTheAuthorityRefuses) {
  Reply reply;
  reply.with_token = false;
  reply.status = der_integer(2);
  reply.text = der_sequence({der_text(0x0c, "not today"), der_text(0x0c, "ask again")});
  reply.failure = der_bits({0x80, 0x02, 0x80});
  EXPECT_EQ(why(reply),
            "the timestamp authority refuses: rejection, badAlg, timeNotAvailable, "
            "unacceptedExtension: not today ask again");
  reply.text = reply.failure = {};
  for (const auto& [status, name] : {std::pair{3, "waiting"},
                                     {5, "revocationNotification"},
                                     {6, "an unknown status"},
                                     {-1, "an unknown status"}}) {
    reply.status = der_integer(status);
    EXPECT_EQ(why(reply), std::string("the timestamp authority refuses: ") + name);
  }
  reply.with_token = true;  // a refusal is one, whatever comes along
  EXPECT_TRUE(why(reply).contains("refuses"));
}

TEST(TimestampQuery, RefusesRepliesThatLie) {
  using Lie = void (*)(Reply&);
  const std::pair<std::string_view, Lie> rows[] = {
      {"no token", [](Reply& reply) { reply.with_token = false; }},
      {"no nonce", [](Reply& reply) { reply.maker.info.nonce = {}; }},
      {"another nonce",
       [](Reply& reply) { reply.maker.info.nonce = test::der_serial("9102030405060709"); }},
      {"a negative nonce",
       [](Reply& reply) { reply.maker.info.nonce = der_element(0x02, kNonce); }},
      {"another message",
       [](Reply& reply) {
         reply.maker.info.imprint = test::message_imprint(SignatureHash::Sha256, as_bytes("else"));
       }},
      {"another hash",
       [](Reply& reply) {
         reply.maker.info.imprint = test::message_imprint(SignatureHash::Sha384, message());
       }},
      {"SHA-1",
       [](Reply& reply) {
         reply.maker.info.imprint = test::message_imprint(SignatureHash::Sha1, message());
       }},
      {"something behind the token", [](Reply& reply) { reply.more = der_integer(1); }},
      {"a status that is text", [](Reply& reply) { reply.status = der_text(0x0c, "0"); }},
      {"no status", [](Reply& reply) { reply.status = {}; }},
      {"a status beyond 64 bits",
       [](Reply& reply) { reply.status = test::der_serial("010000000000000000"); }},
      {"a token that is none",
       [](Reply& reply) {
         reply.with_token = false;
         reply.more = der_sequence({});
       }},
      {"content that is no TSTInfo",
       [](Reply& reply) { reply.maker.content = der_sequence({der_integer(1)}); }},
  };
  for (const auto& [name, lie] : rows) {
    Reply reply;
    lie(reply);
    const auto token = timestamp_token(reply.write(), query());
    ASSERT_FALSE(token) << name;
    EXPECT_EQ(token.error().reason, Reason::TimestampInvalid) << name;
  }
}

TEST(TimestampQuery, RefusesWhatIsNoReply) {
  const auto good = Reply().write();
  auto longer = good;
  longer.push_back(0);
  auto shorter = good;
  shorter.pop_back();
  auto huge = ByteVector(limits::kTimestampReplyBytes + 1);
  for (const auto& bytes : {longer, shorter, huge, ByteVector{}, ByteVector{0x30, 0x00},
                            ByteVector{0x30, 0x80, 0, 0}}) {
    EXPECT_FALSE(timestamp_token(bytes, query())) << bytes.size();
  }
}

}  // namespace
}  // namespace countersign::x509
