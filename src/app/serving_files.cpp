// SPDX-License-Identifier: Apache-2.0
#include "app/serving_files.h"

#include <utility>

#include "countersign/base/limits.h"

#include "app/file.h"

namespace countersign::app {
namespace {

Result<std::string> read(const std::string& where, const std::string& file) {
  auto text = read_file(file, limits::kServingFileBytes);
  if (!text) {
    return fail(text.error().reason, where + ": " + text.error().detail);
  }
  return text;
}

Result<void> add_rules(const ServingFiles& files, server::TlsMaterial& material) {
  if (files.clients) {
    TRY(auto authorities, read(files.clients->where, files.clients->authorities));
    material.clients = server::ClientRules{std::move(authorities), files.clients->names};
    material.titles.authorities = "the client authorities " + files.clients->authorities;
  }
  material.least = files.least;
  material.expected_names = files.expected_names;
  return {};
}

}  // namespace

Result<server::TlsMaterial> read_serving_files(const ServingFiles& files) {
  server::TlsMaterial material;
  TRY(material.certificate, read(files.where_certificate, files.certificate));
  TRY(auto key, read(files.where_key, files.key));
  material.key = Secret(std::move(key));
  TRY_VOID(add_rules(files, material));
  material.titles.certificate = "the certificate " + files.certificate;
  material.titles.key = "the key " + files.key;
  return material;
}

Result<server::TlsMaterial> read_client_files(const ServingFiles& files,
                                              const serving::ServingPair& pair) {
  server::TlsMaterial material;
  material.certificate = pair.certificate;
  material.key = pair.key;
  TRY_VOID(add_rules(files, material));
  return material;
}

}  // namespace countersign::app
