// SPDX-License-Identifier: Apache-2.0
// The configuration file behind a typed reader. What is read is what is known: a key that nobody
// read is an error with its line, and the values that were read, defaults included, are the
// effective configuration that `config show` prints.
//
// Reading never fails by itself. A value that can't be used is noted and the reader gets the
// fallback; whoever reads to the end then asks for the problems and uses nothing if there are any.
#pragma once
#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/codec/json.h"

#include "app/yaml.h"

namespace countersign::app {

using Version = std::array<std::uint8_t, 32>;  // equal when nothing changed

struct Range {
  std::size_t least = 0;
  std::size_t most = 0;
};

class Section {  // one map of the file, there or not; cheap to copy; lives as long as its Document
 public:
  bool has(std::string_view key) const;
  bool has_list(std::string_view key) const;

  std::string text(std::string_view key, const std::string& fallback = {});
  std::string required_text(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  Secret secret(std::string_view key);    // never shown
  std::string url(std::string_view key);  // shown without the user and password in it
  bool flag(std::string_view key, bool fallback);
  std::size_t number(std::string_view key, std::size_t fallback, Range);
  // Against the file's folder; may be empty.
  std::filesystem::path path(std::string_view key, const std::filesystem::path& fallback = {});
  std::vector<std::filesystem::path> paths(std::string_view key);
  codec::Json json(std::string_view key);         // whatever is there; who understands it checks it
  codec::Json secret_json(std::string_view key);  // the same, never shown

  // A text that `parse` understands. nullopt when it does not, which is noted.
  template <class T>
  std::optional<T> parsed(std::string_view key, const std::string& fallback,
                          Result<T> (*parse)(std::string_view)) {
    return understood(key, parse(text(key, fallback)));
  }
  // The value; or nullopt, with the error noted at the key.
  template <class T>
  std::optional<T> understood(std::string_view key, Result<T> result) {
    if (!result) {
      refuse(key, result.error().detail);
      return std::nullopt;
    }
    return std::move(*result);
  }

  Section section(std::string_view key);
  std::vector<Section> sections(std::string_view key);
  // `key: name` or `key: {kind: name, ...}`: the name, and what else is said.
  std::pair<std::string, Section> kind(std::string_view key, const std::string& fallback);

  std::filesystem::path resolved(const std::string& path) const;  // against the file's folder
  // A file that belongs to the configuration as if it stood in it. nullopt when it can't be read,
  // which is noted at the key.
  std::optional<std::string> content(std::string_view key, const std::filesystem::path& file,
                                     std::size_t most);
  // Of everything that was said at the key and below it, with the files that belong to it; equal
  // for what is not there. Call it when all of that has been read.
  Version version(std::string_view key) const;
  Version version() const;  // of the whole section

  void refuse(std::string_view key, std::string message);
  std::string where(std::string_view key = {}) const;  // "FILE:LINE:COLUMN", of the section without

 private:
  friend class Document;
  struct View;
  struct Shared;
  Section(std::shared_ptr<Shared> shared, std::shared_ptr<View> view)
      : shared_(std::move(shared)), view_(std::move(view)) {}
  const YamlNode* read(std::string_view key);
  const YamlNode* read_scalar(std::string_view key);
  std::string scalar_of(const YamlNode& node, std::string_view key);
  Section child(const YamlNode* node, Place place, std::string_view key);
  Place place(std::string_view key) const;

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<View> view_;
};

class Document {
 public:
  // One document that is a map. The error names file, line and column.
  static std::expected<Document, std::string> parse(std::string_view text,
                                                    std::filesystem::path file);

  Section root() const;
  // All that is wrong, in the order of the file; call it when everything has been read.
  std::vector<std::string> problems() const;
  std::string effective() const;  // YAML
  // The file and all that it names, patterns as they stand; some may not be there.
  std::vector<std::filesystem::path> files() const;

 private:
  Document(std::shared_ptr<Section::Shared> shared, std::shared_ptr<Section::View> root)
      : shared_(std::move(shared)), root_(std::move(root)) {}
  std::shared_ptr<Section::Shared> shared_;
  std::shared_ptr<Section::View> root_;
};

}  // namespace countersign::app
