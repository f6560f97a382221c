// SPDX-License-Identifier: Apache-2.0
#include "app/provider.h"

#include <functional>
#include <map>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/random.h"

namespace countersign::app {
namespace {

using gatekeeper::Item;
using gatekeeper::Key;
using gatekeeper::Outcome;
using server::HttpReply;
using server::HttpRequest;

constexpr std::string_view kVerify = "/ratify/gatekeeper/v1/verify";

HttpReply reply(int status, std::string body) {
  return {.status = status,
          .content_type = "application/json",
          .body = std::move(body),
          .retry_after = std::nullopt};
}

bool passes(Outcome outcome) {
  switch (outcome) {
    case Outcome::Accepted:
    case Outcome::Warned:
      return true;
    case Outcome::Refused:
    case Outcome::Unreadable:
    case Outcome::Undecided:
      return false;
  }
  return false;
}

server::Metrics::ProviderKey counted(Outcome outcome) {
  using Counted = server::Metrics::ProviderKey;
  switch (outcome) {
    case Outcome::Refused:
      return Counted::Refused;
    case Outcome::Unreadable:
      return Counted::Unreadable;
    case Outcome::Undecided:
      return Counted::Undecided;
    case Outcome::Warned:
      return Counted::Warned;
    case Outcome::Accepted:
      return Counted::Accepted;
  }
  return Counted::Refused;
}

Item unjudged(const Key& key, Reason reason, std::string_view detail) {
  return key.fault ? gatekeeper::unreadable(key)
                   : gatekeeper::undecided(key, reason, std::string(detail));
}

// Keys that ask the same, by what they ask.
std::map<std::string_view, std::vector<std::size_t>> positions(std::span<const Key> keys) {
  std::map<std::string_view, std::vector<std::size_t>> positions;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    positions[keys[index].text].push_back(index);
  }
  return positions;
}

}  // namespace

bool Provider::knows(std::string_view path) const { return path == kVerify; }

HttpReply Provider::handle(const HttpRequest& request) {
  const auto deadline = Deadline::at(request.received + parts_.timeout);
  const auto view = parts_.admitter.view();
  const auto keys = gatekeeper::parse_request(request.body);
  if (!keys) {
    return refuse(request, keys.error());
  }
  return answer(request, *keys, judge(*keys, view, deadline),
                server::Metrics::ProviderRequest::Answered);
}

std::optional<HttpReply> Provider::handle_at_once(const HttpRequest& request) {
  const auto keys = gatekeeper::parse_request(request.body);
  if (!keys || keys->size() > limits::kAtOnceImages) {
    return std::nullopt;
  }
  const auto items = judge_at_once(*keys);
  return items ? std::optional(
                     answer(request, *keys, *items, server::Metrics::ProviderRequest::Answered))
               : std::nullopt;
}

HttpReply Provider::overloaded(const HttpRequest& request) {
  const auto keys = gatekeeper::parse_request(request.body);
  if (!keys) {
    return refuse(request, keys.error());
  }
  Items items;
  for (const auto& key : *keys) {
    items.push_back(unjudged(key, Reason::Overloaded, "the queue of reviews is full"));
  }
  return answer(request, *keys, items, server::Metrics::ProviderRequest::Overloaded);
}

Provider::Items Provider::judge(std::span<const Key> keys, const admission::View& view,
                                Deadline deadline) const {
  const auto asked = positions(keys);
  Items items(keys.size());
  std::vector<std::function<void()>> parts;
  for (const auto& [text, places] : asked) {
    parts.emplace_back([&] {
      const auto item = judge_one(keys[places.front()], view, deadline);
      for (const auto place : places) {
        items[place] = item;
      }
    });
  }
  parts_.workers.run_all(std::move(parts));
  return items;
}

std::optional<Provider::Items> Provider::judge_at_once(std::span<const Key> keys) const {
  const auto view = parts_.admitter.view();
  Items items;
  for (const auto& key : keys) {
    const auto result =
        key.fault ? std::nullopt : parts_.admitter.judge_at_once(view, key.name_space, key.image);
    if (!result) {
      return std::nullopt;
    }
    items.push_back(gatekeeper::item_of(key, *result));
  }
  return items;
}

Item Provider::judge_one(const Key& key, const admission::View& view, Deadline deadline) const {
  if (key.fault) {
    return gatekeeper::unreadable(key);
  }
  return gatekeeper::item_of(key, parts_.admitter.judge(view, key.name_space, key.image, deadline));
}

HttpReply Provider::refuse(const HttpRequest& request, const Error& error) {
  parts_.logger.warning(
      "provider request refused unjudged",
      {{"entry", "gatekeeper"}, {"reason", wire_name(error.reason)}, {"detail", error.detail}});
  parts_.metrics.provider_request(server::Metrics::ProviderRequest::Unreadable,
                                  parts_.clock.tick() - request.received);
  return reply(400, gatekeeper::render(error));
}

HttpReply Provider::answer(const HttpRequest& request, std::span<const Key> keys,
                           const Items& items, server::Metrics::ProviderRequest how) {
  const gatekeeper::Stamp stamp{
      .trace_id = crypto::random_uuid(), .now = parts_.clock.now(), .verifier = parts_.verifier};
  auto body = gatekeeper::render(items, stamp);
  for (std::size_t index = 0; index < items.size(); ++index) {
    record(request, keys[index], items[index], stamp.trace_id);
  }
  parts_.metrics.provider_request(how, parts_.clock.tick() - request.received);
  return reply(200, std::move(body));
}

void Provider::record(const HttpRequest& request, const Key& key, const Item& item,
                      std::string_view trace_id) {
  const bool accepted = item.outcome == Outcome::Accepted;
  parts_.metrics.provider_key(counted(item.outcome), item.reason);
  const auto took = parts_.clock.tick() - request.received;
  parts_.logger.write(
      log::Level::Info, "decision",
      {{"id", trace_id},
       {"entry", "gatekeeper"},
       {"namespace", key.name_space},
       {"image", key.fault ? std::string_view(key.text) : std::string_view(key.image)},
       {"subject", item.subject},
       {"allowed", passes(item.outcome)},
       {"reason", accepted ? std::string_view() : wire_name(item.reason)},
       {"detail", item.detail},
       {"tookMs", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

}  // namespace countersign::app
