// SPDX-License-Identifier: Apache-2.0
// YAML as a tree with places, read under limits.
//
// Refused, although YAML allows it: a key given twice, keys that are not scalars, merge keys (<<),
// tags other than !!str, aliases into themselves, and aliases that make a document larger than the
// limits. What is plain and what is quoted is kept: only plain scalars may be numbers or null.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::app {

struct Place {  // in a file; from 1, as editors count
  std::size_t line = 1;
  std::size_t column = 1;
};

struct YamlMember;

struct YamlNode {
  enum class Kind : std::uint8_t { Null, Plain, Quoted, Sequence, Map };
  Kind kind = Kind::Null;
  Place place;
  std::string text;                 // of a scalar
  std::vector<YamlNode> items;      // of a sequence
  std::vector<YamlMember> members;  // of a map, in the order of the document

  bool is_scalar() const { return kind == Kind::Plain || kind == Kind::Quoted; }
  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  Place place;  // of the key
  YamlNode value;
};

std::string_view kind_name(const YamlNode&);  // "a map", "text", ...

struct YamlLimits {
  std::size_t bytes = 0;
  std::size_t depth = 0;
  std::size_t nodes = 0;
};

struct YamlError {
  Place place;
  std::string message;
};

// Every document of a stream; JSON is one, too.
std::expected<std::vector<YamlNode>, YamlError> parse_yaml(std::string_view text,
                                                           const YamlLimits&);

}  // namespace countersign::app
