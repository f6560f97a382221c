// SPDX-License-Identifier: Apache-2.0
#include "net/curl_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

namespace countersign::net {
namespace {

void wiping_free(void* block) {
  if (block != nullptr) {
    explicit_bzero(block, malloc_usable_size(block));
    std::free(block);  // NOLINT(cppcoreguidelines-no-malloc): the partner of malloc below
  }
}

// Never in place, and never by realloc(), which leaves the old block as it was.
void* wiping_realloc(void* block, std::size_t size) {
  void* const larger = std::malloc(size);  // NOLINT(cppcoreguidelines-no-malloc)
  if (larger != nullptr && block != nullptr) {
    std::memcpy(larger, block, std::min(size, malloc_usable_size(block)));
    wiping_free(block);
  }
  return larger;
}

}  // namespace

CURLcode init_curl() {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, wiping_free, wiping_realloc, strdup,
                              std::calloc);
}

}  // namespace countersign::net
