// SPDX-License-Identifier: Apache-2.0
// Rules: which images, in which namespaces, are let through, refused or verified, and how.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/oci/image_ref.h"
#include "countersign/oci/platform.h"

namespace countersign::policy {

enum class Action : std::uint8_t { Deny, Verify, Allow };
enum class Mode : std::uint8_t {
  Enforce,
  Warn,
  Audit
};  // Audit: recorded, nothing is shown to the user
enum class References : std::uint8_t { DigestOnly, Any };

[[nodiscard]] Result<Action> parse_action(std::string_view);  // Reason::BadConfig
[[nodiscard]] Result<Mode> parse_mode(std::string_view);
[[nodiscard]] Result<References> parse_references(std::string_view);
std::string_view name(Action);
std::string_view name(Mode);

// "registry.example/team/*", "*.azurecr.io/**", "docker.io/library/nginx". Host and path are
// matched apart, so that no wildcard crosses from one into the other: `*` stands for one label of
// the host or for part of one path segment, `**` (a whole segment, only last) for any further
// segments, at least one. A port is matched exactly. No regular expressions: matching never
// backtracks.
//
// Compared with ImageRef::repository(). A pattern that no repository can equal is refused, so that
// no rule is dead without a word: "nginx", "docker.io/nginx" and "index.docker.io/library/nginx"
// must be written "docker.io/library/nginx", and ":443" must be left out.
class ImagePattern {
 public:
  [[nodiscard]] static Result<ImagePattern> parse(std::string_view text);  // Reason::BadConfig
  bool matches(const oci::ImageRef&) const;
  const std::string& text() const { return text_; }

 private:
  ImagePattern() = default;
  std::string text_, host_, path_;
};

// A Kubernetes namespace name, or with `*` for any run of characters, also none.
class NamespacePattern {
 public:
  [[nodiscard]] static Result<NamespacePattern> parse(std::string_view text);  // BadConfig
  bool matches(std::string_view name) const;
  const std::string& text() const { return text_; }

 private:
  NamespacePattern() = default;
  std::string text_;
};

struct Rule {
  std::string name;
  std::vector<NamespacePattern> namespaces;  // empty: every namespace
  std::vector<ImagePattern> images;          // empty: every image
  Action action = Action::Deny;
  Mode mode = Mode::Enforce;
  References references = References::Any;
  std::vector<oci::Platform> platforms;  // that a trusted image must be there for
  Reason denial = Reason::ImageDenied;   // what an image is told that action deny refuses
};

class Rules {
 public:
  // `fallback` judges what no rule names; it matches everything and denies with NoPolicy.
  Rules(std::vector<Rule> rules, Rule fallback);
  Rules() : Rules({}, {}) {}  // denies everything

  const Rule& first_match(std::string_view name_space, const oci::ImageRef&) const;
  // For what can't even be parsed as a reference: only the namespace decides. Rules that select
  // images do not apply.
  const Rule& first_match(std::string_view name_space) const;
  const std::vector<Rule>& rules() const { return rules_; }

 private:
  std::vector<Rule> rules_;
  Rule fallback_;
};

}  // namespace countersign::policy
