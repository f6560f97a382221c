// SPDX-License-Identifier: Apache-2.0
// A line that says how far a command is, on a terminal alone.
#pragma once
#include <cstddef>
#include <string>

#include "app/console.h"

namespace countersign::app {

class ProgressLine {  // gone with the object; for one thread at a time
 public:
  ProgressLine(std::string what, std::size_t total, Console& console)
      : what_(std::move(what)), total_(total), console_(console) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  void show(std::size_t done);  // "verified 12 of 40"

 private:
  std::string what_;
  std::size_t total_;
  Console& console_;
};

}  // namespace countersign::app
