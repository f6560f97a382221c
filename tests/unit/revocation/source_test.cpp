// SPDX-License-Identifier: Apache-2.0
#include "revocation/source.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "support/scripted_transport.h"

namespace countersign::revocation {
namespace {

constexpr auto kUrl = "http://one.test/x";

class SourceTest : public testing::Test {
 protected:
  Authority ca_;
  Query query_ = ca_.query({kUrl});
};

// RFC 6960, appendix A.1
TEST_F(SourceTest, AsksAResponderByPost) {
  const auto request = Source::responder(kUrl, query_)->request();
  EXPECT_EQ(request.method, net::Method::Post);
  EXPECT_EQ(request.url, kUrl);
  EXPECT_EQ(test::header_of(request, "Content-Type"), "application/ocsp-request");
  const auto question = x509::ocsp_request(query_.certificate, query_.issuer);
  EXPECT_EQ(request.body, as_text(question));
  EXPECT_EQ(request.max_response, limits::kOcspResponseBytes);
  EXPECT_EQ(request.wait, limits::kOcspWait);
}

TEST_F(SourceTest, GetsAList) {
  const auto request = Source::list(kUrl, query_.issuer)->request();
  EXPECT_EQ(request.method, net::Method::Get);
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.max_response, limits::kCrlBytes);
  EXPECT_EQ(request.wait, limits::kCrlWait);
}

TEST_F(SourceTest, OnlyPlainHttp) {
  for (const char* url : {"https://one.test/x", "ldap://one.test/x", "file:///x", "/x", "x", ""}) {
    const auto source = Source::list(url, query_.issuer);
    ASSERT_FALSE(source) << url;
    EXPECT_EQ(source.error().reason, Reason::RevocationUnknown) << url;
    EXPECT_FALSE(Source::responder(url, query_)) << url;
  }
  EXPECT_TRUE(Source::list("HTTP://one.test/x", query_.issuer));
}

TEST_F(SourceTest, AnAddressOfAnotherIsAnotherSource) {
  const Authority other;  // of the same name
  ASSERT_EQ(as_text(other.signer().certificate().subject_der()),
            as_text(query_.issuer.subject_der()));
  const auto key = Source::list(kUrl, query_.issuer)->key();
  EXPECT_NE(Source::list("http://one.test/y", query_.issuer)->key(), key);
  EXPECT_NE(Source::list(kUrl, other.signer().certificate())->key(), key);
  const auto asked = Source::responder(kUrl, query_)->key();
  EXPECT_NE(asked, key);
  EXPECT_NE(Source::responder(kUrl, ca_.query({kUrl}))->key(), asked);
  EXPECT_NE(Source::responder(kUrl, {query_.certificate, other.signer().certificate()})->key(),
            asked);
}

TEST_F(SourceTest, ReadsAnswersAndLists) {
  const auto answer =
      Source::responder(kUrl, query_)->read(test::answer(200, {}, ca_.answer_bytes(query_)), kNow);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(std::get<x509::OcspAnswer>(*answer).status.kind, x509::RevocationStatus::Kind::Good);
  const auto list =
      Source::list(kUrl, query_.issuer)->read(test::answer(200, {}, ca_.list_bytes()), kNow);
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_TRUE(std::holds_alternative<x509::Crl>(*list));
}

TEST_F(SourceTest, WhatCantBeUsedNamesTheHost) {
  const Authority other;
  for (const auto& body : {std::string(), std::string("<html>"), ca_.list_bytes().substr(1),
                           test::pem("X509 CRL", as_bytes(ca_.list_bytes())), other.list_bytes(),
                           other.answer_bytes(query_)}) {
    for (const auto& source :
         {Source::list(kUrl, query_.issuer), Source::responder(kUrl, query_)}) {
      const auto finding = source->read(test::answer(200, {}, body), kNow);
      ASSERT_FALSE(finding);
      EXPECT_EQ(finding.error().reason, Reason::RevocationUnknown);
      EXPECT_TRUE(finding.error().detail.starts_with("one.test: ")) << finding.error().detail;
    }
  }
}

}  // namespace
}  // namespace countersign::revocation
