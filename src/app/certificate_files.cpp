// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_files.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/trust/certificate_file.h"

#include "app/file.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;
using Certificates = std::vector<x509::Certificate>;

Result<void> append(Certificates& certificates, const fs::path& file, Links links) {
  TRY(const auto content, read_file(file, limits::kTrustStoreFileBytes, links));
  auto read = trust::parse_certificate_file(as_bytes(content));
  if (!read) {
    return fail(read.error().reason, file.string() + ": " + read.error().detail);
  }
  if (certificates.size() + read->size() > limits::kTrustStoreCertificates) {
    return fail(Reason::BadConfig, file.string() + ": more than " +
                                       std::to_string(limits::kTrustStoreCertificates) +
                                       " certificates in the trust store");
  }
  std::ranges::move(*read, std::back_inserter(certificates));
  return {};
}

class PatternSource final : public trust::CertificateSource {
 public:
  explicit PatternSource(std::vector<fs::path> patterns) : patterns_(std::move(patterns)) {
    for (const auto& pattern : patterns_) {
      description_ += " " + pattern.string();
    }
  }

  std::string_view description() const override { return description_; }

  Result<std::vector<trust::Item>> load(Deadline) override {
    Certificates certificates;
    for (const auto& pattern : patterns_) {
      TRY(const auto files, matching_files(pattern));
      if (files.empty()) {
        return fail(Reason::BadConfig, pattern.string() + ": no file matches");
      }
      for (const auto& file : files) {
        TRY_VOID(append(certificates, file, Links::Follow));
      }
    }
    return trust::one_item(description_, certificates);
  }

 private:
  std::vector<fs::path> patterns_;
  std::string description_ = "files";
};

class FolderSource final : public trust::CertificateSource {
 public:
  FolderSource(fs::path folder, Warn warn)
      : folder_(std::move(folder)),
        description_("folder " + folder_.string()),
        warn_(std::move(warn)) {}

  std::string_view description() const override { return description_; }

  Result<std::vector<trust::Item>> load(Deadline) override {
    TRY(const auto entries, this->entries());
    Certificates certificates;
    for (const auto& entry : entries) {
      std::error_code ignored;
      if (fs::is_directory(fs::symlink_status(entry, ignored))) {
        warn_(entry.string() + ": not read: a folder in a trust store");
        continue;
      }
      TRY_VOID(append(certificates, entry, Links::Refuse));
    }
    return trust::one_item(description_, certificates);
  }

 private:
  Result<std::vector<fs::path>> entries() const {
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(folder_, error))) {
      return fail(Reason::BadConfig, folder_.string() + ": no such folder");
    }
    std::vector<fs::path> entries;
    for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
         entry.increment(error)) {
      entries.push_back(entry->path());
    }
    if (error) {
      return fail(Reason::BadConfig, folder_.string() + ": " + error.message());
    }
    std::ranges::sort(entries);
    return entries;
  }

  fs::path folder_;
  std::string description_;
  Warn warn_;
};

}  // namespace

std::unique_ptr<trust::CertificateSource> certificate_files(std::vector<fs::path> patterns) {
  return std::make_unique<PatternSource>(std::move(patterns));
}

std::unique_ptr<trust::CertificateSource> certificate_folder(fs::path folder, Warn warn) {
  return std::make_unique<FolderSource>(std::move(folder), std::move(warn));
}

}  // namespace countersign::app
