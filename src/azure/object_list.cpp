// SPDX-License-Identifier: Apache-2.0
#include "azure/object_list.h"

#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/net/header_reader.h"
#include "countersign/net/url.h"

#include "azure/object_name.h"

namespace countersign::azure {
namespace {

using codec::Json;

Result<Page> parse_page(std::string_view text, const Resource& list, const Vault& vault);
Result<Listed> read_entry(const Json& entry, const Resource& list, const Vault& vault);
Result<std::string> read_next(const Json& document, const Resource& list, const Vault& vault);

struct Reading {  // of one list
  Resource list;
  std::vector<Listed> entries = {};
  std::set<std::string> pages = {};  // that were read
  std::optional<WholeList> result = {};

  void take(Result<VaultAnswer>& answer, const Vault& vault);
  void add(Page page);
  void end(WholeList how) { result.emplace(std::move(how)); }
};

}  // namespace

Result<std::vector<WholeList>> read_lists(const VaultClient& client,
                                          std::span<const Resource> lists, Deadline deadline) {
  std::vector<Reading> readings;
  for (const auto& list : lists) {
    readings.push_back({list});
  }
  for (;;) {
    std::vector<Reading*> open;
    std::vector<Resource> pages;
    for (auto& reading : readings) {
      if (!reading.result) {
        open.push_back(&reading);
        pages.push_back(reading.list);
      }
    }
    if (open.empty()) {
      break;
    }
    TRY_VOID(client.get(pages, deadline, [&](std::size_t index, Result<VaultAnswer>& answer) {
      open[index]->take(answer, client.vault());
    }));
  }
  std::vector<WholeList> results;
  for (auto& reading : readings) {
    results.push_back(*std::move(reading.result));
  }
  return results;
}

Result<Page> read_page(std::string_view text, const Resource& list, const Vault& vault) {
  auto page = parse_page(text, list, vault);
  if (!page) {
    page.error().detail =
        vault.host + " answers nonsense for " + text_of(list) + ": " + page.error().detail;
  }
  return page;
}

namespace {

void Reading::take(Result<VaultAnswer>& answer, const Vault& vault) {
  if (!answer) {
    end(std::unexpected(answer.error()));
  } else if (answer->state == VaultAnswer::State::Gone) {
    end(std::nullopt);
  } else if (auto page = read_page(answer->text, list, vault)) {
    add(*std::move(page));
  } else {
    end(std::unexpected(std::move(page).error()));
  }
}

void Reading::add(Page page) {
  std::ranges::move(page.entries, std::back_inserter(entries));
  pages.insert(list.page);
  list.page = std::move(page.next);
  if (list.page.empty()) {
    end(std::move(entries));
  } else if (pages.contains(list.page)) {
    end(fail(Reason::KeyVaultUnavailable, text_of(list) + " leads round in a circle"));
  } else if (pages.size() == limits::kVaultPages) {
    end(fail(Reason::BadConfig, text_of(list) + " is longer than the limit"));
  }
}

Result<Page> parse_page(std::string_view text, const Resource& list, const Vault& vault) {
  TRY(const auto document,
      Json::parse(text, {.bytes = limits::kVaultAnswerBytes}, Reason::KeyVaultUnavailable));
  const auto* value = document.find("value");
  if (value == nullptr || !(value->is_array() || value->is_null())) {
    return fail(Reason::KeyVaultUnavailable, "it has no entries");
  }
  Page page;
  for (const auto& entry : value->elements()) {
    TRY(auto listed, read_entry(entry, list, vault));
    page.entries.push_back(std::move(listed));
  }
  TRY(page.next, read_next(document, list, vault));
  return page;
}

Result<Listed> read_entry(const Json& entry, const Resource& list, const Vault& vault) {
  const bool versions = list.part == Resource::Part::Versions;
  const auto* url = entry.find_string("id");
  TRY(auto id, parse_object_id(url != nullptr ? *url : "", vault, list.kind));
  TRY(const auto attributes, read_attributes(entry));
  if (versions && (!same_name(id.name, list.name) || id.version.empty() || !attributes.created)) {
    return fail(Reason::KeyVaultUnavailable, "an entry is no version of it, or without its age");
  }
  Listed listed{std::move(id.name), std::move(id.version), attributes};
  const auto* tags = entry.find("tags");
  for (const auto& [name, tag] :
       tags != nullptr ? tags->members() : std::span<const Json::Member>{}) {
    if (tag.string() != nullptr) {
      listed.tags.emplace(name, *tag.string());
    }
  }
  return listed;
}

// "nextLink" is null, absent or empty on the last page, and may name the port that goes without
// saying.
Result<std::string> read_next(const Json& document, const Resource& list, const Vault& vault) {
  constexpr auto kReason = Reason::KeyVaultUnavailable;
  const auto* next = document.find("nextLink");
  if (next == nullptr || next->is_null()) {
    return "";
  }
  if (next->string() == nullptr) {
    return fail(kReason, "its link to the next page is no text");
  }
  if (next->string()->empty()) {
    return "";
  }
  TRY(const auto own, net::Url::parse(vault.origin, kReason));
  TRY(const auto link, net::Url::parse(*next->string(), kReason));
  if (!link.same_origin(own) || net::lower(link.path()) != net::lower(path_of(list))) {
    return fail(kReason, "its link to the next page leads elsewhere");
  }
  return link.text();
}

}  // namespace
}  // namespace countersign::azure
