// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/library.h"

#include <gtest/gtest.h>
#include <openssl/opensslv.h>

namespace countersign::crypto {
namespace {

// Within a major version a newer one may stand in for the one that was compiled against.
TEST(Library, NamesTheLoadedVersion) {  // SUP-03
  EXPECT_TRUE(openssl_version().starts_with(std::to_string(OPENSSL_VERSION_MAJOR) + "."));
}

}  // namespace
}  // namespace countersign::crypto
