// SPDX-License-Identifier: Apache-2.0
// A logger that counts what it is told.
#pragma once
#include <atomic>

#include "countersign/base/log.h"

namespace countersign::revocation {

class Notebook final : public log::Logger {
 public:
  void write(log::Level, std::string_view, std::initializer_list<log::Field>) override { ++lines_; }
  int lines() const { return lines_; }

 private:
  std::atomic<int> lines_ = 0;
};

}  // namespace countersign::revocation
