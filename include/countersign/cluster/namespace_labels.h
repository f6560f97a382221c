// SPDX-License-Identifier: Apache-2.0
// The labels of namespaces, asked for by name (the verb get) and remembered for a short while.
//
// Many who ask for one namespace at once are one request. When the API server can't be asked, what
// it said last counts until it is limits::kNamespaceStale old.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/cluster/api_client.h"

namespace countersign::cluster {

class NamespaceLabels {  // thread-safe
 public:
  using Labels = std::map<std::string, std::string, std::less<>>;

  // Both borrowed.
  NamespaceLabels(ApiClient&, const Clock&);
  ~NamespaceLabels();
  NamespaceLabels(const NamespaceLabels&) = delete;
  NamespaceLabels& operator=(const NamespaceLabels&) = delete;

  // Reason::NamespaceUnavailable: they can't be read, or there is no such namespace.
  [[nodiscard]] Result<Labels> of(std::string_view name_space, Deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::cluster
