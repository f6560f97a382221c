// SPDX-License-Identifier: Apache-2.0
// Rules: which images, in which namespaces, are let through, refused or verified, and how.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/oci/image_ref.h"
#include "countersign/oci/platform.h"
#include "countersign/policy/selector.h"

namespace countersign::policy {

enum class Action : std::uint8_t { Deny, Verify, Allow };
enum class Mode : std::uint8_t {
  Enforce,
  Warn,
  Audit
};  // Audit: recorded, nothing is shown to the user
enum class References : std::uint8_t { DigestOnly, Any };
enum class Join : std::uint8_t { All, Any };  // how the verdicts of several verifications count

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
  // Matches whatever `other` matches. False when that can't be told from the two alone.
  bool covers(const ImagePattern& other) const;
  // Some image of this registry ("ghcr.io", "localhost:5000") can match.
  bool may_lie_in(std::string_view registry) const;
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
  bool covers(const NamespacePattern& other) const;  // as of ImagePattern
  const std::string& text() const { return text_; }

 private:
  NamespacePattern() = default;
  std::string text_;
};

// What action verify demands of an image.
struct Demand {
  // Places in the configuration's list; the first is the one that is meant when none is named.
  // Empty: nothing is ever trusted.
  std::vector<std::size_t> verifications = {0};
  Join join = Join::All;
  std::size_t signers = 1;  // distinct ones, of each verification by itself
};

struct Rule {
  std::string name;
  std::vector<NamespacePattern> namespaces;  // empty: every namespace
  Selector selector;                         // of the namespace's labels
  std::vector<ImagePattern> images;          // empty: every image
  Action action = Action::Deny;
  Mode mode = Mode::Enforce;
  References references = References::Any;
  Demand demand;
  std::vector<oci::Platform> platforms;  // that a trusted image must be there for
  Reason denial = Reason::ImageDenied;   // what an image is told that action deny refuses
};

struct Place {  // where an image is to run
  std::string_view name_space;
  const Labels* labels = nullptr;  // of the namespace; null: not known
  // Outside of every namespace: no selector matches, and no labels are needed.
  enum class Where : std::uint8_t { Inside, Outside };
  Where where = Where::Inside;
};

struct Match {
  // NeedsLabels: whether `rule` matches depends on labels that are not known. Nothing below it may
  // decide, then.
  enum class Certainty : std::uint8_t { NeedsLabels, Certain };
  const Rule& rule;
  Certainty certainty = Certainty::NeedsLabels;
};

class Rules {
 public:
  // `fallback` judges what no rule names; it matches everything and denies with NoPolicy.
  // `break_glass`: in a namespace with such a label no rule counts, and everything is let through.
  Rules(std::vector<Rule> rules, Rule fallback,
        std::optional<Requirement> break_glass = std::nullopt);
  Rules() : Rules({}, {}) {}  // denies everything

  Match first_match(const Place&, const oci::ImageRef&) const;
  // For what can't even be parsed as a reference: only the namespace decides. Rules that select
  // images do not apply.
  Match first_match(const Place&) const;
  const std::vector<Rule>& rules() const { return rules_; }
  const Rule& fallback() const { return fallback_; }
  const std::optional<Requirement>& break_glass() const { return break_glass_; }

 private:
  std::vector<Rule> rules_;
  Rule fallback_;
  std::optional<Requirement> break_glass_;
};

}  // namespace countersign::policy
