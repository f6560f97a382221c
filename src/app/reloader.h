// SPDX-License-Identifier: Apache-2.0
// Keeps what serves up to date with its files: configuration, serving certificate, trust stores in
// files. By content, so that a file that was merely touched changes nothing. What can't be used is
// refused: the old stays, a log line and a metric say so, and it is tried again with every look.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"

#include "app/config.h"
#include "app/running.h"
#include "app/watched_files.h"

namespace countersign::app {

using LoadConfig = std::function<std::expected<Config, Problems>()>;

class Reloader {
 public:
  enum class Part : std::uint8_t { Configuration, Certificate };
  enum class Result : std::uint8_t { Refused, Unchanged, Done };
  struct Tools {  // borrowed but for the functions; outlive the reloader
    Running& running;
    LoadConfig load;
    std::function<countersign::Result<bool>()> reload_certificate;  // true: it is another one
    std::function<void(Part, Result)> reloaded;
    std::function<void(const Setup&)> accepted;  // before it is used
    Application::Tools application;
    const Clock& clock;
    log::Logger& logger;
    std::chrono::milliseconds pause = limits::kFileWatchPause;  // between two quick looks
  };

  // `started` is what runs now. Looks from a thread of its own.
  Reloader(Tools tools, const Config& started);
  ~Reloader() = default;  // stops, and waits for a look that has begun
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  void look_now();  // at everything, stores that are fetched included; returns at once
  void stop() { thread_.request_stop(); }

 private:
  enum class Look : std::uint8_t { Quick, Thorough, Wanted };
  void run(const std::stop_token&);
  Look await_look(const std::stop_token&);
  void look(Look, const std::stop_token&);
  Result look_at_certificate();
  Result look_at_configuration();
  Result take(Config config);
  Result refuse(std::string why);
  struct Results {
    Result certificate, configuration;
  };
  void end_wanted(const std::stop_token&, Results);

  Tools tools_;
  WatchedFiles files_;
  Version unchangeable_;
  std::string complaint_;              // about the configuration, so that it is not repeated
  std::string certificate_complaint_;  // the same
  Tick read_at_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool wanted_ = false;
  std::jthread thread_;  // the last: it uses the others
};

}  // namespace countersign::app
