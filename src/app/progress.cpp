// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <ostream>

namespace countersign::app {
namespace {

constexpr const char* kErased = "\r\x1b[K";  // the line, from its beginning

}  // namespace

void ProgressLine::show(std::size_t done) {
  switch (console_.progress) {
    case Progress::Never:
      return;
    case Progress::Shown:
      console_.err << kErased << what_ << ' ' << done << " of " << total_ << std::flush;
  }
}

ProgressLine::~ProgressLine() {
  if (console_.progress == Progress::Shown) {
    console_.err << kErased << std::flush;
  }
}

}  // namespace countersign::app
