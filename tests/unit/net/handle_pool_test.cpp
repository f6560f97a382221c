// SPDX-License-Identifier: Apache-2.0
#include "net/handle_pool.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::net {
namespace {

TEST(HandlePool, GivesAHandleAgain) {
  HandlePool pool;
  auto handle = pool.take();
  ASSERT_TRUE(handle);
  auto* const first = handle.get();
  pool.put_back(std::move(handle));
  EXPECT_EQ(pool.take().get(), first);
}

TEST(HandlePool, AHandleComesBackBlank) {
  HandlePool pool;
  auto handle = pool.take();
  int anything = 0;
  ASSERT_EQ(curl_easy_setopt(handle.get(), CURLOPT_URL, "https://h/?secret"), CURLE_OK);
  ASSERT_EQ(curl_easy_setopt(handle.get(), CURLOPT_PRIVATE, &anything), CURLE_OK);
  pool.put_back(std::move(handle));
  handle = pool.take();
  char* kept = nullptr;
  ASSERT_EQ(curl_easy_getinfo(handle.get(), CURLINFO_PRIVATE, &kept), CURLE_OK);
  EXPECT_EQ(kept, nullptr);
  EXPECT_EQ(curl_easy_perform(handle.get()), CURLE_URL_MALFORMAT);  // there is none
}

TEST(HandlePool, KeepsNoMoreThanTheLimit) {
  HandlePool pool;
  std::vector<EasyPtr> taken(limits::kIdleHandles + 3);
  for (auto& handle : taken) {
    handle = pool.take();
    ASSERT_TRUE(handle);
  }
  for (auto& handle : taken) {
    pool.put_back(std::move(handle));
  }
  EXPECT_EQ(pool.idle(), limits::kIdleHandles);
  pool.put_back(nullptr);
  EXPECT_EQ(pool.idle(), limits::kIdleHandles);
}

}  // namespace
}  // namespace countersign::net
