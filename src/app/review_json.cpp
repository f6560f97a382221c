// SPDX-License-Identifier: Apache-2.0
#include "app/review_json.h"

#include <utility>

#include "countersign/codec/json.h"

#include "app/report_parts.h"
#include "app/review_text.h"

namespace countersign::app {
namespace {

using codec::JsonWriter;

JsonWriter begin(const std::string& title, std::string_view verdict) {
  JsonWriter writer;
  writer.begin_object().member("manifest", title).member("verdict", verdict);
  return writer;
}

std::string without_images(JsonWriter writer) {
  writer.key("images").begin_array().end_array();
  writer.key("exemption").null().key("notes").begin_array().end_array().end_object();
  return writer.take();
}

void write_image(JsonWriter& writer, const kube::ImageUse& use, const policy::Decision& decision) {
  const auto [word, refusal] = outcome_of(decision, use.field);
  writer.begin_object()
      .member("field", use.field)
      .member("container", use.container)
      .member("image", use.image)
      .member("outcome", word);
  write_reason(writer, refusal == nullptr ? Refused::No : Refused::Yes,
               refusal == nullptr ? Reason::Internal : refusal->reason,
               refusal == nullptr ? std::string() : refusal->detail);
  writer.member("rule", refusal == nullptr ? std::string() : refusal->rule)
      .member("policy", refusal == nullptr ? std::string() : refusal->policy)
      .member("digest", refusal == nullptr ? std::string() : refusal->digest)
      .end_object();
}

}  // namespace

std::string review_json(const std::string& title, const kube::Review& review,
                        const policy::Decision& decision) {
  auto writer = begin(title, decision.allowed ? "allowed" : "denied");
  write_reason(writer, decision.allowed ? Refused::No : Refused::Yes, decision.reason, "");
  writer.key("images").begin_array();
  for (const auto& use : review.images) {
    write_image(writer, use, decision);
  }
  writer.end_array().key("exemption");
  if (decision.exemption) {
    writer.string(policy::text(*decision.exemption));
  } else {
    writer.null();
  }
  writer.key("notes").begin_array();
  for (const auto& note : decision.notes) {
    writer.string(note);
  }
  writer.end_array().end_object();
  return writer.take();
}

std::string unreadable_json(const std::string& title, const Error& error) {
  auto writer = begin(title, "denied");
  write_reason(writer, Refused::Yes, error.reason, error.detail);
  return without_images(std::move(writer));
}

std::string left_json(const ManifestReview& manifest) {
  auto writer = begin(manifest.title, "notJudged");
  switch (manifest.left) {
    case Left::WithoutPods:
      writer.member("reason", "").member("detail", "no pods");
      break;
    case Left::Unknown:
      write_reason(writer, Refused::Yes, Reason::UnsupportedResource,
                   "it may have pods, but its kind is not known");
      break;
  }
  return without_images(std::move(writer));
}

}  // namespace countersign::app
