// SPDX-License-Identifier: Apache-2.0
// What the reports of `verify` and `inspect` have in common.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/codec/json.h"
#include "countersign/policy/report.h"

namespace countersign::app {

std::string_view name(policy::Verdict);  // "trusted"
// "trusted", and "undecided" for an Error.
std::string_view verdict_name(const Result<policy::Report>&);

std::string because(Reason, std::string_view detail);  // "REVOKED, a certificate was revoked: ..."
std::string check_text(const policy::CheckReport&);    // "pass", "fail (log) CODE, ...": for people

// "  label   text", with the texts below each other. Made fit to be shown: subjects, references and
// details may be written by whoever pushes to a registry.
std::string report_line(std::string_view indent, std::string_view label, std::string_view text);

enum class Refused : std::uint8_t { No, Yes };
// Members `reason`, empty when nothing is refused, and `detail`.
void write_reason(codec::JsonWriter&, Refused, Reason, std::string_view detail);
void write_time(codec::JsonWriter&, std::string_view key, const std::optional<Time>&);  // or null
void write_checks(codec::JsonWriter&, const std::vector<policy::CheckReport>&);  // member `checks`

}  // namespace countersign::app
