// SPDX-License-Identifier: Apache-2.0
#include "net/curl_memory.h"

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

// That freed memory is blank can't be looked at without using it; that lists survive can.
TEST(CurlMemory, ServesLibcurl) {
  ASSERT_EQ(init_curl(), CURLE_OK);
  ASSERT_EQ(init_curl(), CURLE_OK) << "again";
  curl_slist* list = nullptr;
  for (int i = 0; i < 100; ++i) {
    auto* const longer = curl_slist_append(list, std::string(1'000, 'x').c_str());
    ASSERT_NE(longer, nullptr);
    list = longer;
  }
  curl_slist_free_all(list);
  CURL* const handle = curl_easy_init();
  ASSERT_NE(handle, nullptr);
  const std::string all("\0\x7f\xff text", 8);
  char* const escaped = curl_easy_escape(handle, all.data(), static_cast<int>(all.size()));
  EXPECT_STREQ(escaped, "%00%7F%FF%20text");
  curl_free(escaped);
  curl_easy_cleanup(handle);
}

}  // namespace
}  // namespace countersign::net
