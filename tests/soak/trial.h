// SPDX-License-Identifier: Apache-2.0
// Decisions by many clients at once, each compared with the truth.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "soak/images.h"
#include "soak/registry_process.h"
#include "soak/webhook.h"

namespace countersign::soak {

struct Plan {
  std::size_t decisions = 150'000;
  std::size_t images = 1'000;
  std::size_t clients = 12;
};

class Trial {  // thread-safe
 public:
  Trial(const Plan&, const Images&, const RegistryProcess::Ports&, WholeWebhook&);

  // Decides until all decisions of the plan are taken. An image that is admitted against the truth
  // ends the program with status 1, and so does a refusal that no fault of a registry excuses.
  void decide_all();

  // Every image once, while no registry fails: how many got another answer than they deserve. In
  // repositories of this round, of which nothing is remembered.
  std::size_t judge_each(std::size_t round);

  std::size_t decided() const { return decided_; }
  // What was answered, "ADMITTED" or the reason of an image, and how often.
  std::map<std::string, std::size_t> answers() const;

 private:
  std::string reference(const Image&, std::size_t season, std::size_t number) const;
  void decide(std::size_t number);
  void check(const std::vector<const Image*>&, const Verdict&);
  void count(const std::string& answer);

  const Plan plan_;
  const Images& images_;
  const RegistryProcess::Ports ports_;
  WholeWebhook& webhook_;
  std::atomic<std::size_t> begun_ = 0;
  std::atomic<std::size_t> decided_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> answers_;
};

}  // namespace countersign::soak
