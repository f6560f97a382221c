// SPDX-License-Identifier: Apache-2.0
// A repository whose contents are also to be had elsewhere. Everything is judged under the original
// name, wherever the bytes come from: contents and manifests by digest are what their digest says.
#pragma once
#include <memory>
#include <vector>

#include "countersign/registry/repository.h"

namespace countersign::registry {

struct Place {
  std::unique_ptr<Repository> repository;
  oci::ImageRef image;  // what the reference is called there
  // Whether it may say what a tag names, and that an image has no (more) referrers: mirrors lag.
  enum class Word : std::uint8_t { Contents, Everything };
  Word word = Word::Contents;
};

// The places are asked in order. A place that has not got something, or can't be asked, leads to
// the next; the last one's error is the answer. Referrers are those of the first place that has
// any; an empty list counts only from a place whose word is Everything. At least one place.
std::unique_ptr<Repository> mirrored(std::vector<Place> places);

}  // namespace countersign::registry
