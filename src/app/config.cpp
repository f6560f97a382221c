// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "app/duration.h"
#include "app/file.h"

namespace countersign::app {
namespace {

using Least = server::TlsFiles::Least;

Result<Least> parse_tls_version(std::string_view text) {
  if (text == "1.2") {
    return Least::Tls12;
  }
  if (text == "1.3") {
    return Least::Tls13;
  }
  return fail(Reason::BadConfig, "\"1.2\" or \"1.3\" is expected");
}

void read_version(Section& root) {
  if (root.required_text("version") != "1") {
    root.refuse("version", "1 is the only version that is known");
  }
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
  const auto file = [&tls](std::string_view key) {
    if (!tls.has(key)) {
      tls.refuse(key, "is missing");
    }
    return tls.path(key).string();
  };
  server.tls.certificate = file("certificate");
  server.tls.key = file("key");
  server.where_certificate = tls.where("certificate");
  server.where_key = tls.where("key");
  server.tls.least = tls.parsed("minVersion", "1.2", parse_tls_version).value_or(Least::Tls12);
  auto admin = section.section("admin");
  server.admin_listen = admin.text("listen", "[::]:9090");
  server.where_admin = admin.where("listen");
  return server;
}

LogSetup read_log(Section& root) {
  auto section = root.section("log");
  LogSetup log;
  log.level = section.parsed("level", "info", log::parse_level).value_or(log.level);
  log.format = section.parsed("format", "json", log::parse_format).value_or(log.format);
  return log;
}

Result<std::chrono::seconds> parse_refresh(std::string_view text) {
  TRY(const auto pause, parse_duration(text));
  if (pause < limits::kStoreRefreshLeast || pause > limits::kStoreRefreshMost) {
    return fail(Reason::BadConfig, "1m to 24h is expected");
  }
  return pause;
}

Result<std::chrono::seconds> parse_max_stale(std::string_view text) {
  TRY(const auto age, parse_duration(text));
  if (age == std::chrono::seconds::zero() || age > limits::kStoreMaxStaleMost) {
    return fail(Reason::BadConfig, "1s to 720h is expected");
  }
  return age;
}

// What was fetched once is neither asked for at each decision nor believed for ever.
void read_freshness(Section& section, admission::StoreSource& store) {
  if (!store.source->fetched()) {
    return;  // these keys are then unknown
  }
  store.refresh = section.parsed("refresh", duration_text(limits::kStoreRefresh), parse_refresh);
  store.max_stale =
      section.parsed("maxStale", duration_text(limits::kStoreMaxStale), parse_max_stale);
}

std::vector<StoreSetup> read_stores(Section& root, const Catalog& catalog,
                                    const Services& services) {
  std::vector<StoreSetup> stores;
  std::set<std::string> names;
  for (auto& section : root.sections("trustStores")) {
    auto name = section.understood("name", trust::StoreName::parse(section.required_text("name")));
    const auto kind = section.required_text("source");
    auto* const make = catalog.find<trust::CertificateSource>(kind, section, "source");
    auto source = make == nullptr ? nullptr : make(section, services);
    if (!name || !source) {
      continue;  // noted
    }
    if (!names.insert(name->text()).second) {
      section.refuse("name", "the store " + name->text() + " is given twice");
    }
    StoreSetup store{.where = section.where("name"),
                     .store = {.name = std::move(*name), .source = std::move(source)}};
    read_freshness(section, store.store);
    stores.push_back(std::move(store));
  }
  return stores;
}

std::unique_ptr<VerifierPlan> read_verifier(Section& root, const Catalog& catalog,
                                            const Services& services) {
  auto* const make = catalog.find<VerifierPlan>("notation", root, "trustPolicy");
  return make == nullptr ? nullptr : make(root, services);
}

// A typo in a store's name would deny every image, and only when the first pod comes.
void check_stores(Section& root, const Setup& setup) {
  if (!setup.verifier) {
    return;  // noted
  }
  for (const auto& name : setup.verifier->stores()) {
    const auto configured = std::ranges::any_of(
        setup.stores, [&name](const StoreSetup& each) { return each.store.name == name; });
    if (!configured) {
      root.refuse("trustPolicy", "the trust store " + name.text() + " is not one of trustStores");
    }
  }
}

}  // namespace

std::expected<Config, Problems> parse_config(std::string_view text,
                                             const std::filesystem::path& file,
                                             const Catalog& catalog, const Services& given) {
  const auto document = Document::parse(text, file);
  if (!document) {
    return std::unexpected(Problems{document.error()});
  }
  auto root = document->root();
  Config config;
  read_version(root);
  config.server = read_server(root);
  auto services = given;
  services.azure = read_azure(root, given);
  config.setup.azure = services.azure;
  config.setup.rules = read_rules(root);
  config.setup.verifier = read_verifier(root, catalog, services);
  config.setup.stores = read_stores(root, catalog, services);
  check_stores(root, config.setup);
  config.setup.registries = read_registries(root, catalog, services);
  config.setup.revocation = read_revocation(root);
  config.log = read_log(root);
  if (auto problems = document->problems(); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  config.effective = document->effective();
  return config;
}

std::expected<Config, Problems> load_config(const std::filesystem::path& file,
                                            const Catalog& catalog, const Services& services) {
  const auto text = read_file(file, limits::kConfigBytes);
  if (!text) {
    return std::unexpected(Problems{text.error().detail});
  }
  return parse_config(*text, file, catalog, services);
}

}  // namespace countersign::app
