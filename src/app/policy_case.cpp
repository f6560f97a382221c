// SPDX-License-Identifier: Apache-2.0
#include "app/policy_case.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

#include "app/config_document.h"
#include "app/file.h"
#include "app/workload.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCaseFile = "case.yaml";
constexpr std::string_view kConfigFile = "countersign.yaml";

Result<Expectation::Decision> parse_decision(std::string_view text) {
  using enum Expectation::Decision;
  for (const auto decision : {Allow, Deny, Warn, Audit}) {
    if (text == name(decision)) {
      return decision;
    }
  }
  return fail(Reason::BadConfig, "allow, deny, warn or audit is expected");
}

Result<Reason> parse_reason(std::string_view text) {
  const auto reasons = all_reasons();
  const auto found = std::ranges::find(reasons, text, wire_name);
  if (found == reasons.end()) {
    return fail(Reason::BadConfig,
                "no reason is called \"" + log::clean(text, limits::kLogField) + "\"");
  }
  return *found;
}

// A path, or the manifest itself.
std::vector<codec::Json> read_manifests(Section& section) {
  if (!section.has("manifest")) {
    section.refuse("manifest", "is missing");
    return {};
  }
  auto json = section.json("manifest");
  const auto* const path = json.string();
  if (path == nullptr) {
    return {std::move(json)};
  }
  const auto text =
      section.understood("manifest", read_file(section.resolved(*path), limits::kReviewBytes));
  auto documents = text ? section.understood("manifest", parse_documents(*text)) : std::nullopt;
  return std::move(documents).value_or(std::vector<codec::Json>());
}

std::optional<policy::Labels> read_labels(Section& section) {
  if (!section.has("namespaceLabels")) {
    return std::nullopt;
  }
  const auto json = section.json("namespaceLabels");
  if (!json.is_object()) {
    section.refuse("namespaceLabels", "a map of labels is expected");
  }
  policy::Labels labels;
  for (const auto& [key, value] : json.members()) {
    const auto* const text = value.string();
    if (text == nullptr) {
      section.refuse("namespaceLabels", "the value of " + key + " is no text; put it in quotes");
    } else {
      labels.emplace(key, *text);
    }
  }
  return labels;
}

Expectation read_expectation(Section& section) {
  Expectation expected;
  expected.image = section.text("image");
  expected.field = section.text("field");
  expected.decision =
      section.understood("decision", parse_decision(section.required_text("decision")))
          .value_or(expected.decision);
  if (section.has("reason")) {
    expected.reason = section.understood("reason", parse_reason(section.text("reason")));
  }
  expected.rule = section.text("rule");
  if (expected.decision == Expectation::Decision::Allow && section.has("reason")) {
    section.refuse("reason", "what is allowed has none");
  }
  return expected;
}

bool is_case(const fs::path& file) {
  const auto extension = file.extension();
  return file.filename() != kConfigFile && (extension == ".yaml" || extension == ".yml");
}

struct Found {
  std::string name;
  fs::path file;
};

std::vector<Found> find_cases(const fs::path& folder, std::error_code& error) {
  std::vector<Found> found;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    std::error_code ignored;
    const auto& path = each->path();
    if (each->is_directory(ignored)) {
      if (fs::exists(path / kCaseFile, ignored)) {
        found.push_back({path.filename().string(), path / kCaseFile});
      }
    } else if (is_case(path)) {
      found.push_back({path.stem().string(), path});
    }
  }
  std::ranges::sort(found, {}, [](const Found& each) { return std::pair(each.name, each.file); });
  return found;
}

}  // namespace

std::string_view name(Expectation::Decision decision) {
  switch (decision) {
    case Expectation::Decision::Deny:
      return "deny";
    case Expectation::Decision::Allow:
      return "allow";
    case Expectation::Decision::Warn:
      return "warn";
    case Expectation::Decision::Audit:
      return "audit";
  }
  return "deny";
}

std::expected<PolicyCase, CaseProblems> read_case(const fs::path& file, std::string name) {
  const auto text = read_file(file, limits::kPolicyCaseBytes);
  if (!text) {
    return std::unexpected(CaseProblems{text.error().detail});
  }
  const auto document = Document::parse(*text, file);
  if (!document) {
    return std::unexpected(CaseProblems{document.error()});
  }
  auto root = document->root();
  PolicyCase made;
  made.name = root.text("name", name);
  made.manifests = read_manifests(root);
  made.name_space = root.text("namespace", "default");
  made.labels = read_labels(root);
  for (auto& section : root.sections("expect")) {
    made.expected.push_back(read_expectation(section));
  }
  if (made.expected.empty()) {
    root.refuse("expect", "nothing is expected");
  }
  if (auto problems = document->problems(); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  return made;
}

std::expected<std::vector<PolicyCase>, CaseProblems> read_cases(const fs::path& folder) {
  std::error_code error;
  const auto found = find_cases(folder, error);
  if (error) {
    return std::unexpected(CaseProblems{folder.string() + ": " + error.message()});
  }
  if (found.empty() || found.size() > limits::kPolicyCases) {
    return std::unexpected(CaseProblems{folder.string() + ": " + std::to_string(found.size()) +
                                        " cases; 1 to " + std::to_string(limits::kPolicyCases) +
                                        " are expected"});
  }
  std::vector<PolicyCase> cases;
  CaseProblems problems;
  for (const auto& [name, file] : found) {
    if (auto made = read_case(file, name)) {
      cases.push_back(std::move(*made));
    } else {
      std::ranges::move(made.error(), std::back_inserter(problems));
    }
  }
  if (!problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  return cases;
}

}  // namespace countersign::app
