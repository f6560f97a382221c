// SPDX-License-Identifier: Apache-2.0
// A MemoryStore behind the OCI distribution API: manifests, blobs and referrers of every repository
// alike; 404 for all else.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/net/http_transport.h"

#include "support/memory_repository.h"

namespace countersign::test {

class DistributionApi {
 public:
  explicit DistributionApi(const MemoryStore& store) : store_(store) {}

  net::Response operator()(const net::Request& request) const {
    if (const auto list = after(request.url, "/referrers/"); !list.empty()) {
      return referrers(list.substr(0, list.find('?')));
    }
    if (const auto name = after(request.url, "/manifests/"); !name.empty()) {
      const auto tag = store_.tags.find(std::string(name));
      return content(tag == store_.tags.end() ? name : tag->second.text());
    }
    return content(after(request.url, "/blobs/"));
  }

 private:
  static std::string_view after(std::string_view url, std::string_view mark) {
    const auto place = url.find(mark);
    return place == std::string_view::npos ? std::string_view() : url.substr(place + mark.size());
  }

  net::Response content(std::string_view digest) const {
    const auto parsed = oci::Digest::parse(digest, Reason::Internal);
    const auto found = parsed ? store_.contents.find(*parsed) : store_.contents.end();
    if (found == store_.contents.end()) {
      return {404, {}, R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})"};
    }
    const auto& [descriptor, bytes] = found->second;
    return {200, {{"content-type", descriptor.media_type}}, std::string(as_text(bytes))};
  }

  net::Response referrers(std::string_view digest) const {
    std::string list;
    const auto subject = oci::Digest::parse(digest, Reason::Internal).value();
    const auto [first, last] = store_.referrers.equal_range(subject);
    for (auto each = first; each != last; ++each) {
      const auto& referrer = each->second;
      list += (list.empty() ? "" : ",") + std::string(R"({"mediaType":")") + referrer.media_type +
              R"(","digest":")" + referrer.digest.text() + R"(","size":)" +
              std::to_string(referrer.size) + R"(,"artifactType":")" + referrer.artifact_type +
              R"("})";
    }
    return {200,
            {{"content-type", std::string(oci::media_type::kOciIndex)}},
            R"({"schemaVersion":2,"manifests":[)" + list + "]}"};
  }

  const MemoryStore& store_;
};

}  // namespace countersign::test
