// SPDX-License-Identifier: Apache-2.0
// Fitting text into the room that Kubernetes gives it, by whole characters. Arguments are valid
// UTF-8, as log::clean returns it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::kube {

enum class Unit : std::uint8_t { Bytes, Characters };

// Text longer than `most` loses its end, or its middle, to "...".
std::string cut_end(std::string_view text, std::size_t most, Unit unit);
std::string cut_middle(std::string_view text, std::size_t most, Unit unit);

// log::clean for text of several lines: the line feeds stay. At most `most` bytes in all.
std::string clean_lines(std::string_view text, std::size_t most);

}  // namespace countersign::kube
