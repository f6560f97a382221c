// SPDX-License-Identifier: Apache-2.0
#include "cluster/label_demand.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace countersign::cluster {
namespace {

using codec::Json;

std::set<std::string> texts(const Json* list) {
  std::set<std::string> values;
  if (list != nullptr) {
    for (const auto& each : list->elements()) {
      if (const auto* text = each.string()) {
        values.insert(*text);
      }
    }
  }
  return values;
}

void demand_among(LabelDemand& demand, std::set<std::string> values) {
  if (!demand.among) {
    demand.among = std::move(values);
    return;
  }
  std::set<std::string> both;
  std::ranges::set_intersection(*demand.among, values, std::inserter(both, both.end()));
  demand.among = std::move(both);
}

void add(LabelDemand& demand, std::string_view operation, std::set<std::string> values) {
  if (operation == "In") {
    demand_among(demand, std::move(values));
  } else if (operation == "NotIn") {
    demand.not_among.merge(values);
  } else if (operation == "Exists") {
    demand.present = true;
  } else if (operation == "DoesNotExist") {
    demand.absent = true;
  } else {
    demand.unknown = true;
  }
}

}  // namespace

bool LabelDemand::can_be_met() const {
  if (absent && (present || among)) {
    return false;
  }
  return !among || std::ranges::any_of(*among, [this](const std::string& value) {
    return !not_among.contains(value);
  });
}

std::map<std::string, LabelDemand> read_selector(const Json* selector) {
  std::map<std::string, LabelDemand> demands;
  if (selector == nullptr) {
    return demands;
  }
  if (const auto* labels = selector->find("matchLabels")) {
    for (const auto& [key, value] : labels->members()) {
      const auto* text = value.string();
      demand_among(demands[key],
                   text == nullptr ? std::set<std::string>() : std::set<std::string>{*text});
    }
  }
  if (const auto* expressions = selector->find("matchExpressions")) {
    for (const auto& each : expressions->elements()) {
      const auto* key = each.find_string("key");
      const auto* operation = each.find_string("operator");
      add(demands[key == nullptr ? "" : *key], operation == nullptr ? "" : *operation,
          texts(each.find("values")));
    }
  }
  return demands;
}

}  // namespace countersign::cluster
