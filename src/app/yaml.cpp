// SPDX-License-Identifier: Apache-2.0
#include "app/yaml.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace countersign::app {
namespace {

Place place_of(const YAML::Mark& mark) {
  return {static_cast<std::size_t>(std::max(mark.line, 0)) + 1,
          static_cast<std::size_t>(std::max(mark.column, 0)) + 1};
}

struct Refused {  // thrown through yaml-cpp, which knows no other way to stop; caught in parse_yaml
  YamlError error;
};

[[noreturn]] void refuse(Place place, std::string message) {
  throw Refused{{place, std::move(message)}};
}

YamlNode node_of(YamlNode::Kind kind, Place place, std::string text = {}) {
  return {.kind = kind, .place = place, .text = std::move(text), .items = {}, .members = {}};
}

std::size_t depth(const YamlNode& node) {
  std::size_t below = 0;
  for (const auto& item : node.items) {
    below = std::max(below, depth(item));
  }
  for (const auto& member : node.members) {
    below = std::max(below, depth(member.value));
  }
  return node.is_scalar() || node.kind == YamlNode::Kind::Null ? 0 : below + 1;
}

// Builds one document from the events of yaml-cpp.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlLimits& limits) : limits_(limits) {}

  std::optional<YamlNode> take() { return std::exchange(root_, std::nullopt); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override { anchored_.clear(); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node_of(YamlNode::Kind::Null, place_of(mark)), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::Sequence, place_of(mark), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::Map, place_of(mark), tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {  // a collection that has begun
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<YamlNode> key;
    std::set<std::string> keys;
  };

  void open(YamlNode::Kind, Place, const std::string& tag, YAML::anchor_t);
  void close();
  void add(YamlNode, YAML::anchor_t);
  void add_to_map(Open&, YamlNode);
  void count(const YamlNode&);
  void count_below(const YamlNode&);

  const YamlLimits& limits_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchored_;
  std::optional<YamlNode> root_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;  // of text: what aliases repeat counts again
};

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  const auto place = place_of(mark);
  if (tag == "?" || tag.empty()) {
    add(node_of(YamlNode::Kind::Plain, place, value), anchor);
  } else if (tag == "!" || tag == "tag:yaml.org,2002:str") {
    add(node_of(YamlNode::Kind::Quoted, place, value), anchor);
  } else {
    refuse(place, "tags are not supported");
  }
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) {
    refuse(place_of(mark), "an alias to something that is not complete");
  }
  count_below(found->second);  // before it is copied
  if (open_.size() + depth(found->second) > limits_.depth) {
    refuse(place_of(mark), "deeper than " + std::to_string(limits_.depth) + " levels");
  }
  add(found->second, 0);
}

void Builder::open(YamlNode::Kind kind, Place place, const std::string& tag,
                   YAML::anchor_t anchor) {
  if (!tag.empty() && tag != "?" && tag != "!") {
    refuse(place, "tags are not supported");
  }
  if (open_.size() >= limits_.depth) {
    refuse(place, "deeper than " + std::to_string(limits_.depth) + " levels");
  }
  open_.push_back(
      {.node = node_of(kind, place), .anchor = anchor, .key = std::nullopt, .keys = {}});
}

void Builder::close() {
  auto done = std::move(open_.back());
  open_.pop_back();
  add(std::move(done.node), done.anchor);
}

void Builder::count(const YamlNode& node) {
  nodes_ += 1;
  bytes_ += node.text.size();
  if (nodes_ > limits_.nodes || bytes_ > limits_.bytes) {
    refuse(node.place, "more than " + std::to_string(limits_.nodes) + " values or " +
                           std::to_string(limits_.bytes) + " bytes");
  }
}

void Builder::count_below(const YamlNode& node) {
  for (const auto& item : node.items) {
    count(item);
    count_below(item);
  }
  for (const auto& member : node.members) {
    bytes_ += member.key.size();
    count(member.value);
    count_below(member.value);
  }
}

void Builder::add(YamlNode node, YAML::anchor_t anchor) {
  count(node);
  if (anchor != 0) {
    anchored_[anchor] = node;
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  auto& parent = open_.back();
  if (parent.node.kind == YamlNode::Kind::Sequence) {
    parent.node.items.push_back(std::move(node));
  } else {
    add_to_map(parent, std::move(node));
  }
}

void Builder::add_to_map(Open& parent, YamlNode node) {
  if (parent.key) {
    parent.node.members.push_back(
        {.key = std::move(parent.key->text), .place = parent.key->place, .value = std::move(node)});
    parent.key.reset();
    return;
  }
  if (!node.is_scalar()) {
    refuse(node.place, "a key must be text");
  }
  if (node.kind == YamlNode::Kind::Plain && node.text == "<<") {
    refuse(node.place, "merge keys are not supported");
  }
  if (!parent.keys.insert(node.text).second) {
    refuse(node.place, "the key \"" + node.text + "\" is given twice");
  }
  parent.key = std::move(node);
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &YamlMember::key);
  return found == members.end() ? nullptr : &found->value;
}

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Plain:
    case YamlNode::Kind::Quoted:
      return "a single value";
    case YamlNode::Kind::Sequence:
      return "a list";
    case YamlNode::Kind::Map:
      return "a map";
  }
  return "nothing";
}

std::expected<std::vector<YamlNode>, YamlError> parse_yaml(std::string_view text,
                                                           const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return std::unexpected(YamlError{{}, "larger than " + std::to_string(limits.bytes) + " bytes"});
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(limits);
    std::vector<YamlNode> documents;
    while (parser.HandleNextDocument(builder)) {
      if (auto document = builder.take()) {
        documents.push_back(std::move(*document));
      }
    }
    return documents;
  } catch (const Refused& refused) {
    return std::unexpected(refused.error);
  } catch (const YAML::Exception& broken) {
    return std::unexpected(YamlError{place_of(broken.mark), broken.msg});
  }
}

}  // namespace countersign::app
