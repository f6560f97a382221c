// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/digest.h"
#include "countersign/policy/combine.h"

#include "app/config_sections.h"
#include "app/duration.h"
#include "app/file.h"

namespace countersign::app {
namespace {

void read_version(Section& root) {
  if (root.required_text("version") != "1") {
    root.refuse("version", "1 is the only version that is known");
  }
}

// Has it any of what a configuration of the webhook can't be without?
bool is_whole(const Section& root) {
  return root.has("trustPolicy") || root.has("verifications") || root.has("admission");
}

LogSetup read_log(Section& root) {
  auto section = root.section("log");
  LogSetup log;
  log.level = section.parsed("level", "info", log::parse_level).value_or(log.level);
  log.format = section.parsed("format", "json", log::parse_format).value_or(log.format);
  return log;
}

Version joined(std::initializer_list<Version> versions) {
  ByteVector all;
  for (const auto& version : versions) {
    all.insert(all.end(), version.begin(), version.end());
  }
  return crypto::sha256(all);
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
    store.version = joined({section.version(), root.version("azure")});
    stores.push_back(std::move(store));
  }
  return stores;
}

Versions read_versions(const Section& root) {
  const auto registries = root.version("registries");
  return {.whole = root.version(),
          .network = joined({registries, root.version("trustStores"), root.version("azure"),
                             root.version("kubernetes")}),
          .registries = registries,
          .revocation = root.version("revocation")};
}

// A typo in a store's name would deny every image, and only when the first pod comes.
void check_stores(Section& root, const Setup& setup) {
  for (const auto& verification : setup.verifications) {
    if (!verification.plan) {
      continue;  // noted
    }
    for (const auto& name : verification.plan->stores()) {
      const auto configured = std::ranges::any_of(
          setup.stores, [&name](const StoreSetup& each) { return each.store.name == name; });
      if (!configured) {
        const bool is_default = verification.name == policy::kDefaultVerification;
        root.refuse(is_default ? "trustPolicy" : "verifications",
                    "the trust store " + name.text() + " is not one of trustStores" +
                        (is_default ? "" : " (verification " + verification.name + ")"));
      }
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
  const bool self_managed = config.server && config.server->self_managed;
  if (auto gatekeeper =
          read_gatekeeper(root, self_managed ? Certificate::SelfManaged : Certificate::Files);
      config.server) {
    config.server->gatekeeper = std::move(gatekeeper);
  }
  auto services = given;
  services.azure = read_azure(root, given);
  config.setup.azure = services.azure;
  auto kubernetes = root.section("kubernetes");
  services.cluster = std::make_shared<ClusterAccess>(read_cluster(kubernetes, given), given.clock);
  config.setup.cluster = services.cluster;
  config.setup.verifications = read_verifications(root, catalog, services);
  auto admission = read_admission(root, config.setup.verifications);
  config.setup.rules = std::move(admission.rules);
  config.places = std::move(admission.places);
  config.setup.workloads = read_workloads(root);
  config.setup.stores = read_stores(root, catalog, services);
  check_stores(root, config.setup);
  config.setup.registries = read_registries(root, catalog, services);
  config.setup.revocation = read_revocation(root);
  config.events = read_events(root);
  config.log = read_log(root);
  config.setup.versions = read_versions(root);
  config.unchangeable = joined({root.version("server"), root.version("gatekeeper"),
                                root.version("events"), root.version("log")});
  config.files = document->files();
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

std::expected<std::shared_ptr<AzureAccess>, Problems> load_azure(const std::filesystem::path& file,
                                                                 const Catalog& catalog,
                                                                 const Services& services) {
  const auto text = read_file(file, limits::kConfigBytes);
  if (!text) {
    return std::unexpected(Problems{text.error().detail});
  }
  const auto document = Document::parse(*text, file);
  if (!document) {
    return std::unexpected(Problems{document.error()});
  }
  auto root = document->root();
  if (is_whole(root)) {
    auto config = parse_config(*text, file, catalog, services);
    if (!config) {
      return std::unexpected(std::move(config).error());
    }
    return config->setup.azure;
  }
  read_version(root);
  auto azure = read_azure(root, services);
  if (auto problems = document->problems(); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  return azure;
}

}  // namespace countersign::app
