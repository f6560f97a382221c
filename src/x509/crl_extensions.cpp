// SPDX-License-Identifier: Apache-2.0
#include "x509/crl_extensions.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "x509/der.h"
#include "x509/extension_reader.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kCrlNumber = "\x55\x1d\x14";                 // 2.5.29.20
constexpr std::string_view kDeltaIndicator = "\x55\x1d\x1b";            // 2.5.29.27
constexpr std::string_view kIssuingDistributionPoint = "\x55\x1d\x1c";  // 2.5.29.28
constexpr std::string_view kFreshestCrl = "\x55\x1d\x2e";               // 2.5.29.46

using Urls = std::vector<std::string>;

Result<void> read_one(const ExtensionView& extension, CrlExtensions& into);
Result<CrlScope> read_scope(Bytes value);
std::optional<Urls> read_distribution_points(Bytes value);
std::optional<Urls> read_point_name(Bytes name);
std::optional<Urls> read_names(Bytes names);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

std::optional<CrlNumber> CrlNumber::read(Bytes value) {
  const auto content = is_der(value) ? content_of(value, der::kInteger) : std::nullopt;
  if (!content || (content->front() & 0x80U) != 0) {
    return std::nullopt;
  }
  CrlNumber number;
  const Bytes digits = content->front() == 0 ? content->subspan(1) : *content;
  if (digits.size() > number.digits_.size()) {
    return std::nullopt;
  }
  std::ranges::copy_backward(digits, number.digits_.end());
  return number;
}

Result<CrlExtensions> read_crl_extensions(Bytes list) {
  CrlExtensions extensions;
  std::set<std::string_view> seen;
  DerReader reader(list);
  while (!reader.empty()) {
    const auto extension = take_extension(reader);
    if (!extension || !seen.insert(extension->type).second) {
      return refuse("has a malformed extension, or one twice");
    }
    TRY_VOID(read_one(*extension, extensions));
  }
  return extensions;
}

namespace {

Result<void> read_number(Bytes value, std::optional<CrlNumber>& into) {
  into = CrlNumber::read(value);
  return into ? Result<void>{} : refuse("has a malformed number");
}

Result<void> read_freshest(Bytes value, CrlExtensions& into) {
  auto urls = read_distribution_points(value);
  if (!urls) {
    return refuse("has malformed addresses of deltas");
  }
  into.delta_urls = *std::move(urls);
  return {};
}

Result<void> read_one(const ExtensionView& extension, CrlExtensions& into) {
  if (extension.type == kDeltaIndicator) {
    return read_number(extension.value, into.delta_base);
  }
  if (extension.type == kIssuingDistributionPoint) {
    TRY(into.scope, read_scope(extension.value));
    return {};
  }
  if (extension.criticality == Criticality::Critical) {
    return refuse("has a critical extension that is not understood");
  }
  if (extension.type == kCrlNumber) {
    return read_number(extension.value, into.number);
  }
  if (extension.type == kFreshestCrl) {
    return read_freshest(extension.value, into);
  }
  return {};
}

// BOOLEAN DEFAULT FALSE
std::optional<bool> take_flag(DerReader& fields, unsigned number) {
  const auto element = fields.take(der::context(number));
  return element ? boolean(element->content) : false;
}

// IssuingDistributionPoint ::= SEQUENCE { [0] distributionPoint, [1] onlyContainsUserCerts,
// [2] onlyContainsCACerts, [3] onlySomeReasons, [4] indirectCRL, [5] onlyContainsAttributeCerts }
Result<CrlScope> read_scope(Bytes value) {
  const auto content = is_der(value) ? content_of(value, der::kSequence) : std::nullopt;
  DerReader fields(content.value_or(Bytes{}));
  const auto name = fields.take(der::constructed(0));
  auto addresses = name ? read_point_name(name->content) : std::nullopt;
  const auto users = take_flag(fields, 1);
  const auto cas = take_flag(fields, 2);
  const auto reasons = fields.take(der::context(3));
  const auto indirect = take_flag(fields, 4);
  const auto attributes = take_flag(fields, 5);
  const bool flags = users && cas && indirect && attributes;
  if (!content || (name && !addresses) || !flags || !fields.empty()) {
    return refuse("has a malformed issuing distribution point");
  }
  if (*indirect) {
    return refuse("is indirect");
  }
  if (*attributes) {
    return refuse("is about attribute certificates");
  }
  return CrlScope{value, std::move(addresses), *users, *cas, reasons.has_value()};
}

// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint;
// DistributionPoint ::= SEQUENCE { [0] distributionPoint, [1] reasons, [2] cRLIssuer }
std::optional<Urls> read_distribution_points(Bytes value) {
  const auto content = is_der(value) ? content_of(value, der::kSequence) : std::nullopt;
  if (!content || content->empty()) {
    return std::nullopt;
  }
  Urls urls;
  DerReader points(*content);
  while (!points.empty()) {
    const auto point = points.take(der::kSequence);
    DerReader fields(point ? point->content : Bytes{});
    const auto name = fields.take(der::constructed(0));
    const auto found = name ? read_point_name(name->content) : Urls{};
    fields.take(der::context(1));
    fields.take(der::constructed(2));
    if (!point || !found || !fields.empty()) {
      return std::nullopt;
    }
    urls.insert(urls.end(), found->begin(), found->end());
  }
  return urls;
}

// DistributionPointName ::= CHOICE { [0] fullName, [1] nameRelativeToCRLIssuer }; the second is
// never an address.
std::optional<Urls> read_point_name(Bytes name) {
  DerReader choice(name);
  const auto full = choice.take(der::constructed(0));
  const auto relative = full ? std::nullopt : choice.take(der::constructed(1));
  if ((!full && !relative) || !choice.empty()) {
    return std::nullopt;
  }
  return full ? read_names(full->content) : Urls{};
}

// The addresses among GeneralNames; names of other kinds are none of ours.
std::optional<Urls> read_names(Bytes names) {
  constexpr std::uint8_t kUri = der::context(6);
  Urls urls;
  DerReader reader(names);
  while (!reader.empty()) {
    const auto name = reader.take();
    if (!name) {
      return std::nullopt;
    }
    if (name->tag != kUri) {
      continue;
    }
    const std::string_view url = as_text(name->content);
    if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; })) {
      return std::nullopt;
    }
    urls.emplace_back(url);
  }
  return urls;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "revocation list " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
