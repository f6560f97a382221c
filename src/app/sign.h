// SPDX-License-Identifier: Apache-2.0
// `countersign sign`: one new signature of one image, made with a key in a file or in a vault, and
// stored beside the image as the Notation CLI stores its own.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "countersign/registry/publisher.h"
#include "countersign/signing/signature.h"

#include "app/commands.h"
#include "app/vault_signing.h"

namespace countersign::app {

struct KeyFiles {
  std::string key;           // PEM; empty: the key is in a vault
  std::string certificates;  // PEM, in any order; empty: they are in the key's file
  std::string passphrase;    // a file; empty: the key is not encrypted
};

struct SignOptions : ImageOptions {
  KeyFiles files;
  std::string vault_key;  // its URL
  VaultChain vault_chain;
  signing::Format format = signing::Format::Cose;
  std::optional<std::chrono::seconds> life;  // of the signature; nullopt: it has no expiry
  std::map<std::string, std::string> metadata;
  std::string timestamp_url;    // empty: no timestamp
  std::string timestamp_roots;  // a file of certificates
  registry::ReferrersTag tag = registry::ReferrersTag::WhereNeeded;
  enum class Effect : std::uint8_t { None, Stored };
  Effect effect = Effect::Stored;
};

// Yes: signed, or with Effect::None nothing stands in the way but the right to push. Usage: what
// was given can't sign, or is not allowed to. Unknown: somebody did not answer, or the image
// changed meanwhile. Whatever is said, nothing is stored by halves: a list of referrers has the
// signature, or not.
Exit sign(const SignOptions&, Console&);

}  // namespace countersign::app
