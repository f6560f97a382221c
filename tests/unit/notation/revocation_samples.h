// SPDX-License-Identifier: Apache-2.0
// Chains that name sources of their revocation status, and what was signed with them.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "examination.h"
#include "support/timestamp_maker.h"

namespace countersign::notation::samples {

// A chain of three in which the named certificates name a source.
inline test::Signer signer_naming(bool leaf_names, bool issuing_names) {
  auto root_spec = test::ca_spec();
  root_spec.crl_urls = {"http://crl.example/root"};  // never asked: nobody revokes a root
  auto issuing = test::ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA");
  if (issuing_names) {
    issuing.crl_urls = {"http://crl.example/issuing"};
  }
  auto leaf = test::leaf_spec();
  if (leaf_names) {
    leaf.ocsp_urls = {"http://ocsp.example/"};
  }
  return test::make_root(root_spec).issue(issuing).issue(leaf, test::key(test::KeyType::P256));
}

inline const test::Signer& named() {
  static const test::Signer kSigner = signer_naming(true, true);
  return kSigner;
}

inline Given signed_by(const test::Signer& by, const Statement& statement) {
  return {.envelope = test::CoseWriter(by, test::payload_of(image())).write(),
          .statement = statement};
}

inline Examination examine(const test::Signer& by, std::size_t trusted,
                           const Statement& statement) {
  Given given = signed_by(by, statement);
  given.stores = stores({{"ca:acme", {by.chain().at(trusted)}}});
  return examine(given);
}

inline Examination examine_stranger(const test::Signer& by, const Statement& statement) {
  return examine(signed_by(by, statement));
}

}  // namespace countersign::notation::samples
