// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/reason.h"

#include <array>

namespace countersign {

std::string_view wire_name(Reason reason) noexcept {
  switch (reason) {
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) \
  case Reason::name:                                       \
    return wire;
    COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
  }
  return "INTERNAL";
}

std::string_view meaning(Reason reason) noexcept {
  switch (reason) {
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) \
  case Reason::name:                                       \
    return meaning;
    COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
  }
  return "a fault in Countersign itself";
}

Blame blame(Reason reason) noexcept {
  switch (reason) {
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) \
  case Reason::name:                                       \
    return Blame::blame;
    COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
  }
  return Blame::Us;
}

bool may_retry(Reason reason) noexcept {
  switch (reason) {
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) \
  case Reason::name:                                       \
    return retry;
    COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
  }
  return false;
}

std::span<const Reason> all_reasons() noexcept {
  static constexpr std::array kAll{
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) Reason::name,
      COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
  };
  return kAll;
}

std::string_view name(Blame blame) noexcept {
  switch (blame) {
    case Blame::Author:
      return "author";
    case Blame::Publisher:
      return "publisher";
    case Blame::Remote:
      return "remote";
    case Blame::Operator:
      return "operator";
    case Blame::Us:
      return "us";
  }
  return "us";
}

}  // namespace countersign
