// SPDX-License-Identifier: Apache-2.0
// Decisions without end, of registries that fail now and then. Shows that no image is admitted that
// should not be, that every good one is admitted once the registries behave, and that memory,
// descriptors and threads stay what they were.
//
//   soak [DECISIONS [IMAGES [CLIENTS]]]
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "soak/footprint.h"
#include "soak/trial.h"

namespace countersign::soak {
namespace {

using namespace std::chrono_literals;

// With fewer decisions caches are still filling, and pools growing, in the last third.
constexpr std::size_t kDecisionsThatFill = 50'000;
constexpr auto kBetweenLooks = 100ms;
constexpr auto kBetweenLines = 5s;
// Time for throttled hosts to be asked again and for breakers to close, when faults have ended.
constexpr std::size_t kRounds = 10;
constexpr auto kBetweenRounds = 2s;

class Thirds {  // the greatest footprint in each third of the decisions
 public:
  explicit Thirds(std::size_t decisions) : decisions_(decisions) {}

  void note(std::size_t decided, const Footprint& footprint) {
    greatest_[std::min<std::size_t>(decided * 3 / decisions_, 2)].grow_to(footprint);
  }

  bool flat() const;

 private:
  std::size_t decisions_;
  std::array<Footprint, 3> greatest_;
};

bool within(const char* what, std::size_t first, std::size_t second, std::size_t third,
            std::size_t most) {
  std::printf("%-12s first third at most %zu, second %zu, last %zu; allowed %zu\n", what, first,
              second, third, most);
  return second <= most && third <= most;
}

// What the first third needed, and a little: idle connections and threads come and go.
bool Thirds::flat() const {
  const auto& [first, second, third] = greatest_;
  constexpr std::size_t kSlack = 16;
  const bool descriptors = within("descriptors", first.descriptors, second.descriptors,
                                  third.descriptors, first.descriptors + kSlack);
  if (decisions_ < kDecisionsThatFill) {
    return descriptors;
  }
  const bool threads =
      within("threads", first.threads, second.threads, third.threads, first.threads + kSlack);
  // Caches fill until the second third, so what it needed is the measure: a hundred bytes lost in
  // each decision would show.
  const bool memory = within("memory, KiB", first.memory_kib, second.memory_kib, third.memory_kib,
                             second.memory_kib + second.memory_kib / 20);
  return descriptors && threads && memory;
}

void print_line(std::chrono::steady_clock::duration since, const Trial& trial,
                const Conduct& conduct, const Footprint& footprint) {
  std::printf(
      "%4lld s %7zu decisions %8llu exchanges, %6llu spoiled %6zu KiB %4zu descriptors %4zu "
      "threads\n",
      static_cast<long long>(std::chrono::floor<std::chrono::seconds>(since).count()),
      trial.decided(), static_cast<unsigned long long>(conduct.exchanges),
      static_cast<unsigned long long>(conduct.spoiled), footprint.memory_kib, footprint.descriptors,
      footprint.threads);
  std::fflush(stdout);
}

Thirds watch(const Plan& plan, const Trial& trial, const Conduct& conduct) {
  Thirds thirds(plan.decisions);
  const auto begin = std::chrono::steady_clock::now();
  auto next_line = begin;
  for (std::size_t decided = 0; decided < plan.decisions;) {
    std::this_thread::sleep_for(kBetweenLooks);
    decided = trial.decided();
    const auto footprint = Footprint::now();
    thirds.note(decided, footprint);
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_line || decided == plan.decisions) {
      print_line(now - begin, trial, conduct, footprint);
      next_line = now + kBetweenLines;
    }
  }
  return thirds;
}

bool every_image_gets_its_answer(Trial& trial) {
  for (std::size_t round = 0; round < kRounds; ++round) {
    const auto wrong = trial.judge_each(round);
    std::printf("without faults, round %zu: %zu images got another answer than they deserve\n",
                round + 1, wrong);
    if (wrong == 0) {
      return true;
    }
    std::this_thread::sleep_for(kBetweenRounds);
  }
  return false;
}

int run(const Plan& plan) {
  const Images images(plan.images);
  RegistryProcess registries(images);
  WholeWebhook webhook(images.trusted(), registries.ports());
  Trial trial(plan, images, registries.ports(), webhook);
  std::jthread clients([&trial] { trial.decide_all(); });
  const auto thirds = watch(plan, trial, registries.conduct());
  clients.join();
  for (const auto& [answer, times] : trial.answers()) {
    std::printf("%8zu %s\n", times, answer.c_str());
  }
  registries.conduct().faults = false;
  const bool right = every_image_gets_its_answer(trial);
  const bool flat = thirds.flat();
  std::printf("%s, %s\n", right ? "every answer right" : "WRONG ANSWERS",
              flat ? "flat" : "NOT FLAT");
  return right && flat ? 0 : 1;
}

}  // namespace
}  // namespace countersign::soak

int main(int argc, char** argv) {
  countersign::soak::Plan plan;
  const std::array numbers{&plan.decisions, &plan.images, &plan.clients};
  for (int each = 1; each < argc && each <= static_cast<int>(numbers.size()); ++each) {
    *numbers.at(static_cast<std::size_t>(each - 1)) = std::stoul(argv[each]);
  }
  return countersign::soak::run(plan);
}
