// SPDX-License-Identifier: Apache-2.0
#include "soak/faulty_registry.h"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "soak/chance.h"

namespace countersign::soak {
namespace {

using test::wire;
using test::WireAnswer;

enum class Fault : std::uint8_t {
  InternalError,
  Unavailable,
  Throttled,
  ThrottledForASecond,
  Reset,
  Truncated,
  OtherBytes,
  NotFound,
  Garbage,
  Silent,
};

// Of a thousand exchanges. A second of silence or of waiting costs as much as many of the others.
struct Row {
  Fault fault;
  unsigned per_mille;
};
constexpr std::array kFaults{Row{Fault::InternalError, 6}, Row{Fault::Unavailable, 6},
                             Row{Fault::Throttled, 6},     Row{Fault::ThrottledForASecond, 1},
                             Row{Fault::Reset, 6},         Row{Fault::Truncated, 6},
                             Row{Fault::OtherBytes, 6},    Row{Fault::NotFound, 6},
                             Row{Fault::Garbage, 6},       Row{Fault::Silent, 1}};

std::optional<Fault> fault_of(std::uint64_t exchange) {
  auto left = chance(exchange) % 1'000;
  for (const auto& row : kFaults) {
    if (left < row.per_mille) {
      return row.fault;
    }
    left -= row.per_mille;
  }
  return std::nullopt;
}

WireAnswer error(int status, std::vector<net::Header> headers = {}) {
  headers.push_back({"Content-Type", "application/json"});
  return wire(status, headers, R"({"errors":[{"code":"UNKNOWN","message":"a bad day"}]})");
}

WireAnswer cut(WireAnswer answer) {
  answer.bytes.pop_back();
  answer.then = WireAnswer::Then::Close;
  return answer;
}

WireAnswer with_another_last_byte(WireAnswer answer) {
  answer.bytes.back() = static_cast<char>(answer.bytes.back() ^ 1);
  return answer;
}

WireAnswer spoil(Fault fault, WireAnswer answer) {
  switch (fault) {
    case Fault::InternalError:
      return error(500);
    case Fault::Unavailable:
      return error(503);
    case Fault::Throttled:
      return error(429);
    case Fault::ThrottledForASecond:
      return error(429, {{"Retry-After", "1"}});
    case Fault::Reset:
      return {"", WireAnswer::Then::Reset, ""};
    case Fault::Truncated:
      return cut(std::move(answer));
    case Fault::OtherBytes:
      return with_another_last_byte(std::move(answer));
    case Fault::NotFound:
      return error(404);
    case Fault::Garbage:
      return wire(200, {{"Content-Type", std::string(oci::media_type::kOciIndex)}},
                  R"({"schemaVersion":2,"manifests":[{"mediaType":)");
    case Fault::Silent:
      return {"", WireAnswer::Then::Hold, ""};
  }
  std::abort();
}

struct Target {  // /v2/<name>/<kind>/<reference>
  std::string_view image, kind, reference;
};

std::string_view take_last(std::string_view& path) {
  const auto slash = path.rfind('/');
  const auto last = path.substr(slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return last;
}

Target parse_target(std::string_view path) {
  path = path.substr(0, path.find('?'));
  Target target;
  target.reference = take_last(path);
  target.kind = take_last(path);
  target.image = take_last(path);
  return target;
}

std::string referrers_of(const test::MemoryStore& store, const oci::Digest& subject) {
  std::string list;
  const auto [first, last] = store.referrers.equal_range(subject);
  for (auto each = first; each != last; ++each) {
    const auto& referrer = each->second;
    list.append(list.empty() ? "" : ",")
        .append(R"({"mediaType":")" + referrer.media_type + R"(","digest":")")
        .append(referrer.digest.text() + R"(","size":)" + std::to_string(referrer.size))
        .append(R"(,"artifactType":")" + referrer.artifact_type + R"("})");
  }
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
         R"("manifests":[)" +
         list + "]}";
}

std::optional<oci::Digest> digest_of(const test::MemoryStore& store, const Target& target) {
  if (target.reference == Images::kTag) {
    const auto tagged = store.tags.find(std::string(target.image));
    return tagged == store.tags.end() ? std::nullopt : std::optional(tagged->second);
  }
  auto digest = oci::Digest::parse(target.reference, Reason::BadRequest);
  return digest ? std::optional(std::move(*digest)) : std::nullopt;
}

}  // namespace

WireAnswer FaultyRegistry::answer(const test::SeenRequest& request) {
  const auto exchange = conduct_.exchanges++;
  const auto fault = conduct_.faults ? fault_of(exchange) : std::nullopt;
  if (!fault) {
    return honest(request);
  }
  ++conduct_.spoiled;
  return spoil(*fault, honest(request));
}

WireAnswer FaultyRegistry::honest(const test::SeenRequest& request) const {
  const auto& store = images_.store();
  const auto target = parse_target(request.target);
  const auto digest = digest_of(store, target);
  if (!digest) {
    return error(404);
  }
  if (target.kind == "referrers") {
    return wire(200, {{"Content-Type", std::string(oci::media_type::kOciIndex)}},
                referrers_of(store, *digest));
  }
  const auto stored = store.contents.find(*digest);
  if (stored == store.contents.end()) {
    return error(404);
  }
  const auto& [descriptor, bytes] = stored->second;
  return wire(200, {{"Content-Type", descriptor.media_type}}, as_text(bytes));
}

}  // namespace countersign::soak
