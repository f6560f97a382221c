// SPDX-License-Identifier: Apache-2.0
// A trust store in files: those of the configuration, and Notation's own folders.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "countersign/trust/certificate_source.h"

namespace countersign::app {

// The patterns are looked up at every load. A pattern that matches nothing and a file that can't be
// used fail the load: a store is known whole or not at all.
std::unique_ptr<trust::CertificateSource> certificate_files(
    std::vector<std::filesystem::path> patterns);

using Warn = std::function<void(const std::string&)>;  // called while the store is loaded

// Every entry of the folder, as Notation demands of its trust store: regular files only. Of
// sub-folders nothing is read, as the specification wants it; `warn` is told.
std::unique_ptr<trust::CertificateSource> certificate_folder(std::filesystem::path folder, Warn);

}  // namespace countersign::app
