// SPDX-License-Identifier: Apache-2.0
// The serving certificate, its key and the authorities of clients, as files.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/server/tls_material.h"
#include "countersign/serving/certificate_keeper.h"

namespace countersign::app {

struct ClientFiles {
  std::string where;  // of `authorities`, "FILE:LINE:COLUMN"
  std::string authorities;
  std::vector<std::string> names;
};

struct ServingFiles {  // a section `tls` of the configuration
  std::string where_certificate, where_key;
  std::string certificate, key;
  server::TlsMaterial::Least least = server::TlsMaterial::Least::Tls12;
  std::vector<std::string> expected_names;
  std::optional<ClientFiles> clients;
};

// As the files are now. Reason::BadConfig, with place and file: missing, unreadable, too large.
// What is in them is judged by who serves with it; its messages have the files' names.
[[nodiscard]] Result<server::TlsMaterial> read_serving_files(const ServingFiles&);
// The same with a pair that is in no files.
[[nodiscard]] Result<server::TlsMaterial> read_client_files(const ServingFiles&,
                                                            const serving::ServingPair&);

}  // namespace countersign::app
