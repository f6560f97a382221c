// SPDX-License-Identifier: Apache-2.0
// What a Front shows its clients and what it demands of them. Texts, wherever they came from:
// files, a Secret, a key that was made in memory.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/secret.h"

namespace countersign::server {

// Every client shows a certificate or gets no further than the handshake: issued under one of the
// authorities, inside its time, for client authentication (extended key usage clientAuth; to have
// none at all is not enough), and under one of the names. Revocation is not checked: names and
// authorities can be taken away here.
struct ClientRules {
  std::string authorities;  // PEM, CA certificates; each is an anchor, with what is above it or not
  std::vector<std::string> names;  // equal, byte by byte, to the common name or a DNS or URI name
};

struct TlsMaterial {
  enum class Least : std::uint8_t { Tls12, Tls13 };
  struct Titles {  // what error details call the parts
    std::string certificate = "the certificate";
    std::string key = "the key";
    std::string authorities = "the client authorities";
  };

  std::string certificate;  // PEM, the serving certificate first, then what is above it
  Secret key;               // PEM, not encrypted
  std::optional<ClientRules> clients = {};  // nothing: callers are not authenticated
  Least least = Least::Tls12;
  std::vector<std::string> expected_names = {};  // DNS names and IP addresses that must be in it
  Titles titles = {};
};

// Why a client's certificate was not taken.
enum class ClientRefusal : std::uint8_t {
  Missing,
  Untrusted,  // no authority of ours, or a broken or weak chain
  OutOfTime,  // it, or a certificate above it
  Usage,
  Name,
};

}  // namespace countersign::server
