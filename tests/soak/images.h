// SPDX-License-Identifier: Apache-2.0
// The images of a soak, and the truth about each.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/reason.h"

#include "support/memory_repository.h"

namespace countersign::soak {

enum class Kind : std::uint8_t {
  Signed,  // by whom the policy trusts
  Unsigned,
  Stranger,  // signed by somebody else
  Borrowed,  // with a good signature, of another image
};

// Why such an image is refused when nothing goes wrong; not for Signed.
Reason rightful_reason(Kind);

struct Image {
  std::string name;  // the last part of its repositories, of which there are any number
  Kind kind;
  oci::Digest digest;
};

class Images {  // two thirds are signed
 public:
  static constexpr std::string_view kTag = "v1";

  explicit Images(std::size_t count);

  const std::vector<Image>& all() const { return all_; }
  const test::MemoryStore& store() const { return store_; }  // tags: by the image's name
  const std::string& trusted() const { return trusted_; }    // PEM of the root

 private:
  std::string trusted_;
  std::vector<Image> all_;
  test::MemoryStore store_;
};

}  // namespace countersign::soak
