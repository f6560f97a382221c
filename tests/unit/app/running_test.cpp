// SPDX-License-Identifier: Apache-2.0
#include "app/running.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "app/config.h"
#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

class RunningTest : public testing::Test {
 protected:
  // With one rule of that name, which denies.
  std::string config(const std::string& rule, std::string_view more = {}) const {
    auto text = image_.config(more);
    const std::string_view signed_rule =
        "{name: signed, images: [\"registry.example/**\"], action: verify}";
    return text.replace(text.find(signed_rule), signed_rule.size(),
                        "{name: " + rule + ", action: deny}");
  }
  std::unique_ptr<Application> make(const std::string& text, const Application* before = nullptr) {
    auto parsed = parse_config(text, "/etc/c.yaml", builtins(), services_.services);
    EXPECT_TRUE(parsed) << parsed.error().front();
    auto made = Application::create(
        std::move(parsed->setup),
        {.clock = services_.clock, .logger = *logger_, .observer = services_.observer}, before);
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }
  static kube::Review review() {
    kube::Review review;
    review.uid = "uid";
    review.name_space = "shop";
    for (const auto* field : {"spec.containers[0].image", "spec.containers[1].image"}) {
      review.images.push_back({field, "c", "registry.example/a:1"});
    }
    return review;
  }

  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  SignedImage image_;
};

// Believes one view of `running`, then says by which rules it judged.
std::vector<std::string> rules_of(const admission::Admitter& admitter, const kube::Review& review,
                                  Deadline deadline) {
  std::vector<std::string> rules;
  for (const auto& refusal : admitter.admit(admitter.view(), review, deadline).enforced) {
    rules.push_back(refusal.rule);
  }
  return rules;
}

TEST_F(RunningTest, EachReviewSeesOneConfigurationAmidAThousandReloads) {  // POL-06 in part
  Running running(make(config("v0")), services_.clock, [] { return 0.5; });
  const admission::Admitter admitter({.clock = services_.clock,
                                      .workers = running.current()->workers(),
                                      .view = [&running] { return running.view(); }});
  std::atomic<bool> over = false;
  std::atomic<std::size_t> mixed = 0, judged = 0;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 3; ++caller) {
    callers.emplace_back([&] {
      while (!over) {
        const auto rules = rules_of(admitter, review(), services_.clock.in(10s));
        mixed += rules.size() == 2 && rules[0] == rules[1] && rules[0].starts_with("v") ? 0 : 1;
        ++judged;
      }
    });
  }
  for (int version = 1; version <= 1'000; ++version) {
    running.replace(make(config("v" + std::to_string(version)), running.current().get()));
    running.end_former();
  }
  over = true;
  callers.clear();
  EXPECT_EQ(mixed, 0U) << "of " << judged;
  EXPECT_GT(judged, 0U);
  EXPECT_EQ(rules_of(admitter, review(), services_.clock.in(10s)),
            (std::vector<std::string>{"v1000", "v1000"}));
}

TEST_F(RunningTest, AViewOutlivesItsApplication) {
  Running running(make(config("old")), services_.clock, [] { return 0.5; });
  const auto workers = running.current();
  const admission::Admitter admitter({.clock = services_.clock,
                                      .workers = workers->workers(),
                                      .view = [&running] { return running.view(); }});
  const auto view = admitter.view();
  running.replace(make(config("new"), running.current().get()));
  running.end_former();
  const auto decision = admitter.admit(view, review(), services_.clock.in(10s));
  ASSERT_EQ(decision.enforced.size(), 2U);
  EXPECT_EQ(decision.enforced.front().rule, "old");
  EXPECT_EQ(rules_of(admitter, review(), services_.clock.in(10s)).front(), "new");
}

TEST_F(RunningTest, WhatDidNotChangeIsTakenOver) {
  Running running(make(config("a")), services_.clock, [] { return 0.5; });
  running.current()->refresh_local_trust(services_.clock.in(1s));
  const auto* const holder = &running.current()->trust_holder();
  const auto* const registries = &running.current()->registries();
  running.replace(make(config("b"), running.current().get()));
  EXPECT_EQ(&running.current()->trust_holder(), holder);
  EXPECT_EQ(&running.current()->registries(), registries);
  EXPECT_TRUE(running.current()->trust_problems().empty());

  // Another registry: new connections, but the store, which is what it was, keeps its certificates.
  running.replace(make(config("b", "  - {host: other.example}\n"), running.current().get()));
  EXPECT_NE(&running.current()->registries(), registries);
  EXPECT_NE(&running.current()->trust_holder(), holder);
  EXPECT_TRUE(running.current()->trust_problems().empty());
  EXPECT_TRUE(running.current()->unloaded_stores().empty());
}

TEST_F(RunningTest, AStoreThatChangedIsLoadedAnew) {
  Running running(make(config("a")), services_.clock, [] { return 0.5; });
  running.current()->refresh_local_trust(services_.clock.in(1s));
  auto text = config("a");
  const std::string_view store = "truststore/x509/ca/vectors/*";
  text.replace(text.find(store), store.size(), "truststore/x509/ca/vectors/*.pem");
  const auto next = make(text, running.current().get());
  EXPECT_EQ(next->unloaded_stores().size(), 1U);
  next->load_missing_trust(services_.clock.in(1s));
  EXPECT_TRUE(next->unloaded_stores().empty());
}

}  // namespace
}  // namespace countersign::app
