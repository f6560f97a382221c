// SPDX-License-Identifier: Apache-2.0
// The signed attributes of an envelope, without a trace of its format: what cose_attributes.h and
// jws_attributes.h decode, and attribute_rules.h judges.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::notation {

template <class T>
using Field = std::optional<Result<T>>;  // absent, there but not of that type, or this

// What `read` makes of a value; absent when there is none.
template <class Value, class Read>
auto read_field(const Value* value, std::string_view name, Read read)
    -> std::optional<decltype(read(*value, name))> {
  return value == nullptr ? std::nullopt : std::optional(read(*value, name));
}

struct Attributes {
  Field<std::string> content_type;
  Field<std::vector<std::string>> critical;  // names; an integer label is its digits
  Field<std::string> scheme;
  Field<Time> signing_time;
  Field<Time> authentic_signing_time;
  Field<Time> expiry;
  Field<std::string> plugin;
  Field<std::string> plugin_min_version;
  std::map<std::string, std::string> extended;  // all others, as text
};

}  // namespace countersign::notation
