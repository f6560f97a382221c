// SPDX-License-Identifier: Apache-2.0
// A folder of tests/data/notation: an image layout with signatures, a trust configuration, what
// sources of revocation status answer, and the verdict that is right. The README there describes
// the members.
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/oci/descriptor.h"
#include "countersign/trust/snapshot.h"

namespace countersign::test {

struct Expectation {
  std::string verdict;  // "trusted", "untrusted", "skipped", "config-error"
  std::string failed;   // the check that must be reported; empty when it is not prescribed
  std::set<std::string> logged;
};

class VectorCase {
 public:
  explicit VectorCase(std::filesystem::path folder);

  const std::string& scope() const { return scope_; }
  const Expectation& expectation() const { return expectation_; }
  const std::map<std::string, std::string>& required_metadata() const { return metadata_; }
  std::size_t signature_limit() const { return signature_limit_; }
  Time at() const { return at_; }

  std::string policy_text() const;
  trust::Snapshot stores() const;
  oci::Descriptor image() const;
  // Manifests of the layout that are about the image and say to be Notary Project signatures.
  std::vector<oci::Blob> signatures() const;
  // Nullopt when the layout has no such blob; an Error when it has other bytes.
  std::optional<Result<oci::Blob>> blob(const oci::Digest& digest) const;
  // What sources of revocation status answer. Not there: nobody may be asked.
  std::filesystem::path responses() const { return folder_ / "responses"; }

 private:
  std::filesystem::path folder_;
  std::string scope_;
  std::string digest_;
  Expectation expectation_;
  std::map<std::string, std::string> metadata_;
  std::size_t signature_limit_ = 100;  // the CLI's default
  Time at_{};
};

// Every case folder below tests/data/notation, sorted: "valid/cli-p256-cose-chain4".
std::vector<std::string> vector_case_names();
VectorCase vector_case(const std::string& name);

// A broken folder is not a verdict: these end the program.
ByteVector read_bytes(const std::filesystem::path& file);
codec::Json read_json(const std::filesystem::path& file);

}  // namespace countersign::test
