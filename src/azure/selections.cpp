// SPDX-License-Identifier: Apache-2.0
#include "azure/selections.h"

#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

#include "azure/object_name.h"

namespace countersign::azure {
namespace {

using Need = trust::Item::Need;

bool has_tags(const Listed& object, const Selection& selection) {
  return std::ranges::all_of(selection.tags, [&object](const auto& wanted) {
    const auto found = object.tags.find(wanted.first);
    return found != object.tags.end() && (wanted.second.empty() || found->second == wanted.second);
  });
}

bool is_selected(const Listed& object, const Selection& selection) {
  switch (selection.by) {
    case Selection::By::Name:
      return same_name(object.name, selection.name);
    case Selection::By::Pattern:
      return name_matches(selection.name, object.name);
    case Selection::By::Tags:
      return !selection.tags.empty() && has_tags(object, selection);
  }
  return false;
}

class Resolver {
 public:
  explicit Resolver(const WholeList& all) : all_(all) {}

  void add_object(const std::string& name, const Selection& selection);
  // The names that a pattern or tags select now, in lower case: a list may spell them otherwise the
  // next time.
  Result<std::vector<std::string>> find(const Selection& selection);
  void add_failed(const Selection& selection, const std::vector<std::string>& names,
                  const Error& error);
  void add_item(const Selection& selection, Result<std::vector<trust::Entry>> entries);
  SelectedObjects take() { return std::move(found_); }

 private:
  VaultObject& object(const std::string& name);

  const WholeList& all_;
  SelectedObjects found_;
  std::set<std::string> names_;  // that patterns and tags gave
};

VaultObject& Resolver::object(const std::string& name) {
  const auto known = std::ranges::find_if(
      found_.objects, [&name](const auto& each) { return same_name(each.name, name); });
  return known != found_.objects.end() ? *known : found_.objects.emplace_back(VaultObject{name});
}

void Resolver::add_object(const std::string& name, const Selection& selection) {
  auto& added = object(name);
  added.versions.push_back(selection.versions);
  added.need = std::max(added.need, selection.need);
}

Result<std::vector<std::string>> Resolver::find(const Selection& selection) {
  if (!all_) {
    return std::unexpected(all_.error());
  }
  if (!*all_) {
    return fail(Reason::KeyVaultUnavailable, "the vault has no list of its objects");
  }
  std::vector<std::string> names;
  for (const auto& each : **all_) {
    if (is_selected(each, selection)) {
      names.push_back(net::lower(each.name));
    }
  }
  auto together = names_;
  together.insert(names.begin(), names.end());
  if (together.size() > limits::kVaultObjects) {
    return fail(Reason::BadConfig, "more certificates than the limit: " + text_of(selection));
  }
  names_ = std::move(together);
  return names;
}

void Resolver::add_failed(const Selection& selection, const std::vector<std::string>& names,
                          const Error& error) {
  for (const auto& name : names) {
    add_object(name, selection);
    object(name).failure = error;
  }
  add_item(selection, std::unexpected(error));
}

void Resolver::add_item(const Selection& selection, Result<std::vector<trust::Entry>> entries) {
  auto name = text_of(selection);
  for (auto& item : found_.items) {
    if (item.name == name) {  // selected twice, of different versions
      item.need = std::max(item.need, selection.need);
      return;
    }
  }
  const bool none = entries.has_value();
  found_.items.push_back({.name = std::move(name),
                          .entries = std::move(entries),
                          .remark = none ? "there are none in the vault" : "",
                          .need = selection.need});
}

}  // namespace

Selections::Selections(std::vector<Selection> selections) {
  for (auto& selection : selections) {
    rows_.push_back({std::move(selection)});
  }
}

bool Selections::need_list() const {
  return std::ranges::any_of(
      rows_, [](const Row& row) { return row.selection.by != Selection::By::Name; });
}

SelectedObjects Selections::resolve(const WholeList& all) {
  Resolver resolver(all);
  for (const auto& row : rows_) {  // first, so that they are called as the configuration does
    if (row.selection.by == Selection::By::Name) {
      resolver.add_object(row.selection.name, row.selection);
    }
  }
  for (auto& row : rows_) {
    if (row.selection.by == Selection::By::Name) {
      continue;
    }
    auto names = resolver.find(row.selection);
    if (!names) {
      resolver.add_failed(row.selection, row.names, names.error());
      continue;
    }
    for (const auto& name : *names) {
      resolver.add_object(name, row.selection);
    }
    if (names->empty()) {
      resolver.add_item(row.selection, std::vector<trust::Entry>());
    }
    row.names = *std::move(names);
  }
  return resolver.take();
}

std::string text_of(const Selection& selection) {
  if (selection.by != Selection::By::Tags) {
    return "certificates named " + selection.name;
  }
  std::string text;
  for (const auto& [name, value] : selection.tags) {
    text += (text.empty() ? "" : ", ") + name + (value.empty() ? "" : "=" + value);
  }
  return "certificates tagged " + text;
}

}  // namespace countersign::azure
