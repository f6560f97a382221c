// SPDX-License-Identifier: Apache-2.0
// What the Secret of a serving certificate holds, from and to the objects of the API.
//
//   tls.crt, tls.key          the leaf that is served, and its key
//   ca.crt, ca.key            the authority that issued it
//   next-ca.crt, next-ca.key  the authority to come
//   next-ca.published         since when it has been in all bundles, RFC 3339
//   old-ca.crt                former authorities whose leaves may be in use
//   old-ca.until              when the last of those ends
//   dns-names                 of the leaf, joined by commas
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/issue.h"

#include "serving/certificate_plan.h"

namespace countersign::serving {

struct Pair {
  x509::KeyedCertificate pem;
  x509::Certificate certificate;  // the same
};
// Reason::BadConfig: no certificate, or not with its key.
[[nodiscard]] Result<Pair> read_pair(x509::KeyedCertificate);

struct Holdings {
  std::optional<Pair> authority = {};
  std::optional<Pair> next = {};
  std::optional<Time> published = {};
  std::string old = {};  // PEM; empty: none
  std::optional<Time> old_until = {};
  std::optional<Pair> leaf = {};
  std::vector<std::string> names = {};  // of the leaf

  // What others put there is written back as it was: the object's metadata and type, and members of
  // its data that are not ours, in base64.
  codec::Json metadata = {};
  std::string type = "kubernetes.io/tls";
  std::vector<std::pair<std::string, Secret>> foreign = {};
};

// A part that can't be used counts as absent, and will be made anew. Reason::BadConfig: there is a
// certificate in it that is not ours to replace: tls.crt without the key of its authority.
[[nodiscard]] Result<Holdings> read_holdings(const codec::Json& secret);

// The whole object, for ApiClient::create or replace.
Secret render_holdings(const cluster::Resource&, const Holdings&);

// PEM of all authorities that callers must trust: empty without an authority.
std::string bundle_of(const Holdings&);

PlanState plan_state(const Holdings&, const std::vector<std::string>& wanted_names);

}  // namespace countersign::serving
