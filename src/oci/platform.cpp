// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/platform.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign::oci {
namespace {

// What uname and packagers say, and Go's names for it: an index has only the latter.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kForeignNames{
    {{"x86_64", "amd64"},
     {"x86-64", "amd64"},
     {"aarch64", "arm64"},
     {"armhf", "arm/v7"},
     {"armel", "arm/v6"},
     {"i386", "386"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kUsualVariants{
    {{"amd64", "v1"}, {"arm64", "v8"}, {"arm", "v7"}}};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

std::string_view without_usual(std::string_view architecture, std::string_view variant) {
  const bool usual =
      std::ranges::find(kUsualVariants, std::pair(architecture, variant)) != kUsualVariants.end();
  return usual ? std::string_view() : variant;
}

}  // namespace

Result<Platform> Platform::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(Reason::BadConfig, "\"" + std::string(text) + "\": " + std::string(why));
  };
  std::array<std::string, 3> parts;
  std::size_t count = 0;
  for (auto rest = text;; ++count) {
    const auto slash = rest.find('/');
    if (count == parts.size() || !is_name(rest.substr(0, slash))) {
      return bad("a platform is written like linux/amd64 or linux/arm/v7");
    }
    parts.at(count) = rest.substr(0, slash);
    if (slash == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(slash + 1);
  }
  if (count == 0) {
    return bad("a platform is written like linux/amd64 or linux/arm/v7");
  }
  const auto& [os, architecture, variant] = parts;
  for (const auto& [foreign, name] : kForeignNames) {
    if (architecture == foreign) {
      return bad("indexes call this architecture " + std::string(name));
    }
  }
  return Platform{.os = os, .architecture = architecture, .variant = variant};
}

bool Platform::matches(const Platform& wanted) const {
  return os == wanted.os && architecture == wanted.architecture &&
         without_usual(architecture, variant) == without_usual(architecture, wanted.variant);
}

std::string Platform::text() const {
  return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

}  // namespace countersign::oci
