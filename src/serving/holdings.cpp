// SPDX-License-Identifier: Apache-2.0
#include "serving/holdings.h"

#include <algorithm>
#include <array>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json_text.h"
#include "countersign/codec/pem.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/private_key.h"

namespace countersign::serving {
namespace {

using codec::Json;

constexpr std::string_view kCertificate = "tls.crt";
constexpr std::string_view kKey = "tls.key";
constexpr std::string_view kAuthority = "ca.crt";
constexpr std::string_view kAuthorityKey = "ca.key";
constexpr std::string_view kNext = "next-ca.crt";
constexpr std::string_view kNextKey = "next-ca.key";
constexpr std::string_view kPublished = "next-ca.published";
constexpr std::string_view kOld = "old-ca.crt";
constexpr std::string_view kOldUntil = "old-ca.until";
constexpr std::string_view kNames = "dns-names";
constexpr std::array kOurs{kCertificate, kKey,       kAuthority, kAuthorityKey, kNext,
                           kNextKey,     kPublished, kOld,       kOldUntil,     kNames};

std::string text_of(const Json* data, std::string_view member);
std::optional<Pair> pair_of(const Json* data, std::string_view certificate, std::string_view key);
std::optional<Time> time_of(const Json* data, std::string_view member);
std::vector<std::string> split(std::string_view names);
std::string join(const std::vector<std::string>& names);
void read_foreign(const Json* data, Holdings& holdings);

Span span_of(const Pair& pair) {
  return {pair.certificate.not_before(), pair.certificate.not_after()};
}

std::optional<Span> span_of(const std::optional<Pair>& pair) {
  return pair ? std::optional(span_of(*pair)) : std::nullopt;
}

}  // namespace

Result<Pair> read_pair(x509::KeyedCertificate pem) {
  TRY(const auto blocks, codec::parse_pem(pem.certificate, "CERTIFICATE",
                                          codec::OtherBlocks::Refuse, Reason::BadConfig));
  if (blocks.size() != 1) {
    return fail(Reason::BadConfig, "one certificate is expected");
  }
  TRY(auto certificate, x509::Certificate::parse_der(blocks.front().content, Reason::BadConfig));
  TRY(const auto key, crypto::PrivateKey::parse_pem(pem.key.reveal(), Reason::BadConfig));
  if (!key.belongs_to(certificate.public_key())) {
    return fail(Reason::BadConfig, "the key is not that of the certificate");
  }
  return Pair{std::move(pem), std::move(certificate)};
}

Result<Holdings> read_holdings(const Json& secret) {
  const auto* data = secret.find("data");
  if (!text_of(data, kCertificate).empty() && Secret(text_of(data, kAuthorityKey)).empty()) {
    return fail(Reason::BadConfig,
                "the secret holds a certificate that was not made here; name one that is empty, or "
                "use it by tls.certificate and tls.key");
  }
  Holdings held;
  held.authority = pair_of(data, kAuthority, kAuthorityKey);
  held.next = pair_of(data, kNext, kNextKey);
  held.published = held.next ? time_of(data, kPublished) : std::nullopt;
  held.leaf = pair_of(data, kCertificate, kKey);
  if (held.leaf &&
      !(held.authority && held.leaf->certificate.issued_by(held.authority->certificate))) {
    held.leaf.reset();
  }
  held.old_until = time_of(data, kOldUntil);
  held.old = held.old_until ? text_of(data, kOld) : std::string();
  held.names = split(text_of(data, kNames));
  if (const auto* metadata = secret.find("metadata")) {
    held.metadata = *metadata;
  }
  if (const auto* type = secret.find_string("type")) {
    held.type = *type;
  }
  read_foreign(data, held);
  return held;
}

namespace {

// Grows by no copies that would be left behind: it is as large as it can become from the start.
class DataWriter {
 public:
  DataWriter() { text_.reserve(limits::kApiObjectBytes); }

  DataWriter& raw(std::string_view text) {
    text_ += text;
    return *this;
  }
  void encoded(std::string_view member, std::string_view base64) {
    raw(first_ ? "\"" : ",\"").raw(member).raw("\":\"").raw(base64).raw("\"");
    first_ = false;
  }
  void plain(std::string_view member, std::string_view text) {
    auto base64 = codec::encode_base64(as_bytes(text));
    encoded(member, base64);
    wipe(base64);
  }
  void pair(const std::optional<Pair>& pair, std::string_view certificate, std::string_view key) {
    if (pair) {
      plain(certificate, pair->pem.certificate);
      plain(key, pair->pem.key.reveal());
    }
  }
  Secret take() { return Secret(std::move(text_)); }

 private:
  std::string text_;
  bool first_ = true;
};

std::string quoted(std::string_view text) { return codec::JsonWriter().string(text).take(); }

Json fresh_metadata(const cluster::Resource& resource) {
  return Json(Json::Object{{"name", Json(resource.name())},
                           {"namespace", Json(resource.name_space())},
                           {"labels", Json(Json::Object{{"app.kubernetes.io/managed-by",
                                                         Json(std::string("countersign"))}})}});
}

}  // namespace

Secret render_holdings(const cluster::Resource& resource, const Holdings& held) {
  DataWriter writer;
  writer.raw(R"({"apiVersion":"v1","kind":"Secret","metadata":)")
      .raw(codec::json_text(held.metadata.is_object() ? held.metadata : fresh_metadata(resource)))
      .raw(R"(,"type":)")
      .raw(quoted(held.type))
      .raw(R"(,"data":{)");
  writer.pair(held.leaf, kCertificate, kKey);
  writer.pair(held.authority, kAuthority, kAuthorityKey);
  writer.pair(held.next, kNext, kNextKey);
  if (held.published) {
    writer.plain(kPublished, codec::format_rfc3339(*held.published));
  }
  if (held.old_until) {
    writer.plain(kOld, held.old);
    writer.plain(kOldUntil, codec::format_rfc3339(*held.old_until));
  }
  writer.plain(kNames, join(held.names));
  for (const auto& [member, base64] : held.foreign) {
    writer.encoded(member, base64.reveal());
  }
  writer.raw("}}");
  return writer.take();
}

std::string bundle_of(const Holdings& held) {
  std::string bundle;
  if (held.authority) {
    bundle += held.authority->pem.certificate;
  }
  if (held.next) {
    bundle += held.next->pem.certificate;
  }
  return bundle + held.old;
}

PlanState plan_state(const Holdings& held, const std::vector<std::string>& wanted_names) {
  PlanState state;
  state.authority = span_of(held.authority);
  state.next = span_of(held.next);
  state.published = held.published;
  state.old_until = held.old_until;
  state.leaf = span_of(held.leaf);
  const bool covered = std::ranges::all_of(wanted_names, [&held](const auto& name) {
    return std::ranges::find(held.names, name) != held.names.end();
  });
  state.names = covered ? NamesCovered::Yes : NamesCovered::No;
  return state;
}

namespace {

std::string text_of(const Json* data, std::string_view member) {
  const auto* value = data == nullptr ? nullptr : data->find_string(member);
  auto bytes = value == nullptr ? Result<ByteVector>(ByteVector())
                                : codec::decode_base64(*value, Reason::BadConfig);
  if (!bytes) {
    return {};
  }
  std::string text(as_text(*bytes));
  std::ranges::fill(*bytes, std::uint8_t{0});
  return text;
}

std::optional<Pair> pair_of(const Json* data, std::string_view certificate, std::string_view key) {
  auto pair = read_pair({text_of(data, certificate), Secret(text_of(data, key))});
  return pair ? std::optional(*std::move(pair)) : std::nullopt;
}

std::optional<Time> time_of(const Json* data, std::string_view member) {
  const auto time = codec::parse_rfc3339(text_of(data, member), Reason::BadConfig);
  return time ? std::optional(*time) : std::nullopt;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> list;
  while (!names.empty() && list.size() < 2 * limits::kServingNames) {
    const auto comma = std::min(names.find(','), names.size());
    list.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return list;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? "" : ",") + name;
  }
  return text;
}

// A member's name has nothing that JSON would have to escape.
void read_foreign(const Json* data, Holdings& holdings) {
  if (data == nullptr) {
    return;
  }
  for (const auto& [member, value] : data->members()) {
    const bool plain = std::ranges::all_of(
        member, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
    if (std::ranges::find(kOurs, member) == kOurs.end() && plain && value.string() != nullptr &&
        codec::decode_base64(*value.string(), Reason::BadConfig)) {
      holdings.foreign.emplace_back(member, Secret(*value.string()));
    }
  }
}

}  // namespace
}  // namespace countersign::serving
