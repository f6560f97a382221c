// SPDX-License-Identifier: Apache-2.0
// The configuration file (docs/configuration.md lists every key).
#pragma once
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/log.h"
#include "countersign/server/front.h"

#include "app/catalog.h"
#include "app/setup.h"

namespace countersign::app {

struct ServerSetup {
  std::string where;  // of `server`, for what is only found out when it starts
  std::string where_certificate, where_key, where_admin;
  std::string listen;
  server::TlsFiles tls;
  std::string admin_listen;
};

struct LogSetup {
  log::Level level = log::Level::Info;
  log::Format format = log::Format::Json;
};

struct Config {
  std::optional<ServerSetup> server;  // `verify` and `review` need none
  LogSetup log;
  Setup setup;
  std::string effective;  // YAML: every key with its value, secrets masked
};

using Problems = std::vector<std::string>;  // "FILE:LINE:COLUMN: what is wrong"

// The whole of it, or everything that is wrong with it. Reads the files that it names, but neither
// trust stores nor serving certificates: those may come later.
std::expected<Config, Problems> load_config(const std::filesystem::path& file, const Catalog&,
                                            const Services&);
std::expected<Config, Problems> parse_config(std::string_view text,
                                             const std::filesystem::path& file, const Catalog&,
                                             const Services&);

}  // namespace countersign::app
