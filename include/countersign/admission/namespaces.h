// SPDX-License-Identifier: Apache-2.0
// Labels of namespaces, for rules that select by them.
#pragma once
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/policy/selector.h"

namespace countersign::admission {

using Labels = policy::Labels;

class Namespaces {  // called from many threads
 public:
  virtual ~Namespaces() = default;
  // Reason::NamespaceUnavailable: they could not be read, or there is no such namespace. A rule
  // that needs them then denies; that it would not have matched is not known.
  virtual Result<Labels> labels(std::string_view name_space, Deadline) = 0;
};

}  // namespace countersign::admission
