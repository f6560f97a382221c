// SPDX-License-Identifier: Apache-2.0
// A registry that has the images, and now and then does what registries do on bad days.
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>

#include "soak/images.h"
#include "support/scripted_server.h"

namespace countersign::soak {

struct Conduct {  // what is told to the registry, and what it tells; may be shared memory
  std::atomic<bool> faults = true;
  std::atomic<std::uint64_t> exchanges = 0;
  std::atomic<std::uint64_t> spoiled = 0;
};

class FaultyRegistry {  // thread-safe
 public:
  FaultyRegistry(const Images& images, Conduct& conduct) : images_(images), conduct_(conduct) {}

  test::WireAnswer answer(const test::SeenRequest&);

 private:
  test::WireAnswer honest(const test::SeenRequest&) const;

  const Images& images_;
  Conduct& conduct_;
};

}  // namespace countersign::soak
