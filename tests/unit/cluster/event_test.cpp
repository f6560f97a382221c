// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/event.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::cluster {
namespace {

Event event() {
  return {.name_space = "shop",
          .name = "countersign-1",
          .object = {"v1", "Pod", "web-*"},
          .reason = "SIGNATURE_NOT_FOUND",
          .action = "ImageDenied",
          .message = "denied",
          .first = Time(std::chrono::seconds(0)),
          .last = Time(std::chrono::seconds(60)),
          .count = 3};
}

codec::Json rendered(const Event& event) {
  return codec::Json::parse(render_event(event).reveal(), {.bytes = 4096}, Reason::Internal)
      .value();
}

TEST(Event, IsWhatTheApiServerStores) {
  EXPECT_EQ(
      render_event(event()).reveal(),
      R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"countersign-1","namespace":"shop"},)"
      R"("involvedObject":{"apiVersion":"v1","kind":"Pod","namespace":"shop","name":"web-*"},)"
      R"("type":"Warning","reason":"SIGNATURE_NOT_FOUND","action":"ImageDenied","message":"denied",)"
      R"("firstTimestamp":"1970-01-01T00:00:00Z","lastTimestamp":"1970-01-01T00:01:00Z","count":3,)"
      R"("source":{"component":"countersign"},"reportingComponent":"countersign",)"
      R"("reportingInstance":"countersign"})");
  EXPECT_EQ(resource_of(event())->path(), "/api/v1/namespaces/shop/events/countersign-1");
}

TEST(Event, CutsAndCleansItsMessage) {
  auto long_one = event();
  long_one.message = "a\x1B[31m" + std::string(2 * limits::kEventMessageBytes, 'x');
  const auto message = *rendered(long_one).find_string("message");
  EXPECT_LE(message.size(), limits::kEventMessageBytes);
  EXPECT_TRUE(message.starts_with("a?[31mxx"));
}

TEST(Event, IsOfANamespaceThatCanBe) {
  auto strange = event();
  strange.name_space = "../x";
  EXPECT_EQ(resource_of(strange).error().reason, Reason::BadRequest);
}

}  // namespace
}  // namespace countersign::cluster
