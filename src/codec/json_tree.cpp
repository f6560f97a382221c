// SPDX-License-Identifier: Apache-2.0
#include "codec/json_tree.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "countersign/base/log.h"

namespace countersign::codec {
namespace {

constexpr std::size_t kShownName = 64;    // bytes of a duplicate name in an error
constexpr std::size_t kSmallObject = 16;  // up to here comparing all pairs beats sorting

using Members = std::span<const Json::Member>;

const std::string* duplicate_of_few(Members members);
const std::string* duplicate_of_many(Members members);

template <class Value>
std::vector<Value> take_from(std::vector<Value>& stack, std::size_t first_place) {
  const auto first = stack.begin() + static_cast<std::ptrdiff_t>(first_place);
  std::vector<Value> taken(std::make_move_iterator(first), std::make_move_iterator(stack.end()));
  stack.erase(first, stack.end());
  return taken;
}

}  // namespace

bool JsonTree::open(Container kind) {
  if (open_.size() >= limits_.depth) {
    return refuse("nested too deeply");
  }
  open_.push_back({kind, kind == Container::Object ? members_.size() : elements_.size()});
  return count();
}

bool JsonTree::close() {
  const auto container = open_.back();
  open_.pop_back();
  switch (container.kind) {
    case Container::Array:
      return close_array(container.first);
    case Container::Object:
      return close_object(container.first);
  }
  return refuse("no container");
}

bool JsonTree::close_array(std::size_t first_place) {
  auto elements = take_from(elements_, first_place);
  place() = std::move(elements);
  return true;
}

bool JsonTree::close_object(std::size_t first_place) {
  const auto members = Members(members_).subspan(first_place);
  const auto* const duplicate =
      members.size() <= kSmallObject ? duplicate_of_few(members) : duplicate_of_many(members);
  if (duplicate != nullptr) {
    return refuse("an object with two members \"" + log::clean(*duplicate, kShownName) + "\"");
  }
  auto taken = take_from(members_, first_place);
  place() = std::move(taken);
  return true;
}

// Where the next value belongs.
Json::Value& JsonTree::place() {
  if (open_.empty()) {
    return root_.value_;
  }
  return innermost() == Container::Object ? members_.back().second.value_
                                          : elements_.emplace_back().value_;
}

bool JsonTree::innermost_is_empty() const {
  const auto& container = open_.back();
  const auto size = container.kind == Container::Object ? members_.size() : elements_.size();
  return size == container.first;
}

bool JsonTree::refuse(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

namespace {

const std::string* duplicate_of_few(Members members) {
  for (auto member = members.begin(); member != members.end(); ++member) {
    const auto same = [member](const Json::Member& other) { return other.first == member->first; };
    if (std::any_of(members.begin(), member, same)) {
      return &member->first;
    }
  }
  return nullptr;
}

// Sorted, not hashed: names that all fall into one bucket can be made, names that sort slowly
// can't.
const std::string* duplicate_of_many(Members members) {
  std::vector<const std::string*> names;
  names.reserve(members.size());
  for (const auto& member : members) {
    names.push_back(&member.first);
  }
  std::ranges::sort(names, {}, [](const std::string* name) { return std::string_view(*name); });
  const auto found = std::ranges::adjacent_find(
      names, [](const std::string* one, const std::string* next) { return *one == *next; });
  return found == names.end() ? nullptr : *found;
}

}  // namespace
}  // namespace countersign::codec
