// SPDX-License-Identifier: Apache-2.0
// Law: the canonical text of an accepted reference parses to itself, names the same place, and no
// part can leave its place in a URL.
#include <cstdlib>

#include "countersign/oci/image_ref.h"

namespace {

using countersign::Bytes;
using countersign::Reason;
using countersign::oci::ImageRef;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

bool has_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = ImageRef::parse(countersign::as_text(Bytes(data, size)));
  if (!image) {
    require(image.error().reason == Reason::BadReference ||
            image.error().reason == Reason::LocalImageId);
    return 0;
  }
  const auto again = ImageRef::parse(image->text());
  require(again.has_value());
  require(again->text() == image->text());
  require(again->repository() == image->repository());
  require(again->wire_host() == image->wire_host());
  require(again->wire_reference() == image->wire_reference());
  require(countersign::oci::canonical_scope(image->repository()) == image->repository());
  require(!image->wire_host().empty() && !has_any(image->wire_host(), "/@?#% \\\t\r\n"));
  require(!image->path().empty() && !has_any(image->path(), ":@?#% \\\t\r\n"));
  require(image->path().find("..") == std::string::npos);
  require(!has_any(image->wire_reference(), "/@?#% \\\t\r\n"));
  return 0;
}
