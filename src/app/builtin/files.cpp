// SPDX-License-Identifier: Apache-2.0
// trustStores: {source: files, paths: [...]}
#include "app/catalog.h"
#include "app/certificate_files.h"

namespace countersign::app::builtin {

std::unique_ptr<trust::CertificateSource> files(Section& section, const Services&) {
  auto paths = section.paths("paths");
  if (paths.empty()) {
    section.refuse("paths", "at least one file or pattern is needed");
  }
  return certificate_files(std::move(paths));
}

}  // namespace countersign::app::builtin
