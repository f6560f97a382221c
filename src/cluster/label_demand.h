// SPDX-License-Identifier: Apache-2.0
// A label selector, read far enough to see that nothing can meet it.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "countersign/codec/json.h"

namespace countersign::cluster {

struct LabelDemand {                                // of one key, all requirements together
  std::optional<std::set<std::string>> among = {};  // the value must be one of these
  std::set<std::string> not_among = {};
  bool present = false;
  bool absent = false;
  bool unknown = false;  // an operator that nobody knows

  bool can_be_met() const;
};

// By key. Null and {} demand nothing.
std::map<std::string, LabelDemand> read_selector(const codec::Json* selector);

}  // namespace countersign::cluster
