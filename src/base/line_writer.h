// SPDX-License-Identifier: Apache-2.0
// Writes lines from a thread of its own, many at a time, so that nobody waits for who reads them.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "countersign/base/limits.h"

namespace countersign::log {

class LineWriter {  // thread-safe
 public:
  // The descriptor is borrowed. When more than `most` bytes wait, the older half of them is
  // dropped.
  explicit LineWriter(int descriptor, std::size_t most = limits::kLogBytes);
  ~LineWriter();  // writes what is waiting
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  enum class Urgency : std::uint8_t { CanWait, AtOnce };  // CanWait: limits::kLogPause
  void write(std::string_view line, Urgency);             // with the end of the line
  std::uint64_t dropped() const { return dropped_; }      // lines, lost ones included

 private:
  void run();
  void write_all(std::string_view lines);

  const int descriptor_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  std::atomic<std::uint64_t> dropped_{0};
  bool urgent_ = false;
  bool stopping_ = false;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace countersign::log
