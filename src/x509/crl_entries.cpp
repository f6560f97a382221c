// SPDX-License-Identifier: Apache-2.0
#include "x509/crl_entries.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "countersign/base/limits.h"

#include "x509/der.h"
#include "x509/extension_reader.h"

namespace countersign::x509 {
namespace {

static_assert(limits::kCrlBytes <= std::numeric_limits<std::uint32_t>::max());

constexpr std::string_view kReasonCode = "\x55\x1d\x15";      // 2.5.29.21
constexpr std::string_view kInvalidityDate = "\x55\x1d\x18";  // 2.5.29.24

struct RawEntry {
  Bytes serial;
  Time revoked;
  Bytes extensions;
};

std::optional<RawEntry> read_raw(Bytes entry);
bool extensions_are_plain(Bytes extensions);
std::optional<CrlEntry> read_meaning(const RawEntry& raw);
std::uint32_t hash(Bytes serial);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

Result<CrlEntries> CrlEntries::read(Bytes list) {
  CrlEntries entries;
  entries.list_ = list;
  DerReader reader(list);
  while (!reader.empty()) {
    if (entries.places_.size() == limits::kCrlEntries) {
      return refuse("has more entries than the limit");
    }
    const auto element = reader.take(der::kSequence);
    const auto raw = element ? read_raw(element->content) : std::nullopt;
    if (!raw) {
      return refuse("has a malformed entry");
    }
    if (!extensions_are_plain(raw->extensions)) {
      return refuse("has an entry with a critical or malformed extension");
    }
    const auto offset = static_cast<std::uint32_t>(element->whole.data() - list.data());
    entries.places_.push_back({hash(raw->serial), offset});
  }
  std::ranges::sort(entries.places_);
  return entries;
}

Result<std::vector<CrlEntry>> CrlEntries::find(Bytes serial) const {
  std::vector<CrlEntry> found;
  for (const Place& place : std::ranges::equal_range(places_, hash(serial), {}, &Place::hash)) {
    DerReader reader(list_.subspan(place.offset));
    const auto element = reader.take(der::kSequence);
    const auto raw = element ? read_raw(element->content) : std::nullopt;
    if (raw && !std::ranges::equal(raw->serial, serial)) {
      continue;
    }
    const auto meaning = raw ? read_meaning(*raw) : std::nullopt;
    if (!meaning) {
      return refuse("has a malformed entry for the certificate");
    }
    found.push_back(*meaning);
  }
  return found;
}

namespace {

// SEQUENCE { userCertificate, revocationDate, crlEntryExtensions OPTIONAL }
std::optional<RawEntry> read_raw(Bytes entry) {
  DerReader fields(entry);
  const auto serial = fields.take(der::kInteger);
  const auto date = fields.take();
  const auto revoked = date ? read_time(*date) : std::nullopt;
  const auto extensions = fields.take(der::kSequence);
  if (!serial || !revoked || !fields.empty()) {
    return std::nullopt;
  }
  return RawEntry{serial->content, *revoked, extensions ? extensions->content : Bytes{}};
}

bool extensions_are_plain(Bytes extensions) {
  DerReader list(extensions);
  while (!list.empty()) {
    const auto extension = take_extension(list);
    if (!extension || extension->criticality == Criticality::Critical) {
      return false;
    }
  }
  return true;
}

std::optional<CrlEntry> read_meaning(const RawEntry& raw) {
  CrlEntry entry{raw.revoked, RevocationReason::Unspecified, std::nullopt};
  std::optional<Bytes> reason;
  DerReader list(raw.extensions);
  while (!list.empty()) {
    const auto extension = take_extension(list);
    if (!extension) {
      return std::nullopt;
    }
    if (extension->type == kReasonCode) {
      const bool again = reason.has_value();
      reason =
          is_der(extension->value) ? content_of(extension->value, der::kEnumerated) : std::nullopt;
      if (again || !reason) {
        return std::nullopt;
      }
      entry.reason = revocation_reason(*reason);
    } else if (extension->type == kInvalidityDate) {
      const bool again = entry.invalid_since.has_value();
      entry.invalid_since = invalidity_date(extension->value);
      if (again || !entry.invalid_since) {
        return std::nullopt;
      }
    }
  }
  return entry;
}

std::uint32_t hash(Bytes serial) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(as_text(serial)));
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "revocation list " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
