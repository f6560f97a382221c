// SPDX-License-Identifier: Apache-2.0
// The configuration file (docs/configuration.md lists every key).
#pragma once
#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/log.h"

#include "app/catalog.h"
#include "app/config_events.h"
#include "app/server_setup.h"
#include "app/setup.h"

namespace countersign::app {

struct LogSetup {
  log::Level level = log::Level::Info;
  log::Format format = log::Format::Json;
};

struct Config {
  std::optional<ServerSetup> server;      // `verify` and `review` need none
  std::optional<EventSetup> events = {};  // nullopt: none are written
  LogSetup log;
  Setup setup;
  std::string effective;                     // YAML: every key with its value, secrets masked
  std::vector<std::filesystem::path> files;  // it and what it names, patterns as they stand
  Version unchangeable = {};                 // of what is read at the start only
  AdmissionPlaces places;
};

using Problems = std::vector<std::string>;  // "FILE:LINE:COLUMN: what is wrong"

// The whole of it, or everything that is wrong with it. Reads the files that it names, but neither
// trust stores nor serving certificates: those may come later.
std::expected<Config, Problems> load_config(const std::filesystem::path& file, const Catalog&,
                                            const Services&);
// What a file says of Azure that has nothing but `version` and `azure`, or is a whole
// configuration. Never null.
std::expected<std::shared_ptr<AzureAccess>, Problems> load_azure(const std::filesystem::path& file,
                                                                 const Catalog&, const Services&);
std::expected<Config, Problems> parse_config(std::string_view text,
                                             const std::filesystem::path& file, const Catalog&,
                                             const Services&);

}  // namespace countersign::app
