// SPDX-License-Identifier: Apache-2.0
#include "serving/bundle_target.h"

#include <algorithm>
#include <span>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/net/url.h"

namespace countersign::serving {
namespace {

using codec::Json;
using codec::JsonWriter;
using Kind = cluster::Resource::Kind;

const Json* member(const Json* object, std::string_view name) {
  return object == nullptr ? nullptr : object->find(name);
}

const std::string* text(const Json* object, std::string_view name) {
  return object == nullptr ? nullptr : object->find_string(name);
}

std::span<const Json> webhooks(const Json& object) {
  const auto* list = object.find("webhooks");
  return list == nullptr ? std::span<const Json>() : list->elements();
}

bool holds(const Json* place, std::string_view base64) {
  const auto* there = text(place, "caBundle");
  return there != nullptr && *there == base64;
}

std::string encode(std::string_view bundle) { return codec::encode_base64(as_bytes(bundle)); }

void write_operation(JsonWriter& writer, std::string_view operation, const std::string& path,
                     std::string_view value) {
  writer.begin_object().member("op", operation).member("path", path).member("value", value);
  writer.end_object();
}

Result<BundlePatch> patch_webhooks(const Json& object, const std::string& version,
                                   const std::string& base64) {
  const auto all = webhooks(object);
  if (all.empty() || all.size() > limits::kWebhooksOfConfiguration) {
    return fail(Reason::BadConfig, "it has no webhooks, or too many");
  }
  JsonWriter writer;
  writer.begin_array();
  write_operation(writer, "replace", "/metadata/resourceVersion", version);
  for (std::size_t index = 0; index < all.size(); ++index) {
    const auto* config = all[index].find("clientConfig");
    const auto* name = all[index].find_string("name");
    if (config == nullptr || !config->is_object() || name == nullptr) {
      return fail(Reason::BadConfig, "a webhook of it has no name or no clientConfig");
    }
    if (!holds(config, base64)) {
      const auto path = "/webhooks/" + std::to_string(index);
      write_operation(writer, "test", path + "/name", *name);
      write_operation(writer, "add", path + "/clientConfig/caBundle", base64);
    }
  }
  writer.end_array();
  return BundlePatch{cluster::PatchKind::Json, Secret(writer.take())};
}

BundlePatch patch_provider(const std::string& version, const std::string& base64) {
  JsonWriter writer;
  writer.begin_object().key("metadata").begin_object().member("resourceVersion", version);
  writer.end_object().key("spec").begin_object().member("caBundle", base64);
  writer.end_object().end_object();
  return {cluster::PatchKind::Merge, Secret(writer.take())};
}

void add_host(const std::string* url, std::vector<std::string>& hosts) {
  const auto parsed =
      url == nullptr ? fail(Reason::BadConfig, "") : net::Url::parse(*url, Reason::BadConfig);
  if (parsed) {
    hosts.push_back(parsed->host());
  }
}

void add_service(const Json* config, std::vector<std::string>& hosts) {
  const auto* service = member(config, "service");
  const auto* name = text(service, "name");
  const auto* name_space = text(service, "namespace");
  if (name != nullptr && name_space != nullptr) {
    hosts.push_back(*name + "." + *name_space + ".svc");
  }
}

}  // namespace

BundleFit fit_of(const cluster::Resource& resource, const Json& object, std::string_view bundle) {
  const auto base64 = encode(bundle);
  if (resource.kind() == Kind::Provider) {
    return holds(object.find("spec"), base64) ? BundleFit::Fits : BundleFit::Misfits;
  }
  const auto all = webhooks(object);
  const bool everywhere = std::ranges::all_of(
      all, [&base64](const Json& each) { return holds(each.find("clientConfig"), base64); });
  return !all.empty() && everywhere ? BundleFit::Fits : BundleFit::Misfits;
}

Result<BundlePatch> patch_of(const cluster::Resource& resource, const Json& object,
                             std::string_view bundle) {
  const auto* version = text(object.find("metadata"), "resourceVersion");
  if (version == nullptr) {
    return fail(Reason::BadConfig, "it has no resourceVersion");
  }
  const auto base64 = encode(bundle);
  return resource.kind() == Kind::Provider ? patch_provider(*version, base64)
                                           : patch_webhooks(object, *version, base64);
}

std::vector<std::string> hosts_of(const cluster::Resource& resource, const Json& object) {
  std::vector<std::string> hosts;
  if (resource.kind() == Kind::Provider) {
    add_host(text(object.find("spec"), "url"), hosts);
    return hosts;
  }
  for (const auto& each : webhooks(object)) {
    const auto* config = each.find("clientConfig");
    add_host(text(config, "url"), hosts);
    add_service(config, hosts);
  }
  std::ranges::sort(hosts);
  const auto twice = std::ranges::unique(hosts);
  hosts.erase(twice.begin(), twice.end());
  return hosts;
}

}  // namespace countersign::serving
