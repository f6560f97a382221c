// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/next_step.h"
#include "countersign/kube/admission_review.h"

#include "kube/text.h"

namespace countersign::kube {
namespace {

// Room for one part of a line. Together with the summary the first line stays below 900 bytes:
// events of a ReplicaSet cut messages at 1024.
constexpr std::size_t kFieldBytes = 72;      // the longest of a CronJob has 66; others lose a part
constexpr std::size_t kContainerBytes = 63;  // a DNS label
constexpr std::size_t kImageBytes = 240;
constexpr std::size_t kDigestBytes = 135;  // sha512
constexpr std::size_t kDetailBytes = 152;
constexpr std::size_t kPolicyBytes = 63;
constexpr std::size_t kIdBytes = 64;
constexpr std::size_t kMoreBytes = 32;  // "- and 999 more"

std::string code_suffix(const std::vector<DeniedImage>& denied);
std::string id_suffix(std::string_view id);
std::string image_line(const DeniedImage& image);
std::string field_text(const DeniedImage& image);

}  // namespace

std::string denial_message(const std::vector<DeniedImage>& denied, std::size_t images,
                           std::string_view id) {
  // `kubectl get events` shows the first line only: it has the code of the first image.
  auto message = std::to_string(denied.size()) + " of " + std::to_string(images) +
                 " images rejected" + code_suffix(denied) + id_suffix(id) + ":";
  std::set<std::string_view> steps;
  for (std::size_t index = 0; index < denied.size(); ++index) {
    auto entry = "\n- " + image_line(denied[index]);
    const auto step = next_step(denied[index].reason);
    if (!steps.contains(step)) {
      entry.append("\n  Next: ").append(step);
    }
    const bool last = index + 1 == denied.size();
    const auto room = limits::kDenialBytes - (last ? 0 : kMoreBytes);
    if (index > 0 && message.size() + entry.size() > room) {
      return message + "\n- and " + std::to_string(denied.size() - index) + " more";
    }
    message += entry;
    steps.insert(step);
  }
  return message;
}

std::string denial_message(const Error& error, std::string_view id) {
  return "review rejected" + id_suffix(id) + ":\n- " + std::string(wire_name(error.reason)) + ": " +
         log::clean(error.detail.empty() ? meaning(error.reason) : error.detail, kDetailBytes) +
         "\n  Next: " + std::string(next_step(error.reason));
}

std::string warning_text(const DeniedImage& image) {
  const auto start = "countersign: would deny: " + std::string(wire_name(image.reason)) + " " +
                     field_text(image) + " ";
  const auto room = limits::kWarningCharacters - std::min(limits::kWarningCharacters, start.size());
  return start + cut_middle(log::clean(image.image, image.image.size()), room, Unit::Characters);
}

namespace {

std::string code_suffix(const std::vector<DeniedImage>& denied) {
  return denied.empty() ? "" : ", " + std::string(wire_name(denied.front().reason));
}

std::string id_suffix(std::string_view id) {
  return id.empty() ? "" : " [id " + log::clean(id, kIdBytes) + "]";
}

// Names of Kubernetes have neither; whoever writes others may not forge the end of the quotation.
std::string quoted(std::string_view text, std::size_t most) {
  auto cleaned = log::clean(text, most);
  std::ranges::replace(cleaned, '"', '\'');
  return "\"" + cleaned + "\"";
}

// A configured workload may have a longer path than any of Kubernetes; its end says which image.
std::string field_text(const DeniedImage& image) {
  return cut_middle(log::clean(image.field, image.field.size()), kFieldBytes, Unit::Bytes);
}

std::string image_with_digest(const DeniedImage& image) {
  auto text = cut_middle(log::clean(image.image, image.image.size()), kImageBytes, Unit::Bytes);
  if (!image.digest.empty() && image.image.find('@') == std::string::npos) {
    text.append("@").append(log::clean(image.digest, kDigestBytes));
  }
  return text;
}

std::string image_line(const DeniedImage& image) {
  auto line = std::string(wire_name(image.reason)) + " " + field_text(image) + " ";
  if (!image.container.empty()) {
    line += quoted(image.container, kContainerBytes) + " ";
  }
  line += image_with_digest(image) + ": " +
          log::clean(image.detail.empty() ? meaning(image.reason) : image.detail, kDetailBytes);
  if (!image.policy.empty()) {
    line += " [policy " + quoted(image.policy, kPolicyBytes) + "]";
  }
  return line;
}

}  // namespace
}  // namespace countersign::kube
