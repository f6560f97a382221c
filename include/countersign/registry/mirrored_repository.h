// SPDX-License-Identifier: Apache-2.0
// A repository whose contents are also to be had elsewhere. Everything is judged under the original
// name, wherever the bytes come from: contents and manifests by digest are what their digest says.
#pragma once
#include <memory>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/registry/repository.h"

namespace countersign::registry {

struct Place {
  std::unique_ptr<Repository> repository;
  oci::ImageRef image;  // what the reference is called there
  // Whether it may say what a tag names, and that an image has no (more) referrers: mirrors lag.
  enum class Word : std::uint8_t { Contents, Everything };
  Word word = Word::Contents;
};

// At least one place; the clock is borrowed. The places are asked in order, and all but the last
// with a share of the time only, so that one that hangs leaves time for the next.
//  - A place that has not got something, can't be asked, or serves other bytes, leads to the next.
//    Where nobody has it, the last one's error is the answer; but a DigestMismatch before it is not
//    lost behind a registry that is merely down.
//  - What a tag names, only a place whose word is Everything is asked.
//  - Referrers are those of the first place that has any. Recent ones are asked only of places
//    whose word is Everything, and only theirs is an empty list that counts.
std::unique_ptr<Repository> mirrored(std::vector<Place> places, const Clock&);

}  // namespace countersign::registry
