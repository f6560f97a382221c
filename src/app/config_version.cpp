// SPDX-License-Identifier: Apache-2.0
// Which parts of a configuration changed, so that a reload leaves the others alone.
#include <algorithm>
#include <utility>

#include "countersign/crypto/digest.h"

#include "app/config_view.h"
#include "app/file.h"

namespace countersign::app {
namespace {

Version version_of(std::string_view text) { return crypto::sha256(as_bytes(text)); }

void add_text(std::string_view text, std::string& all) {
  all.append(std::to_string(text.size())).append(":").append(text);
}

// Texts as they were written: what they mean is not known here. With their sizes, so that no two
// trees look alike.
void add_node(const YamlNode& node, std::string& all) {
  all += static_cast<char>('0' + static_cast<int>(node.kind));
  add_text(node.text, all);
  all.append(std::to_string(node.items.size())).append("[");
  for (const auto& item : node.items) {
    add_node(item, all);
  }
  all.append(std::to_string(node.members.size())).append("{");
  for (const auto& member : node.members) {
    add_text(member.key, all);
    add_node(member.value, all);
  }
}

}  // namespace

std::optional<std::string> Section::content(std::string_view key, const std::filesystem::path& file,
                                            std::size_t most) {
  auto content = understood(key, read_file(file, most));
  if (content) {
    view_->contents.emplace_back(key, version_of(*content));
  }
  return content;
}

Version Section::version(std::string_view key) const {
  std::string all;
  if (const auto* node = view_->node == nullptr ? nullptr : view_->node->find(key)) {
    add_node(*node, all);
  }
  view_->add_contents(key, all);
  return version_of(all);
}

Version Section::version() const {
  std::string all;
  if (view_->node != nullptr) {
    add_node(*view_->node, all);
  }
  view_->add_contents({}, all);
  return version_of(all);
}

void Section::View::add_contents(std::string_view key, std::string& all) const {
  const auto wanted = [key](const std::string& name) { return key.empty() || name == key; };
  for (const auto& [name, version] : contents) {
    if (wanted(name)) {
      all.append(version.begin(), version.end());
    }
  }
  for (const auto& [name, value] : shown) {
    if (!wanted(name)) {
      continue;
    }
    if (const auto* view = std::get_if<std::shared_ptr<View>>(&value)) {
      (*view)->add_contents({}, all);
    } else if (const auto* views = std::get_if<Views>(&value)) {
      std::ranges::for_each(*views, [&all](const auto& each) { each->add_contents({}, all); });
    }
  }
}

}  // namespace countersign::app
