// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/event.h"

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::cluster {
namespace {

constexpr std::string_view kComponent = "countersign";

}  // namespace

Result<Resource> resource_of(const Event& event) {
  return Resource::parse(Resource::Kind::Event, event.name_space, event.name);
}

Secret render_event(const Event& event) {
  codec::JsonWriter writer;
  writer.begin_object().member("apiVersion", "v1").member("kind", "Event");
  writer.key("metadata").begin_object();
  writer.member("name", event.name).member("namespace", event.name_space).end_object();
  writer.key("involvedObject").begin_object();
  writer.member("apiVersion", event.object.api_version).member("kind", event.object.kind);
  writer.member("namespace", event.name_space).member("name", event.object.name).end_object();
  writer.member("type", "Warning").member("reason", event.reason).member("action", event.action);
  writer.member("message", log::clean(event.message, limits::kEventMessageBytes));
  writer.member("firstTimestamp", codec::format_rfc3339(event.first));
  writer.member("lastTimestamp", codec::format_rfc3339(event.last));
  writer.member("count", event.count);
  writer.key("source").begin_object().member("component", kComponent).end_object();
  writer.member("reportingComponent", kComponent).member("reportingInstance", kComponent);
  writer.end_object();
  return Secret(writer.take());
}

}  // namespace countersign::cluster
