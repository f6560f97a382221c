// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "app/config_view.h"
#include "app/yaml_json.h"

namespace countersign::app {
namespace {

constexpr std::string_view kMask = "********";

}  // namespace

bool Section::has(std::string_view key) const {
  return view_->node != nullptr && view_->node->find(key) != nullptr;
}

bool Section::has_list(std::string_view key) const {
  const auto* const node = view_->node == nullptr ? nullptr : view_->node->find(key);
  return node != nullptr && node->kind == YamlNode::Kind::Sequence;
}

Place Section::place(std::string_view key) const {
  if (view_->node != nullptr && !key.empty()) {
    const auto found = std::ranges::find(view_->node->members, key, &YamlMember::key);
    if (found != view_->node->members.end()) {
      return found->value.kind == YamlNode::Kind::Null ? found->place : found->value.place;
    }
  }
  return view_->place;
}

std::string Section::where(std::string_view key) const {
  return located(shared_->file, place(key));
}

void Section::refuse(std::string_view key, std::string message) {
  shared_->problems.push_back({place(key), std::string(key) + ": " + std::move(message)});
}

const YamlNode* Section::read(std::string_view key) {
  view_->read.emplace(key);
  return view_->node == nullptr ? nullptr : view_->node->find(key);
}

const YamlNode* Section::read_scalar(std::string_view key) {
  const auto* const node = read(key);
  if (node != nullptr && !node->is_scalar()) {
    refuse(key, "a single value is expected, not " + std::string(kind_name(*node)));
    return nullptr;
  }
  return node;
}

std::string Section::text(std::string_view key, const std::string& fallback) {
  const auto* const node = read_scalar(key);
  auto text = node == nullptr ? fallback : node->text;
  view_->show(key, text);
  return text;
}

std::string Section::required_text(std::string_view key) {
  const auto* const node = read_scalar(key);
  if (!has(key)) {
    refuse(key, "is missing");
  } else if (node != nullptr && node->text.empty()) {
    refuse(key, "is empty");
  }
  auto text = node == nullptr ? std::string() : node->text;
  view_->show(key, text);
  return text;
}

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* const node = read(key)) {
    if (node->kind != YamlNode::Kind::Sequence) {
      refuse(key, "a list is expected, not " + std::string(kind_name(*node)));
    }
    for (const auto& item : node->items) {
      if (!item.is_scalar() || item.text.empty()) {
        shared_->problems.push_back({item.place, std::string(key) + ": text is expected"});
      } else {
        texts.push_back(item.text);
      }
    }
    view_->show(key, texts);  // absent is not the same as empty, and not shown as if it were
  }
  return texts;
}

Secret Section::secret(std::string_view key) {
  const auto* const node = read_scalar(key);
  if (node == nullptr || node->text.empty()) {
    return {};
  }
  view_->show(key, std::string(kMask));
  return Secret(node->text);
}

std::string Section::url(std::string_view key) {
  const auto* const node = read_scalar(key);
  auto url = node == nullptr ? std::string() : node->text;
  auto shown = url;
  if (const auto at = url.rfind('@'); at != std::string::npos) {
    const auto slashes = url.find("//");
    shown = url.substr(0, slashes < at ? slashes + 2 : 0).append(kMask) + url.substr(at);
  }
  view_->show(key, std::move(shown));
  return url;
}

bool Section::flag(std::string_view key, bool fallback) {
  const auto* const node = read_scalar(key);
  bool truth = fallback;
  if (node != nullptr) {
    truth = node->text == "true";
    if (node->kind != YamlNode::Kind::Plain || (!truth && node->text != "false")) {
      refuse(key, "true or false is expected");
    }
  }
  view_->show(key, truth ? "true" : "false");
  return truth;
}

std::size_t Section::number(std::string_view key, std::size_t fallback, Range range) {
  const auto* const node = read_scalar(key);
  std::size_t number = fallback;
  if (node != nullptr) {
    const auto* const end = node->text.data() + node->text.size();
    const auto [stopped, error] = std::from_chars(node->text.data(), end, number);
    const bool whole = error == std::errc{} && stopped == end;
    if (!whole || number < range.least || number > range.most) {
      refuse(key, "a whole number from " + std::to_string(range.least) + " to " +
                      std::to_string(range.most) + " is expected");
    }
  }
  view_->show(key, std::to_string(number));
  return number;
}

std::filesystem::path Section::resolved(const std::string& path) const {
  if (path.empty()) {
    return {};
  }
  shared_->named.push_back((shared_->file.parent_path() / path).lexically_normal());
  return shared_->named.back();
}

std::filesystem::path Section::path(std::string_view key, const std::filesystem::path& fallback) {
  return resolved(text(key, fallback.string()));
}

std::vector<std::filesystem::path> Section::paths(std::string_view key) {
  std::vector<std::filesystem::path> paths;
  for (const auto& text : texts(key)) {
    paths.push_back(resolved(text));
  }
  return paths;
}

codec::Json Section::json(std::string_view key) {
  const auto* const node = read(key);
  auto json = node == nullptr ? codec::Json() : to_json(*node);
  view_->show(key, json);
  return json;
}

codec::Json Section::secret_json(std::string_view key) {
  const auto* const node = read(key);
  if (node == nullptr) {
    return {};
  }
  view_->show(key, "********");
  return to_json(*node);
}

Section Section::child(const YamlNode* node, Place at, std::string_view key) {
  auto view = std::make_shared<View>();
  view->place = at;
  if (node != nullptr && node->kind == YamlNode::Kind::Map) {
    view->node = node;
  } else if (node != nullptr) {
    shared_->problems.push_back({node->place, std::string(key) + ": a map is expected, not " +
                                                  std::string(kind_name(*node))});
  }
  return {shared_, std::move(view)};
}

Section Section::section(std::string_view key) {
  if (auto known = view_->known_section(key)) {
    return {shared_, std::move(known)};
  }
  auto section = child(read(key), place(key), key);
  view_->show(key, section.view_);
  return section;
}

std::vector<Section> Section::sections(std::string_view key) {
  std::vector<Section> sections;
  View::Views views;
  if (const auto* const node = read(key)) {
    if (node->kind != YamlNode::Kind::Sequence) {
      refuse(key, "a list is expected, not " + std::string(kind_name(*node)));
    }
    for (const auto& item : node->items) {
      sections.push_back(child(&item, item.place, key));
      views.push_back(sections.back().view_);
    }
  }
  view_->show(key, std::move(views));
  return sections;
}

std::pair<std::string, Section> Section::kind(std::string_view key, const std::string& fallback) {
  const auto* const node = read(key);
  if (node != nullptr && !node->is_scalar()) {
    auto section = child(node, node->place, key);
    view_->show(key, section.view_);
    auto name = section.required_text("kind");
    return {std::move(name), std::move(section)};
  }
  auto section = child(nullptr, place(key), key);
  auto name = node == nullptr ? fallback : node->text;
  section.view_->show("kind", name);
  view_->show(key, section.view_);
  return {std::move(name), std::move(section)};
}

}  // namespace countersign::app
