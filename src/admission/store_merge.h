// SPDX-License-Identifier: Apache-2.0
// What becomes of a trust store when its source was looked at.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/trust/certificate_source.h"
#include "countersign/trust/snapshot.h"

namespace countersign::admission {

struct Look {  // at a source
  trust::StoreType type = trust::StoreType::Ca;
  trust::Content content = trust::Content::Anchors;
  std::string source;  // its name, where no item has one
  std::optional<std::chrono::seconds> max_stale;
  Time now;
  Tick tick;
};

// `before` with what was found: items that were looked at are replaced, those that are missing are
// gone, those that could not be looked at stay as they were and say why.
trust::Store merged(const trust::Store& before, Result<std::vector<trust::Item>> found,
                    const Look& look);

}  // namespace countersign::admission
