// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"

#include "app/config_sections.h"

namespace countersign::app {
RevocationSetup read_revocation(Section& root) {
  auto section = root.section("revocation");
  RevocationSetup setup;
  setup.where = section.where();
  read_reach(section, setup.transport);
  setup.settings.cache_folder = section.path("cacheFolder");
  setup.settings.cache_bytes =
      section.number("cacheBytes", limits::kRevocationCacheBytes,
                     {.least = limits::kCrlBytes, .most = limits::kRevocationCacheBytesMost});
  return setup;
}

}  // namespace countersign::app
