// SPDX-License-Identifier: Apache-2.0
// Timestamped envelopes, and statements that want them.
#pragma once
#include <functional>
#include <utility>

#include "countersign/notation/trust_policy.h"

#include "samples.h"
#include "support/cose_writer.h"
#include "support/pki.h"
#include "support/timestamp_maker.h"

namespace countersign::notation::samples {

inline const test::Signer& tsa() {  // three certificates
  static const test::Signer kTsa =
      test::Signer::self_signed(test::ca_spec("C=US, ST=WA, O=Clock, CN=Clock Root"))
          .issue(test::ca_spec("C=US, ST=WA, O=Clock, CN=Clock CA"))
          .issue(test::tsa_spec());
  return kTsa;
}
inline const x509::Certificate& tsa_root() { return tsa().chain().back(); }

using TokenChange = std::function<void(test::TimestampMaker&)>;
inline TokenChange at(Time time) {
  return [time](test::TimestampMaker& maker) { maker.stamped_at(time); };
}

inline ByteVector with_token(test::CoseWriter writer, const ByteVector& token) {
  return writer.set_unsigned("io.cncf.notary.timestampSignature", test::cbor_bytes(token)).write();
}

// Stamps the very signature that the envelope then has.
inline ByteVector timestamped(test::CoseWriter writer, const TokenChange& change,
                              const test::Signer& by = tsa()) {
  const auto signature = writer.sign();
  writer.signature_item = test::cbor_bytes(signature);
  test::TimestampMaker maker(by, signature);
  change(maker);
  return with_token(std::move(writer), maker.write());
}

// A strict statement with the store tsa:time.
inline Statement timed(TimestampUse use = TimestampUse::Always) {
  auto statement = strict();
  statement.stores.push_back({trust::StoreType::Tsa, "time"});
  statement.verify_timestamp = use;
  return statement;
}

}  // namespace countersign::notation::samples
