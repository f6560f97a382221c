// SPDX-License-Identifier: Apache-2.0
// What users expect of their rules, in files beside them: a manifest, and what becomes of its
// images.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/reason.h"
#include "countersign/codec/json.h"
#include "countersign/policy/selector.h"

namespace countersign::app {

struct Expectation {
  enum class Decision : std::uint8_t { Deny, Allow, Warn, Audit };
  std::string image, field;  // which image it is about; both empty: the pod
  Decision decision = Decision::Deny;
  std::optional<Reason> reason = {};  // nullopt: any
  std::string rule = {};              // empty: any
};
std::string_view name(Expectation::Decision);

struct PolicyCase {
  std::string name;
  std::vector<codec::Json> manifests;
  std::string name_space;                     // of manifests that name none
  std::optional<policy::Labels> labels = {};  // of the namespace; nullopt: they can't be read
  std::vector<Expectation> expected;
};

using CaseProblems = std::vector<std::string>;  // "FILE:LINE:COLUMN: what is wrong"

// One file. Paths in it start at its folder.
std::expected<PolicyCase, CaseProblems> read_case(const std::filesystem::path& file,
                                                  std::string name);

// All of a folder, in the order of their names: each *.yaml and *.yml file but countersign.yaml,
// and each folder with a case.yaml. None is a mistake.
std::expected<std::vector<PolicyCase>, CaseProblems> read_cases(
    const std::filesystem::path& folder);

}  // namespace countersign::app
