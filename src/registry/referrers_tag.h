// SPDX-License-Identifier: Apache-2.0
// The referrers tag schema: an index under a tag that spells the image's digest, kept by clients
// where a registry has no referrers API.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/net/url.h"
#include "countersign/oci/descriptor.h"

#include "registry/referrer_collection.h"
#include "registry/session.h"

namespace countersign::registry {

enum class TagAnswer : std::uint8_t {
  Strange,  // there is something under the tag, and it is no list
  Absent,
  List
};

// `repository` is ".../v2/<name>/". One GET for each form of the tag, to be sent at once.
[[nodiscard]] Result<std::vector<Get>> tag_requests(const net::Url& repository,
                                                    const oci::Digest& subject);

// The answers to these, in order: all lists count. An error in any is the error.
[[nodiscard]] Result<TagAnswer> read_tags(std::vector<Result<Reply>> replies,
                                          const oci::Digest& subject, ReferrerCollection&);

// "<algorithm, 32 characters at most>-<encoded, 64 at most>". Clients in use do not cut it, so for
// longer digests their form comes first. The last is the specification's, which we write.
std::vector<std::string> referrers_tags(const oci::Digest&);

// The descriptors of an OCI index; nullopt when the answer is anything else.
std::optional<std::vector<oci::Descriptor>> read_index(const net::Response&);

// GitLab reads the tag as the digest that it spells, and answers with the image itself.
bool is_the_subject(const net::Response&, const oci::Digest& subject);

// The repository is missing, not only what was asked for in it.
bool is_name_unknown(const net::Response&);

}  // namespace countersign::registry
