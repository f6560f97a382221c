// SPDX-License-Identifier: Apache-2.0
// A repository in memory: what is pushed can be resolved and fetched, what is not can't be found.
// Faults are injected by digest; everything that is asked for is counted.
#pragma once
#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/registry/repository.h"

namespace countersign::test {

class MemoryStore {  // filled by the test, then read by any number of repositories
 public:
  oci::Descriptor push(std::string_view media_type, ByteVector bytes) {
    auto digest = oci::Digest::of(bytes);
    oci::Descriptor descriptor{std::string(media_type), digest, bytes.size(), {}, {}};
    contents.insert_or_assign(std::move(digest), std::pair(descriptor, std::move(bytes)));
    return descriptor;
  }
  oci::Descriptor push(std::string_view media_type, std::string_view text) {
    return push(media_type, ByteVector(text.begin(), text.end()));
  }
  // A manifest with one layer that names `subject`, as Notation stores a signature.
  oci::Descriptor push_signature(const oci::Descriptor& subject, const oci::Descriptor& envelope,
                                 std::map<std::string, std::string> annotations = {}) {
    const auto text = [](const oci::Descriptor& each) {
      return R"({"mediaType":")" + each.media_type + R"(","digest":")" + each.digest.text() +
             R"(","size":)" + std::to_string(each.size) + "}";
    };
    const auto empty = push(oci::media_type::kOciEmpty, "{}");
    auto manifest =
        push(oci::media_type::kOciManifest,
             R"({"schemaVersion":2,"mediaType":")" + std::string(oci::media_type::kOciManifest) +
                 R"(","artifactType":")" + std::string(oci::media_type::kNotarySignature) +
                 R"(","config":)" + text(empty) + R"(,"layers":[)" + text(envelope) +
                 R"(],"subject":)" + text(subject) + "}");
    manifest.artifact_type = oci::media_type::kNotarySignature;
    manifest.annotations = std::move(annotations);
    referrers.emplace(subject.digest, manifest);
    return manifest;
  }

  std::map<oci::Digest, std::pair<oci::Descriptor, ByteVector>> contents;
  std::map<std::string, oci::Digest> tags;
  std::multimap<oci::Digest, oci::Descriptor> referrers;                      // by subject
  std::optional<std::multimap<oci::Digest, oci::Descriptor>> kept_referrers;  // old, for Age::Kept
  std::map<oci::Digest, Error> faults;  // of resolve and fetch
  std::optional<Error> referrers_fault;
  std::atomic<std::size_t> requests = 0;
};

class MemoryRepository final : public registry::Repository {
 public:
  explicit MemoryRepository(MemoryStore& store) : store_(store) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& image, Deadline) override {
    count();
    const auto tag = store_.tags.find(image.tag().value_or("latest"));
    if (!image.digest() && tag == store_.tags.end()) {
      return fail(Reason::ImageNotFound, "no such tag");
    }
    const auto& digest = image.digest() ? *image.digest() : tag->second;
    TRY(const auto found, find(digest));
    return found->first;
  }

  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age age,
                                                 Deadline) override {
    count();
    if (store_.referrers_fault) {
      return std::unexpected(*store_.referrers_fault);
    }
    std::vector<oci::Descriptor> found;
    const auto& listed =
        age == Age::Kept && store_.kept_referrers ? *store_.kept_referrers : store_.referrers;
    const auto [first, last] = listed.equal_range(subject.digest);
    for (auto each = first; each != last; ++each) {
      if (each->second.artifact_type == artifact_type) {
        found.push_back(each->second);
      }
    }
    return found;
  }

  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content,
                                       std::size_t most, Deadline) override {
    std::vector<Result<oci::Blob>> blobs;
    for (const auto& each : wanted) {
      blobs.push_back(fetch_one(each, most));
    }
    return blobs;
  }

  std::size_t requests() const override { return requests_; }

 private:
  using Stored = std::pair<oci::Descriptor, ByteVector>;

  void count() {
    ++requests_;
    ++store_.requests;
  }

  Result<const Stored*> find(const oci::Digest& digest) const {
    if (const auto fault = store_.faults.find(digest); fault != store_.faults.end()) {
      return std::unexpected(fault->second);
    }
    const auto found = store_.contents.find(digest);
    if (found == store_.contents.end()) {
      return fail(Reason::ImageNotFound, "no " + digest.text());
    }
    return &found->second;
  }

  Result<oci::Blob> fetch_one(const oci::Descriptor& wanted, std::size_t most) {
    if (wanted.size > most) {
      return fail(Reason::RegistryResponse, "too large");
    }
    count();
    TRY(const auto found, find(wanted.digest));
    return oci::Blob::check(wanted, found->second);
  }

  MemoryStore& store_;
  std::size_t requests_ = 0;
};

}  // namespace countersign::test
