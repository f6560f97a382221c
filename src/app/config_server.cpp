// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "app/duration.h"

namespace countersign::app {
namespace {

using Least = server::TlsMaterial::Least;
using std::chrono::seconds;

Result<Least> parse_tls_version(std::string_view text) {
  if (text == "1.2") {
    return Least::Tls12;
  }
  if (text == "1.3") {
    return Least::Tls13;
  }
  return fail(Reason::BadConfig, "\"1.2\" or \"1.3\" is expected");
}

Result<seconds> parse_wait(std::string_view text) {
  TRY(const auto wait, parse_duration(text));
  if (wait == seconds::zero() || wait > limits::kDrainWaitMost) {
    return fail(Reason::BadConfig, "1s to 10m is expected");
  }
  return wait;
}

std::string required_file(Section& section, std::string_view key) {
  if (!section.has(key)) {
    section.refuse(key, "is missing");
  }
  return section.path(key).string();
}

void refuse_files(Section& tls) {
  for (const auto* key : {"certificate", "key"}) {
    if (tls.has(key)) {
      tls.path(key);
      tls.refuse(key, "beside selfManaged there is no such file");
    }
  }
}

void bound(Section& section, std::string_view key, const std::vector<std::string>& names) {
  if (names.size() > limits::kCertificateNames) {
    section.refuse(key, "more than " + std::to_string(limits::kCertificateNames) + " names");
  }
}

std::optional<ClientFiles> read_clients(Section& tls) {
  if (!tls.has("clients")) {
    return std::nullopt;
  }
  auto section = tls.section("clients");
  ClientFiles clients;
  clients.authorities = required_file(section, "authorities");
  clients.where = section.where("authorities");
  clients.names = section.texts("names");
  if (clients.names.empty()) {
    section.refuse("names", "at least one name is expected");
  }
  bound(section, "names", clients.names);
  return clients;
}

std::optional<cluster::Resource> read_registration(Section& server) {
  if (!server.has("registration")) {
    return std::nullopt;
  }
  using Kind = cluster::Resource::Kind;
  return server.understood("registration",
                           cluster::Resource::parse(Kind::ValidatingWebhookConfiguration,
                                                    server.required_text("registration")));
}

Drain read_drain(Section& server) {
  auto section = server.section("drain");
  Drain drain;
  drain.delay = section.parsed("delay", duration_text(limits::kDrainDelay), parse_duration)
                    .value_or(limits::kDrainDelay);
  drain.wait = section.parsed("wait", duration_text(limits::kDrainWait), parse_wait)
                   .value_or(limits::kDrainWait);
  if (drain.delay >= drain.wait) {
    section.refuse("delay",
                   "is part of wait, " + duration_text(drain.wait) + ", and leaves nothing of it");
  }
  return drain;
}

}  // namespace

ServingFiles read_serving(Section& tls, Certificate certificate, const char* least) {
  ServingFiles files;
  switch (certificate) {
    case Certificate::Files:
      files.certificate = required_file(tls, "certificate");
      files.key = required_file(tls, "key");
      break;
    case Certificate::SelfManaged:
      refuse_files(tls);
      break;
  }
  files.where_certificate = tls.where("certificate");
  files.where_key = tls.where("key");
  files.least = tls.parsed("minVersion", least, parse_tls_version).value_or(Least::Tls13);
  files.expected_names = tls.texts("expectNames");
  bound(tls, "expectNames", files.expected_names);
  files.clients = read_clients(tls);
  return files;
}

std::optional<ServerSetup> read_server(Section& root) {
  if (!root.has("server")) {
    return std::nullopt;
  }
  auto section = root.section("server");
  ServerSetup server;
  server.where = section.where();
  server.listen = section.text("listen", "[::]:8443");
  auto tls = section.section("tls");
  server.self_managed = read_self_managed(tls);
  const auto certificate = tls.has("selfManaged") ? Certificate::SelfManaged : Certificate::Files;
  server.tls = read_serving(tls, certificate, "1.2");
  auto admin = section.section("admin");
  server.admin_listen = admin.text("listen", "[::]:9090");
  server.where_admin = admin.where("listen");
  server.registration = read_registration(section);
  server.drain = read_drain(section);
  return server;
}

}  // namespace countersign::app
