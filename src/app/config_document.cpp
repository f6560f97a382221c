// SPDX-License-Identifier: Apache-2.0
#include "app/config_document.h"

#include <algorithm>
#include <tuple>

#include <yaml-cpp/emitter.h>

#include "countersign/base/limits.h"

#include "app/config_view.h"
#include "app/yaml_json.h"

namespace countersign::app {
namespace {

void emit_json(YAML::Emitter& out, const codec::Json& json) {
  if (json.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [name, value] : json.members()) {
      out << YAML::Key << name << YAML::Value;
      emit_json(out, value);
    }
    out << YAML::EndMap;
  } else if (json.is_array()) {
    out << YAML::BeginSeq;
    for (const auto& element : json.elements()) {
      emit_json(out, element);
    }
    out << YAML::EndSeq;
  } else if (const auto* text = json.string()) {
    out << YAML::DoubleQuoted << *text;
  } else {
    out << json_text(json);
  }
}

}  // namespace

void Section::View::emit(YAML::Emitter& out) const {
  struct Emit {
    YAML::Emitter& out;
    void operator()(const std::string& text) const { out << text; }
    void operator()(const Texts& texts) const {
      out << YAML::Flow << YAML::BeginSeq;
      for (const auto& text : texts) {
        out << text;
      }
      out << YAML::EndSeq;
    }
    void operator()(const codec::Json& json) const { emit_json(out, json); }
    void operator()(const std::shared_ptr<View>& view) const { view->emit(out); }
    void operator()(const Views& views) const {
      out << YAML::BeginSeq;
      for (const auto& view : views) {
        view->emit(out);
      }
      out << YAML::EndSeq;
    }
  };
  out << YAML::BeginMap;
  for (const auto& [key, value] : shown) {
    out << YAML::Key << key << YAML::Value;
    std::visit(Emit{out}, value);
  }
  out << YAML::EndMap;
}

void Section::View::unknown_keys(std::vector<Problem>& problems) const {
  if (node != nullptr) {
    for (const auto& member : node->members) {
      if (!read.contains(member.key)) {
        problems.push_back({member.place, "unknown key \"" + member.key + "\""});
      }
    }
  }
  for (const auto& [key, value] : shown) {
    if (const auto* view = std::get_if<std::shared_ptr<View>>(&value)) {
      (*view)->unknown_keys(problems);
    } else if (const auto* views = std::get_if<Views>(&value)) {
      for (const auto& each : *views) {
        each->unknown_keys(problems);
      }
    }
  }
}

std::expected<Document, std::string> Document::parse(std::string_view text,
                                                     std::filesystem::path file) {
  auto documents = parse_yaml(text, {.bytes = limits::kConfigBytes,
                                     .depth = limits::kDocumentJsonDepth,
                                     .nodes = limits::kDocumentJsonNodes});
  if (!documents) {
    const auto& error = documents.error();
    return std::unexpected(located(file, error.place) + ": " + error.message);
  }
  if (documents->size() != 1 || documents->front().kind != YamlNode::Kind::Map) {
    return std::unexpected(located(file, {}) + ": one document with a map is expected");
  }
  auto shared = std::make_shared<Section::Shared>();
  shared->file = std::move(file);
  shared->root = std::move(documents->front());
  auto root = std::make_shared<Section::View>();
  root->node = &shared->root;
  return Document(std::move(shared), std::move(root));
}

Section Document::root() const { return {shared_, root_}; }

std::vector<std::string> Document::problems() const {
  auto problems = shared_->problems;
  root_->unknown_keys(problems);
  std::ranges::sort(problems, {}, [](const Problem& problem) {
    return std::tuple(problem.place.line, problem.place.column, problem.message);
  });
  std::vector<std::string> lines;
  for (const auto& problem : problems) {
    lines.push_back(located(shared_->file, problem.place) + ": " + problem.message);
  }
  return lines;
}

std::vector<std::filesystem::path> Document::files() const {
  auto files = shared_->named;
  files.push_back(shared_->file);
  return files;
}

std::string Document::effective() const {
  YAML::Emitter out;
  root_->emit(out);
  return std::string(out.c_str()) + "\n";
}

}  // namespace countersign::app
