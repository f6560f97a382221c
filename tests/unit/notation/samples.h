// SPDX-License-Identifier: Apache-2.0
// What the tests of this module sign, and who signs.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/codec/cbor.h"
#include "countersign/codec/json.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/oci/descriptor.h"
#include "countersign/trust/snapshot.h"

#include "support/cose_writer.h"
#include "support/jws_writer.h"
#include "support/pki.h"
#include "support/trust_store.h"

namespace countersign::notation::samples {

inline const test::Signer& signer() {  // three certificates, P-256
  static const test::Signer kSigner = test::make_leaf(test::key(test::KeyType::P256));
  return kSigner;
}

inline oci::Descriptor image() {
  return {
      std::string(oci::media_type::kOciManifest), oci::Digest::of(as_bytes("image")), 528, {}, {}};
}

inline test::CoseWriter writer() { return {signer(), test::payload_of(image())}; }
inline test::JwsWriter jws_writer() { return {signer(), test::payload_of(image())}; }

inline Time time(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }
inline const Time kNow = time(test::CoseWriter::kSigningTime + 3'600);

// Stores by name, "ca:acme".
struct NamedStore {
  std::string_view name;
  std::vector<x509::Certificate> certificates;
};
inline trust::Snapshot stores(std::initializer_list<NamedStore> named) {
  std::map<trust::StoreName, trust::Store> all;
  for (const auto& [name, certificates] : named) {
    all.emplace(trust::StoreName::parse(name).value(), test::store_of(certificates));
  }
  return {std::move(all), 1};
}

// What the first of these stores holds.
inline std::vector<x509::Certificate> first_store(const trust::Snapshot& snapshot) {
  const auto held = snapshot.stores().begin()->second.certificates(kNow);
  return {held.begin(), held.end()};
}

// A strict statement that trusts the roots in ca:acme, whoever the signer is.
inline Statement strict() {
  return {.name = "acme",
          .scopes = {"*"},
          .level = Level::Strict,
          .actions = {},
          .verify_timestamp = TimestampUse::Always,
          .stores = {{trust::StoreType::Ca, "acme"}},
          .identities = Statement::Identities::Any,
          .subjects = {},
          .revocation = {}};
}
inline Statement with_action(Statement statement, Check check, Action action) {
  statement.actions.at(static_cast<std::size_t>(check)) = action;
  return statement;
}
inline trust::Snapshot acme() { return stores({{"ca:acme", {signer().chain().back()}}}); }

inline codec::Json parse_json(std::string_view text) {
  return codec::Json::parse(text, {.bytes = text.size()}, Reason::Internal).value();
}

// Parses an encoded item that the caller keeps.
inline codec::Cbor parse_cbor(const test::CborItem& item) {
  return codec::Cbor::parse(item, {.bytes = item.size()}, Reason::Internal).value();
}

}  // namespace countersign::notation::samples
