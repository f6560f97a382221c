// SPDX-License-Identifier: Apache-2.0
// Chains as a whole: those of the vectors, and order and completeness.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/codec/pem.h"
#include "countersign/x509/profile.h"

#include "profile_chains.h"
#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

struct ChainFile {
  std::string name;
  std::vector<Result<Certificate>> certificates;
};

std::vector<ChainFile> chains(std::string_view folder) {
  std::vector<ChainFile> files;
  const auto path = std::filesystem::path(COUNTERSIGN_TEST_DATA) / "x509" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ChainFile file{entry.path().stem(), {}};
    const auto blocks =
        codec::parse_pem(text, "CERTIFICATE", codec::OtherBlocks::Refuse, Reason::Internal);
    for (const auto& block : blocks.value()) {
      file.certificates.push_back(
          Certificate::parse_der(block.content, Reason::CertificateProfile));
    }
    files.push_back(std::move(file));
  }
  return files;
}

Chain complete(const ChainFile& file) {
  Chain chain;
  for (const auto& certificate : file.certificates) {
    EXPECT_TRUE(certificate) << file.name;
    if (certificate) {
      chain.push_back(*certificate);
    }
  }
  return chain;
}

TEST(ProfileOrder, AcceptsTheGoodChainsOfTheVectors) {
  const auto files = chains("accepted");
  EXPECT_EQ(files.size(), 18U);
  for (const ChainFile& file : files) {
    expect_accepted(complete(file), file.name);
  }
}

TEST(ProfileOrder, RefusesTheBadChainsOfTheVectors) {
  const auto files = chains("refused");
  EXPECT_EQ(files.size(), 38U);
  for (const ChainFile& file : files) {
    expect_refused(complete(file), file.name);
  }
}

TEST(ProfileOrder, NeverSeesTheMalformedChainsOfTheVectors) {
  const auto files = chains("malformed");
  EXPECT_EQ(files.size(), 3U);
  for (const ChainFile& file : files) {
    EXPECT_TRUE(std::ranges::any_of(file.certificates, [](const auto& one) { return !one; }))
        << file.name;
  }
}

Chain arranged(const Chain& chain, std::initializer_list<std::size_t> order) {
  Chain result;
  for (const std::size_t index : order) {
    result.push_back(chain.at(index));
  }
  return result;
}

TEST(ProfileOrder, WantsTheWholeChainInOrder) {  // CRT-08
  Chain all = make_leaf().chain();               // 0 leaf, 1 issuing CA, 2 root
  all.push_back(make_root(ca_spec("CN=Unrelated")).certificate());
  expect_accepted(arranged(all, {0, 1, 2}), "as it should be");
  expect_refused({}, "empty");                                      // NV-K01
  expect_refused(arranged(all, {0}), "leaf alone");                 // NV-K02
  expect_refused(arranged(all, {0, 1}), "no root");                 // NV-K05
  expect_refused(arranged(all, {0, 2}), "no issuing CA");           // NV-K13
  expect_refused(arranged(all, {2, 1, 0}), "reversed");             // NV-K06
  expect_refused(arranged(all, {1, 0, 2}), "shuffled");             // NV-K06
  expect_refused(arranged(all, {0, 1, 2, 3}), "unrelated at end");  // NV-K07
  expect_refused(arranged(all, {0, 3, 1, 2}), "unrelated within");  // NV-K07
  expect_refused(arranged(all, {0, 1, 2, 2}), "root twice");        // NV-K08
  expect_refused(arranged(all, {0, 1, 1, 2}), "issuing CA twice");
  expect_refused(arranged(all, {1, 2}), "issuing CA as leaf");
}

TEST(ProfileOrder, RefusesALongChain) {  // CRT-13
  Signer signer = make_root();
  for (int i = 0; i < 8; ++i) {
    signer = signer.issue(ca_spec("CN=CA " + std::to_string(i)));
  }
  expect_accepted(signer.issue(leaf_spec()).chain(), "ten");
  expect_refused(signer.issue(ca_spec("CN=CA 8")).issue(leaf_spec()).chain(), "eleven");
}

TEST(ProfileOrder, RefusesALoopOfIssuers) {  // CRT-13
  const Signer a = make_root(ca_spec("CN=A"));
  const Signer b = make_root(ca_spec("CN=B"));
  const Certificate a_by_b = b.issue(ca_spec("CN=A"), a.key()).certificate();
  const Certificate b_by_a = a.issue(ca_spec("CN=B"), b.key()).certificate();
  expect_refused({a.issue(leaf_spec()).certificate(), a_by_b, b_by_a, a_by_b}, "loop");
}

TEST(ProfileOrder, TellsRootsByKeysNotByNames) {
  const Signer root = make_root();
  const CertificateSpec same_name = leaf_spec("C=US, ST=WA, O=Acme, CN=Acme Root");
  expect_accepted(root.issue(same_name).chain(), "leaf with the root's name");  // NV-K11
  const Certificate own = Signer::self_signed(same_name).certificate();
  expect_refused({own, root.certificate()}, "leaf signed by itself");  // NV-K12
  expect_refused({make_key_vault_signer().certificate(), root.certificate()},
                 "self-signed leaf with another behind");  // NV-K09
  const Signer other = make_root();
  expect_refused({root.issue(leaf_spec()).certificate(), other.certificate()},
                 "root of the same name with another key");  // CRT-11
}

TEST(ProfileOrder, RefusesASelfSignedIntermediate) {  // NV-K10
  const Signer root = make_root();
  const Signer ca = Signer::self_signed(ca_spec("CN=CA"));
  const Certificate leaf = ca.issue(leaf_spec()).certificate();
  expect_refused({leaf, ca.certificate(), root.certificate()}, "not issued by the root");
  // Both hold for the second here: it signs itself, and the third issued it.
  const Certificate again = Signer::self_signed(ca_spec("CN=CA"), ca.key()).certificate();
  ASSERT_TRUE(ca.certificate().issued_by(again));
  expect_refused({leaf, ca.certificate(), again}, "issued by a root with its key");
  expect_accepted({leaf, again}, "without it");
}

TEST(ProfileOrder, JudgesASingleCertificateAsALeaf) {  // CRT-12
  expect_accepted(make_key_vault_signer().chain(), "as Key Vault makes it");
  expect_refused(make_root().chain(), "a CA");
  CertificateSpec renamed = key_vault_spec();
  renamed.issuer_der = name_der({{"CN", "somebody"}});
  expect_refused(Signer::self_signed(renamed).chain(), "issuer differs from subject");  // NV-K03
  const Signer twin = make_root(ca_spec(key_vault_spec().subject));
  expect_refused({twin.issue(key_vault_spec()).certificate()}, "signed by another key");  // NV-K04
  CertificateSpec weak = key_vault_spec();
  weak.hash = SignatureHash::Sha1;
  expect_refused(Signer::self_signed(weak).chain(), "SHA-1");  // NV-K25
}

}  // namespace
}  // namespace countersign::x509
