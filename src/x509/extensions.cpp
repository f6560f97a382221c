// SPDX-License-Identifier: Apache-2.0
#include "x509/extensions.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "x509/der.h"

namespace countersign::x509 {
namespace {

using namespace std::string_view_literals;

struct Extension {
  std::string_view type;  // content of the object identifier
  Criticality criticality;
  Bytes value;
};

std::optional<Extension> read_frame(const Der& element);
bool repeats_a_type(std::vector<std::string_view> types);
bool read_value(const Extension& extension, Extensions& into);
bool read_basic_constraints(const Extension& extension, Extensions& into);
bool read_key_usage(const Extension& extension, Extensions& into);
bool read_extended_key_usage(const Extension& extension, Extensions& into);
bool read_authority_information(const Extension& extension, Extensions& into);
bool read_distribution_points(const Extension& extension, Extensions& into);

}  // namespace

Result<Extensions> read_extensions(Bytes extensions, Reason reason) {
  Extensions read;
  std::vector<std::string_view> types;
  DerReader list(extensions);
  while (!list.empty()) {
    const auto element = list.take(der::kSequence);
    const auto extension = element ? read_frame(*element) : std::nullopt;
    if (!extension || !read_value(*extension, read)) {
      return fail(reason, "certificate has a malformed extension");
    }
    types.push_back(extension->type);
  }
  if (repeats_a_type(std::move(types))) {
    return fail(reason, "certificate has an extension twice");
  }
  return read;
}

namespace {

// Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
std::optional<Extension> read_frame(const Der& element) {
  DerReader fields(element.content);
  const auto type = fields.take(der::kObjectIdentifier);
  const auto critical = fields.take(der::kBoolean);
  const auto value = fields.take(der::kOctetString);
  if (!type || !value || !fields.empty()) {
    return std::nullopt;
  }
  const bool is_critical = critical && boolean(critical->content) == true;
  return Extension{as_text(type->content),
                   is_critical ? Criticality::Critical : Criticality::NotCritical, value->content};
}

// A certificate has room for thousands.
bool repeats_a_type(std::vector<std::string_view> types) {
  std::ranges::sort(types);
  return std::ranges::adjacent_find(types) != types.end();
}

bool read_value(const Extension& extension, Extensions& into) {
  using Reader = bool (*)(const Extension&, Extensions&);
  static constexpr std::array<std::pair<std::string_view, Reader>, 5> kReaders{{
      {"\x55\x1d\x13"sv, read_basic_constraints},
      {"\x55\x1d\x0f"sv, read_key_usage},
      {"\x55\x1d\x25"sv, read_extended_key_usage},
      {"\x2b\x06\x01\x05\x05\x07\x01\x01"sv, read_authority_information},
      {"\x55\x1d\x1f"sv, read_distribution_points},
  }};
  for (const auto& [type, read] : kReaders) {
    if (type == extension.type) {
      return is_der(extension.value) && read(extension, into);
    }
  }
  return true;
}

// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX)
// OPTIONAL }
bool read_basic_constraints(const Extension& extension, Extensions& into) {
  const auto content = content_of(extension.value, der::kSequence);
  if (!content) {
    return false;
  }
  DerReader fields(*content);
  const auto ca = fields.take(der::kBoolean);
  const auto length = fields.take(der::kInteger);
  if (!fields.empty()) {
    return false;
  }
  BasicConstraints constraints{extension.criticality, ca && boolean(ca->content) == true,
                               std::nullopt};
  if (length) {
    constraints.path_length = integer(length->content);
    if (!constraints.path_length || *constraints.path_length < 0) {
      return false;
    }
  }
  into.basic_constraints = constraints;
  return true;
}

// KeyUsage ::= BIT STRING; bit 0 is the highest of the first octet.
bool read_key_usage(const Extension& extension, Extensions& into) {
  constexpr unsigned kBits = 9;
  const auto content = content_of(extension.value, der::kBitString);
  if (!content) {
    return false;
  }
  const Bytes octets = content->subspan(1);  // the first counts unused bits, which is_der saw clear
  KeyUsage usage{extension.criticality, 0};
  for (unsigned bit = 0; bit < kBits && bit / 8 < octets.size(); ++bit) {
    if ((octets[bit / 8] & (0x80U >> bit % 8)) != 0) {
      usage.bits = static_cast<std::uint16_t>(usage.bits | 1U << bit);
    }
  }
  into.key_usage = usage;
  return true;
}

bool read_extended_key_usage(const Extension& extension, Extensions& into) {
  const auto content = content_of(extension.value, der::kSequence);
  if (!content) {
    return false;
  }
  ExtendedKeyUsage usage{extension.criticality, {}};
  DerReader purposes(*content);
  while (!purposes.empty()) {
    const auto purpose = purposes.take(der::kObjectIdentifier);
    auto text = purpose ? dotted(purpose->content) : std::nullopt;
    if (!text) {
      return false;
    }
    usage.purposes.push_back(*std::move(text));
  }
  into.extended_key_usage = std::move(usage);
  return true;
}

bool is_general_name(const Der& element) {
  static constexpr std::array<std::uint8_t, 9> kTags{
      der::constructed(0), der::context(1),     der::context(2),
      der::constructed(3), der::constructed(4), der::constructed(5),
      der::context(6),     der::context(7),     der::context(8)};
  return std::ranges::find(kTags, element.tag) != kTags.end();
}

// Adds the address when the name is one; false when it has characters that no address has.
bool add_url(const Der& name, std::vector<std::string>& urls) {
  constexpr std::uint8_t kUniformResourceIdentifier = der::context(6);
  if (name.tag != kUniformResourceIdentifier) {
    return is_general_name(name);
  }
  std::string url(as_text(name.content));
  const bool printable = std::ranges::all_of(url, [](char c) { return c >= ' ' && c <= '~'; });
  urls.push_back(std::move(url));
  return printable;
}

// AuthorityInfoAccessSyntax ::= SEQUENCE OF SEQUENCE { accessMethod, accessLocation GeneralName }
bool read_authority_information(const Extension& extension, Extensions& into) {
  constexpr std::string_view kOcsp = "\x2b\x06\x01\x05\x05\x07\x30\x01"sv;
  const auto content = content_of(extension.value, der::kSequence);
  if (!content) {
    return false;
  }
  DerReader descriptions(*content);
  while (!descriptions.empty()) {
    const auto description = descriptions.take(der::kSequence);
    DerReader fields(description ? description->content : Bytes{});
    const auto method = fields.take(der::kObjectIdentifier);
    const auto location = fields.take();
    if (!method || !location || !fields.empty()) {
      return false;
    }
    const bool sound = as_text(method->content) == kOcsp ? add_url(*location, into.ocsp_urls)
                                                         : is_general_name(*location);
    if (!sound) {
      return false;
    }
  }
  return true;
}

bool add_urls(Bytes general_names, std::vector<std::string>& urls) {
  DerReader names(general_names);
  while (!names.empty()) {
    const auto name = names.take();
    if (!name || !add_url(*name, urls)) {
      return false;
    }
  }
  return true;
}

// DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] }; the
// second is never an address.
bool add_point_name(Bytes content, std::vector<std::string>& urls) {
  DerReader choice(content);
  const auto name = choice.take();
  if (!name || !choice.empty()) {
    return false;
  }
  return name->tag == der::constructed(0) ? add_urls(name->content, urls)
                                          : name->tag == der::constructed(1);
}

// DistributionPoint ::= SEQUENCE { distributionPoint [0] OPTIONAL, reasons [1] OPTIONAL, cRLIssuer
// [2] OPTIONAL }. The issuer's addresses, if any, lead to no list.
bool read_point(Bytes content, Extensions& into) {
  DerReader fields(content);
  const auto name = fields.take(der::constructed(0));
  const auto reasons = fields.take(der::context(1));
  const auto issuer = fields.take(der::constructed(2));
  std::vector<std::string> ignored;
  return fields.empty() && (!name || add_point_name(name->content, into.crl_urls)) &&
         (!reasons || !reasons->content.empty()) && (!issuer || add_urls(issuer->content, ignored));
}

// CRLDistributionPoints ::= SEQUENCE OF DistributionPoint
bool read_distribution_points(const Extension& extension, Extensions& into) {
  const auto content = content_of(extension.value, der::kSequence);
  if (!content) {
    return false;
  }
  DerReader points(*content);
  while (!points.empty()) {
    const auto point = points.take(der::kSequence);
    if (!point || !read_point(point->content, into)) {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace countersign::x509
