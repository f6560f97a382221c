// SPDX-License-Identifier: Apache-2.0
#include "vector_case.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "countersign/codec/rfc3339.h"
#include "countersign/oci/manifest.h"
#include "countersign/trust/certificate_file.h"

namespace countersign::test {
namespace {

namespace fs = std::filesystem;
using codec::Json;

// Cases without a time of their own hold at any time until 2090.
constexpr std::string_view kUsualTime = "2026-12-01T00:00:00Z";

fs::path root() { return fs::path(COUNTERSIGN_TEST_DATA) / "notation"; }

// A broken case folder is not a verdict: it ends the program.
template <class T>
T need(Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().detail);
  }
  return std::move(result).value();
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw std::runtime_error("can't read " + file.string());
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

const Json& member(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  if (found == nullptr) {
    throw std::runtime_error("no member " + std::string(name));
  }
  return *found;
}

Expectation read_expectation(const Json& json) {
  Expectation expectation{.verdict = *member(json, "verdict").string(), .failed = {}, .logged = {}};
  const auto failed = member(json, "failed").elements();
  if (failed.size() > 1) {
    throw std::runtime_error("more than one failed check");
  }
  for (const Json& check : failed) {
    expectation.failed = *member(check, "check").string();
  }
  for (const Json& check : member(json, "logged").elements()) {
    expectation.logged.insert(*member(check, "check").string());
  }
  return expectation;
}

Result<std::vector<trust::Entry>> load_entries(trust::StoreType type, const fs::path& folder) {
  std::vector<x509::Certificate> certificates;
  for (const auto& file : fs::directory_iterator(folder)) {
    TRY(auto read, trust::parse_certificate_file(read_bytes(file.path())));
    std::ranges::move(read, std::back_inserter(certificates));
  }
  TRY_VOID(trust::check_certificates(type, certificates));
  std::vector<trust::Entry> entries;
  for (auto& certificate : certificates) {
    entries.push_back({std::move(certificate)});
  }
  return entries;
}

// The store as a file source would load it: one bad file spoils the whole store.
trust::Store load_store(trust::StoreType type, const fs::path& folder) {
  auto entries = load_entries(type, folder);
  if (!entries) {
    return trust::Store({{.name = folder.string(), .failure = std::move(entries).error()}});
  }
  return trust::Store(
      {{.name = folder.string(), .entries = *std::move(entries), .loaded_at = Time()}});
}

bool is_signature_of(const oci::Manifest& manifest, const oci::Digest& image) {
  const auto& type = manifest.artifact_type.empty() && manifest.config ? manifest.config->media_type
                                                                       : manifest.artifact_type;
  return type == oci::media_type::kNotarySignature && manifest.subject &&
         manifest.subject->digest == image;
}

}  // namespace

VectorCase::VectorCase(fs::path folder) : folder_(std::move(folder)) {
  const Json json = read_json(folder_ / "case.json");
  scope_ = *member(json, "scope").string();
  digest_ = *member(json, "digest").string();
  expectation_ = read_expectation(member(json, "expect"));
  const std::string* at = member(json, "at").string();
  at_ = need(codec::parse_rfc3339(at != nullptr ? *at : kUsualTime, Reason::Internal));

  const Json* flags = json.find("flags");
  const auto words = flags != nullptr ? flags->elements() : std::span<const Json>{};
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string& flag = *words[i].string();
    const std::string& value = *words[i + 1].string();
    if (flag == "-m") {
      const auto equals = value.find('=');
      metadata_[value.substr(0, equals)] = value.substr(equals + 1);
    } else if (flag == "--max-signatures") {
      signature_limit_ = std::stoul(value);
    } else {
      throw std::runtime_error("unknown flag " + flag);
    }
  }
}

std::string VectorCase::policy_text() const { return read(folder_ / "home" / "trustpolicy.json"); }

trust::Snapshot VectorCase::stores() const {
  std::map<trust::StoreName, trust::Store> stores;
  const auto x509 = folder_ / "home" / "truststore" / "x509";
  if (!fs::exists(x509)) {
    return {};
  }
  for (const auto& type : fs::directory_iterator(x509)) {
    for (const auto& store : fs::directory_iterator(type.path())) {
      auto name = need(trust::StoreName::parse(type.path().filename().string() + ":" +
                                               store.path().filename().string()));
      const auto kind = name.type;
      stores.emplace(std::move(name), load_store(kind, store.path()));
    }
  }
  return {std::move(stores), 1};
}

oci::Descriptor VectorCase::image() const {
  auto digest = need(oci::Digest::parse(digest_, Reason::Internal));
  const auto found = need(blob(digest).value());
  const auto manifest = need(oci::parse_manifest(found.bytes(), ""));
  return {manifest.media_type, std::move(digest), found.bytes().size(), {}, {}};
}

std::vector<oci::Blob> VectorCase::signatures() const {
  std::vector<oci::Blob> signatures;
  const auto image_digest = need(oci::Digest::parse(digest_, Reason::Internal));
  const Json index = read_json(folder_ / "layout" / "index.json");
  for (const Json& entry : member(index, "manifests").elements()) {
    const auto descriptor = need(oci::parse_descriptor(entry, Reason::Internal));
    auto content = need(blob(descriptor.digest).value());
    const auto manifest = oci::parse_manifest(content.bytes(), descriptor.media_type);
    if (manifest && is_signature_of(*manifest, image_digest)) {
      signatures.push_back(std::move(content));
    }
  }
  return signatures;
}

std::optional<Result<oci::Blob>> VectorCase::blob(const oci::Digest& digest) const {
  const auto file =
      folder_ / "layout" / "blobs" / std::string(digest.algorithm_name()) / digest.encoded();
  if (!fs::exists(file)) {
    return std::nullopt;
  }
  return oci::Blob::check(digest, read_bytes(file));
}

std::vector<std::string> vector_case_names() {
  std::vector<std::string> names;
  for (const auto& group : fs::directory_iterator(root())) {
    if (!group.is_directory()) {
      continue;
    }
    for (const auto& folder : fs::directory_iterator(group.path())) {
      names.push_back(group.path().filename().string() + "/" + folder.path().filename().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

VectorCase vector_case(const std::string& name) { return VectorCase(root() / name); }

ByteVector read_bytes(const fs::path& file) {
  const auto text = read(file);
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Json read_json(const fs::path& file) {
  return need(Json::parse(read(file), {.bytes = limits::kMiB}, Reason::Internal));
}

}  // namespace countersign::test
