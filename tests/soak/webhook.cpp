// SPDX-License-Identifier: Apache-2.0
#include "soak/webhook.h"

#include <cstdio>
#include <cstdlib>
#include <future>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "app/config.h"

namespace countersign::soak {
namespace {

using codec::Json;
using codec::JsonWriter;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "soak: %s\n", why.c_str());
  std::_Exit(1);
}

std::string configuration(const std::string& trust_store, std::span<const std::uint16_t> ports) {
  std::string text = R"(version: 1
admission:
  rules: [{name: signed-only, action: verify}]
trustPolicy:
  version: "1.0"
  trustPolicies:
    - name: all
      registryScopes: ["*"]
      signatureVerification: {level: strict}
      trustStores: ["ca:acme"]
      trustedIdentities: ["*"]
trustStores:
  - {name: "ca:acme", source: files, paths: [)" +
                     trust_store + R"(]}
registries:
)";
  for (const auto port : ports) {
    text += R"(  - {host: "127.0.0.1:)" + std::to_string(port) +
            R"(", plainHttp: true, allowAddresses: [127.0.0.1]})" + "\n";
  }
  return text;
}

std::string review_of(std::span<const std::string> images) {
  JsonWriter out;
  out.begin_object();
  out.member("apiVersion", "admission.k8s.io/v1").member("kind", "AdmissionReview");
  out.key("request").begin_object();
  out.member("uid", "705ab4f5-6393-11e8-b7cc-42010a800002").member("operation", "CREATE");
  out.key("kind").begin_object();
  out.member("group", "").member("version", "v1").member("kind", "Pod").end_object();
  out.key("resource").begin_object();
  out.member("group", "").member("version", "v1").member("resource", "pods").end_object();
  out.member("namespace", "default");
  out.key("object").begin_object();
  out.member("apiVersion", "v1").member("kind", "Pod").key("spec").begin_object();
  out.key("containers").begin_array();
  for (std::size_t number = 0; number < images.size(); ++number) {
    out.begin_object().member("name", "c" + std::to_string(number));
    out.member("image", images[number]).end_object();
  }
  out.end_array().end_object().end_object().end_object().end_object();
  return out.take();
}

const Json& member(const Json& object, std::string_view name) {
  const auto* const found = object.find(name);
  if (found == nullptr) {
    give_up("an answer without " + std::string(name));
  }
  return *found;
}

Verdict::Cause cause_of(const Json& cause) {
  static constexpr std::string_view kContainers = "spec.containers[";
  const auto& reason = *member(cause, "reason").string();
  const auto& message = *member(cause, "message").string();
  const auto& field = *member(cause, "field").string();
  if (!field.starts_with(kContainers)) {
    return {std::nullopt, reason, message};
  }
  return {std::stoul(field.substr(kContainers.size())), reason, message};
}

Verdict verdict_of(const std::string& body) {
  const auto answer = Json::parse(body, {.bytes = body.size()}, Reason::BadRequest);
  if (!answer) {
    give_up("an answer that is no JSON: " + body);
  }
  const auto& response = member(*answer, "response");
  Verdict verdict{.allowed = member(response, "allowed").boolean().value(), .causes = {}};
  if (!verdict.allowed) {
    const auto& details = member(member(response, "status"), "details");
    for (const auto& cause : member(details, "causes").elements()) {
      verdict.causes.push_back(cause_of(cause));
    }
  }
  return verdict;
}

}  // namespace

WholeWebhook::WholeWebhook(const std::string& trusted, std::span<const std::uint16_t> ports) {
  const auto store = folder_.write("acme.pem", trusted);
  auto config = app::parse_config(configuration(store.string(), ports), folder_ / "soak.yaml",
                                  app::builtins(), {clock_, {}});
  if (!config) {
    give_up(config.error().front());
  }
  observer_ =
      std::make_unique<app::RegistryObserver>(metrics_, *logger_, app::hosts_of(config->setup));
  auto application = app::Application::create(
      std::move(config->setup), {.clock = clock_, .logger = *logger_, .observer = *observer_});
  if (!application) {
    give_up(application.error().detail);
  }
  application_ = std::move(*application);
  application_->refresh_trust(Deadline::after(clock_, limits::kTrustLoadWait));
  if (const auto problems = application_->trust_problems(); !problems.empty()) {
    give_up(problems.front());
  }
  webhook_ = std::make_unique<app::Webhook>(app::WebhookParts{.admitter = application_->admitter(),
                                                              .clock = clock_,
                                                              .metrics = metrics_,
                                                              .logger = *logger_});
}

Verdict WholeWebhook::judge(std::span<const std::string> images) {
  const auto reply = handle({.path = "/validate",
                             .query = "timeout=2s",
                             .content_type = "application/json",
                             .body = review_of(images),
                             .received = clock_.tick()});
  if (reply.status != 200) {
    give_up("HTTP status " + std::to_string(reply.status));
  }
  return verdict_of(reply.body);
}

// As the front does it.
server::HttpReply WholeWebhook::handle(const server::HttpRequest& request) {
  const auto reply = std::make_shared<std::promise<server::HttpReply>>();
  if (!application_->workers().submit(
          [this, reply, &request] { reply->set_value(webhook_->handle(request)); })) {
    return webhook_->overloaded(request);
  }
  return reply->get_future().get();
}

}  // namespace countersign::soak
