// SPDX-License-Identifier: Apache-2.0
// From the options that `verify`, `list` and `inspect` share to an image, the registry that has it,
// and the trust to judge it by.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>

#include "countersign/oci/image_ref.h"

#include "app/commands.h"
#include "app/config.h"
#include "app/console.h"
#include "app/setup.h"

namespace countersign::app {

struct Target {
  oci::ImageRef image;
  std::filesystem::path layout;  // empty: the registry
};

[[nodiscard]] Result<Target> find_target(const ImageOptions&);  // Reason::BadReference

// Needed: no trust is a mistake. IfThere: of the usual Notation folder, when it has a policy.
enum class Trust : std::uint8_t { Needed, IfThere, NotNeeded };

// Of a configuration file; else of a Notation folder, with the registries of these images alone.
// There is no verifier when trust is not there or not needed. Warnings go to the console.
std::expected<Setup, Problems> image_setup(const ImageOptions&, std::span<const Target>, Trust,
                                           const Clock&, Console&);
inline std::expected<Setup, Problems> image_setup(const ImageOptions& options, const Target& target,
                                                  Trust trust, const Clock& clock,
                                                  Console& console) {
  return image_setup(options, {&target, 1}, trust, clock, console);
}

void warn(const std::string& text, Console&);

// Says why there is nothing to show. Usage, also where settings forbid to look, or Unknown.
Exit give_up(const Error&, Console&);

}  // namespace countersign::app
