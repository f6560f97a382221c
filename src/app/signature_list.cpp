// SPDX-License-Identifier: Apache-2.0
#include "app/signature_list.h"

#include <algorithm>
#include <utility>

#include "countersign/codec/json.h"

#include "app/table.h"
#include "app/tree.h"

namespace countersign::app {
namespace {

std::string reference_of(const Target& target, const oci::Digest& digest) {
  const auto place = target.layout.empty() ? target.image.repository() : target.layout.string();
  return place + "@" + digest.text();
}

}  // namespace

Result<SignatureList> list_signatures(registry::Repository& repository, const Target& target,
                                      std::size_t most, Deadline deadline) {
  TRY(auto image, repository.resolve(target.image, deadline));
  TRY(auto found, repository.referrers(image, oci::media_type::kNotarySignature,
                                       registry::Repository::Age::Recent, deadline));
  std::ranges::sort(found, {}, &oci::Descriptor::digest);
  const auto repeated = std::ranges::unique(found, {}, &oci::Descriptor::digest);
  found.erase(repeated.begin(), repeated.end());

  auto reference = reference_of(target, image.digest);
  const auto shown = std::min(most, found.size());
  SignatureList list{std::move(reference), std::move(image), {}, found.size() - shown};
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(shown), found.end());
  list.signatures = std::move(found);
  return list;
}

void warn_of_limit(const SignatureList& list, Console& console) {
  if (list.left_out > 0) {
    warn(std::to_string(list.left_out) + " more signatures are not shown; see --max-signatures",
         console);
  }
}

std::string list_text(const SignatureList& list) {
  if (list.signatures.empty()) {
    return tree_text({list.reference + " has no associated signature", {}});
  }
  Tree tree{list.reference, {}};
  auto& signatures = tree.add(std::string(oci::media_type::kNotarySignature));
  for (const auto& signature : list.signatures) {
    signatures.add(signature.digest.text());
  }
  return tree_text(tree);
}

std::string list_table(const SignatureList& list) {
  Table table({"DIGEST", "SIZE", "MEDIA TYPE"});
  for (const auto& signature : list.signatures) {
    table.add(
        {{signature.digest.text()}, {std::to_string(signature.size)}, {signature.media_type}});
  }
  return table.text(Colour::Never);
}

std::string list_json(const SignatureList& list) {
  codec::JsonWriter writer;
  writer.begin_object()
      .member("reference", list.reference)
      .member("mediaType", list.image.media_type)
      .member("digest", list.image.digest.text());
  writer.key("signatures").begin_array();
  for (const auto& signature : list.signatures) {
    writer.begin_object()
        .member("digest", signature.digest.text())
        .member("mediaType", signature.media_type)
        .member("size", signature.size)
        .end_object();
  }
  writer.end_array().member("notShown", list.left_out).end_object();
  return writer.take();
}

}  // namespace countersign::app
