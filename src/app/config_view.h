// SPDX-License-Identifier: Apache-2.0
// What a Section keeps behind its handle: the map it reads, and what was read of it.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/config_document.h"

namespace YAML {
class Emitter;
}

namespace countersign::app {

struct Problem {
  Place place;
  std::string message;
};

inline std::string located(const std::filesystem::path& file, Place place) {
  return file.string() + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

struct Section::Shared {
  std::filesystem::path file;
  std::vector<std::filesystem::path> named;  // in it
  YamlNode root;
  std::vector<Problem> problems;
};

struct Section::View {
  using Views = std::vector<std::shared_ptr<View>>;
  using Texts = std::vector<std::string>;
  using Shown = std::variant<std::string, Texts, codec::Json, std::shared_ptr<View>, Views>;

  const YamlNode* node = nullptr;  // null when the section is absent or no map
  Place place;
  std::set<std::string, std::less<>> read;
  std::vector<std::pair<std::string, Shown>> shown;
  std::vector<std::pair<std::string, Version>> contents;  // of files, by key

  void show(std::string_view key, Shown value) {
    shown.emplace_back(std::string(key), std::move(value));
  }
  // A section that was read before: two readers may share one.
  std::shared_ptr<View> known_section(std::string_view key) const {
    for (const auto& [name, value] : shown) {
      const auto* const section = std::get_if<std::shared_ptr<View>>(&value);
      if (name == key && section != nullptr) {
        return *section;
      }
    }
    return nullptr;
  }
  void unknown_keys(std::vector<Problem>& problems) const;
  void emit(YAML::Emitter& out) const;
  // Of the key and of all below it; of every key when it is empty.
  void add_contents(std::string_view key, std::string& all) const;
};

}  // namespace countersign::app
