// SPDX-License-Identifier: Apache-2.0
#include "x509/timestamp_chain.h"

#include <functional>
#include <string_view>
#include <vector>

#include "tokens.h"

namespace countersign::x509 {
namespace {

using std::chrono::seconds;
using test::ca_spec;
using test::CertificateSpec;
using test::KeyType;
using test::Signer;
using test::tsa_spec;

constexpr Time kNoon = std::chrono::sys_days{std::chrono::year{2026} / 5 / 28};

using Certificates = std::vector<Certificate>;

Result<Chain> find(const Certificates& certificates, const Certificates& roots,
                   const std::vector<Time>& times = {kNoon}) {
  return find_timestamp_chain(certificates, roots, times);
}

void expect_none(const Result<Chain>& chain, std::string_view name) {
  ASSERT_FALSE(chain) << name;
  EXPECT_EQ(chain.error().reason, Reason::TimestampInvalid) << name;
}

const Certificate& leaf() { return tsa().chain()[0]; }
const Certificate& issuer() { return tsa().chain()[1]; }
const Certificate& root() { return tsa().chain()[2]; }

TEST(TimestampChain, LeadsFromTheSignerToARoot) {
  const auto stranger = test::make_root(ca_spec("CN=Stranger")).certificate();
  for (const auto& certificates :
       {Certificates{leaf(), issuer()}, Certificates{leaf(), issuer(), root()},
        Certificates{leaf(), stranger, root(), issuer()}}) {
    EXPECT_EQ(find(certificates, {root()}), tsa().chain());
    EXPECT_EQ(find(certificates, {stranger, root()}), tsa().chain());
  }
}

TEST(TimestampChain, NeedsEachLinkAndATrustedEnd) {
  const auto stranger = test::make_root(ca_spec("CN=Stranger")).certificate();
  const auto namesake = test::make_root().certificate();  // the root's name, another key
  expect_none(find({leaf()}, {root()}), "issuer missing");
  expect_none(find({leaf(), issuer(), root()}, {}), "no roots");
  expect_none(find({leaf(), issuer(), root()}, {stranger}), "another root");
  expect_none(find({leaf(), issuer(), root()}, {namesake}), "root of the same name");
  expect_none(find({leaf(), issuer()}, {issuer()}), "trusted, but no root");
  expect_none(find({leaf(), issuer()}, {leaf()}), "trusted, but not self-signed");
}

TEST(TimestampChain, MayBeOneCertificateThatIsTrusted) {
  const auto alone = Signer::self_signed(tsa_spec());
  EXPECT_EQ(find({alone.certificate()}, {alone.certificate()}), alone.chain());
  expect_none(find({alone.certificate()}, {root()}), "not trusted");
}

// The root that the store has may stand in the token as another authority's subordinate, and be the
// very one that the store has in its own form.
TEST(TimestampChain, FindsItsWayAroundCrossSignedRoots) {
  const auto old_root = test::make_root(ca_spec("CN=Old Root"));
  const auto new_root = test::make_root(ca_spec("CN=New Root"));
  const auto cross = old_root.issue(ca_spec("CN=New Root"), new_root.key());
  const auto signer = new_root.issue(ca_spec("CN=CA")).issue(tsa_spec());
  const auto& ca = signer.chain()[1];
  const Certificates token{signer.certificate(), ca, cross.certificate(), old_root.certificate()};
  EXPECT_EQ(find(token, {new_root.certificate()}), signer.chain());
  EXPECT_EQ(find(token, {old_root.certificate()}),
            (Chain{signer.certificate(), ca, cross.certificate(), old_root.certificate()}));
}

TEST(TimestampChain, TriesOtherPathsWhenOneBreaksTheProfile) {
  const auto top = test::make_root();
  auto narrow = ca_spec("CN=CA");
  narrow.extended_key_usage =
      ExtendedKeyUsage{Criticality::NotCritical, {std::string(test::kCodeSigning)}};
  auto expired = ca_spec("CN=CA");
  expired.not_after = kNoon - seconds(1);
  const auto good = top.issue(ca_spec("CN=CA"));
  const auto signer = good.issue(tsa_spec());
  const auto renewed_root = Signer::self_signed(ca_spec(), top.key());
  const Certificates token{signer.certificate(), top.issue(narrow, good.key()).certificate(),
                           top.issue(expired, good.key()).certificate(), renewed_root.certificate(),
                           good.certificate()};
  EXPECT_EQ(find(token, {top.certificate()}), signer.chain());
}

struct Row {
  std::string_view name;
  std::function<void(CertificateSpec&)> change;
};

void expect_leaf_refused(const Row& row) {
  auto spec = tsa_spec();
  row.change(spec);
  const auto signer = test::make_leaf(test::key(KeyType::P256), spec);
  expect_none(find({signer.chain()[0], signer.chain()[1]}, {signer.chain()[2]}), row.name);
}

std::function<void(CertificateSpec&)> purposes(std::vector<std::string_view> list) {
  return [list = std::move(list)](CertificateSpec& spec) {
    spec.extended_key_usage = ExtendedKeyUsage{Criticality::Critical, {list.begin(), list.end()}};
  };
}

std::function<void(CertificateSpec&)> usage(std::initializer_list<KeyUsageBit> bits) {
  return [usage = test::critical_usage(bits)](CertificateSpec& spec) { spec.key_usage = usage; };
}

constexpr std::string_view kAny = "2.5.29.37.0";

TEST(TimestampChain, RefusesSignersForOtherPurposes) {  // NV-T15
  for (const auto& row : {
           Row{"missing", [](auto& spec) { spec.extended_key_usage.reset(); }},
           Row{"extra", purposes({test::kTimeStamping, test::kCodeSigning})},
           Row{"unknown extra", purposes({test::kTimeStamping, "1.2.3.4"})},
           Row{"twice", purposes({test::kTimeStamping, test::kTimeStamping})},
           Row{"not critical",
               [](auto& spec) { spec.extended_key_usage->criticality = Criticality::NotCritical; }},
           Row{"any", purposes({kAny})},
           Row{"any and time stamping", purposes({kAny, test::kTimeStamping})},
       }) {
    expect_leaf_refused(row);
  }
}

TEST(TimestampChain, RefusesSignersWithAnotherProfile) {  // TSA-04
  using enum KeyUsageBit;
  for (const auto& row : {
           Row{"EKU missing", [](auto& spec) { spec.extended_key_usage.reset(); }},
           Row{"EKU not critical",
               [](auto& spec) { spec.extended_key_usage->criticality = Criticality::NotCritical; }},
           Row{"EKU extra", purposes({test::kTimeStamping, test::kServerAuth})},
           Row{"KU missing", [](auto& spec) { spec.key_usage.reset(); }},
           Row{"KU of encryption", usage({DigitalSignature, KeyEncipherment})},
           Row{"KU of a CA", usage({DigitalSignature, KeyCertSign})},
           Row{"KU without signatures", usage({ContentCommitment})},
           Row{"SHA-1", [](auto& spec) { spec.hash = test::SignatureHash::Sha1; }},
       }) {
    expect_leaf_refused(row);
  }
}

TEST(TimestampChain, RefusesCodeSigningCertificates) {  // NV-T22
  const auto signer = test::make_leaf(test::key(KeyType::P256));
  expect_none(find({signer.chain()[0], signer.chain()[1]}, {signer.chain()[2]}), "code signing");
}

TEST(TimestampChain, ToleratesAKeyUsageThatIsNotCritical) {
  auto spec = tsa_spec();
  spec.key_usage->criticality = Criticality::NotCritical;
  spec.more_extensions = {{"1.2.3.4", Criticality::Critical, {0x05, 0x00}}};
  const auto signer = test::make_leaf(test::key(KeyType::P256), spec);
  EXPECT_EQ(find({signer.chain()[0], signer.chain()[1]}, {signer.chain()[2]}), signer.chain());
}

TEST(TimestampChain, HoldsCasToTheirExtendedKeyUsage) {
  for (const auto& [purpose, good] :
       {std::pair(test::kTimeStamping, true), {kAny, true}, {test::kCodeSigning, false}}) {
    auto spec = ca_spec("CN=CA");
    purposes({test::kServerAuth, purpose})(spec);
    const auto below = test::make_root().issue(spec).issue(tsa_spec());
    EXPECT_EQ(find({below.chain()[0], below.chain()[1]}, {below.chain()[2]}).has_value(), good)
        << purpose;
  }
}

TEST(TimestampChain, NeedsEachCertificateToBeValidAtEachTime) {
  for (std::size_t short_lived = 0; short_lived < 3; ++short_lived) {
    std::vector<CertificateSpec> specs{tsa_spec(), ca_spec("CN=CA"), ca_spec("CN=Root")};
    specs[short_lived].not_before = kNoon - seconds(10);
    specs[short_lived].not_after = kNoon + seconds(10);
    const auto signer = Signer::self_signed(specs[2]).issue(specs[1]).issue(specs[0]);
    const Certificates token{signer.chain()[0], signer.chain()[1]};
    const Certificates roots{signer.chain()[2]};
    EXPECT_TRUE(find(token, roots, {kNoon - seconds(10), kNoon + seconds(10)})) << short_lived;
    for (const int offset : {-11, 11}) {
      expect_none(find(token, roots, {kNoon, kNoon + seconds(offset)}), "outside");
      expect_none(find(token, roots, {kNoon + seconds(offset), kNoon}), "outside");
    }
  }
}

TEST(TimestampChain, HasAtMostTenCertificates) {
  auto ca = test::make_root();
  for (int i = 0; i < 8; ++i) {
    ca = ca.issue(ca_spec("CN=CA " + std::to_string(i)));
  }
  const auto ten = ca.issue(tsa_spec());
  const auto eleven = ca.issue(ca_spec("CN=CA 9")).issue(tsa_spec());
  ASSERT_EQ(ten.chain().size(), 10U);
  EXPECT_EQ(find({ten.chain().begin(), ten.chain().end() - 1}, {ten.chain().back()}), ten.chain());
  expect_none(find({eleven.chain().begin(), eleven.chain().end() - 1}, {eleven.chain().back()}),
              "eleven");
}

// Nine CAs of one name and key under a trusted root have 9! orders; none of them is good.
TEST(TimestampChain, GivesUpOnCasThatAllCertifyEachOther) {
  const auto top = test::make_root(ca_spec("CN=Loop"));
  auto bad = tsa_spec();
  bad.extended_key_usage.reset();
  Certificates token{top.issue(bad).certificate()};
  for (int i = 0; i < 9; ++i) {
    token.push_back(top.issue(ca_spec("CN=Loop"), top.key()).certificate());
  }
  expect_none(find(token, {top.certificate()}), "loops");
}

// --- of a token: genTime and the signer's own time

TEST(TimestampChain, JudgesTheSignersTimeAndGenTimeByItsCertificates) {  // NV-T13
  auto spec = test::tsa_spec();
  spec.not_before = test::kStampedAt - seconds(10);
  spec.not_after = test::kStampedAt + seconds(10);
  const auto signer = test::make_leaf(test::key(KeyType::P256), spec);
  const auto chain_at = [&](const ByteVector& time) -> Result<Chain> {
    TimestampMaker maker(signer, message());
    maker.attributes.signing_time = test::attribute(test::kSigningTime, {time});
    TRY(const auto timestamp, open_token(maker.write()));
    return timestamp.chain_to(Certificates{signer.chain().back()});
  };
  for (const auto& [offset, good] :
       {std::pair(-11, false), {-10, true}, {0, true}, {10, true}, {11, false}}) {
    EXPECT_EQ(chain_at(test::der_time(test::kStampedAt + seconds(offset))).has_value(), good)
        << offset;
  }
  for (const auto& malformed :
       {test::der_text(0x17, "2605281200Z"), test::der_text(0x17, "260528120000+0000"),
        test::der_text(0x18, "20260528120000.5Z"), test::der_integer(1), test::der_octets({})}) {
    const auto refused = chain_at(malformed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::TimestampInvalid);
  }
}

TEST(TimestampChain, JudgesFractionsOfASecondByTheSecondsAroundThem) {
  auto spec = test::tsa_spec();
  spec.not_after = test::kStampedAt;
  const auto signer = test::make_leaf(test::key(KeyType::P256), spec);
  TimestampMaker maker(signer, message());
  const auto good = open_token(maker.write());
  ASSERT_TRUE(good) << good.error().detail;
  EXPECT_TRUE(good->chain_to(Certificates{signer.chain().back()}));
  maker.info.time = test::der_text(0x18, "20260528120000.001Z");
  const auto late = open_token(maker.write());
  ASSERT_TRUE(late) << late.error().detail;
  EXPECT_FALSE(late->chain_to(Certificates{signer.chain().back()}));
}

}  // namespace
}  // namespace countersign::x509
