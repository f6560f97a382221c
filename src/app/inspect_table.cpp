// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/rfc3339.h"

#include "app/inspection.h"
#include "app/report_parts.h"
#include "app/table.h"

namespace countersign::app {
namespace {

std::string interval(const notation::Countersignature& timestamp) {
  const auto& opened = timestamp.opened();
  return opened ? codec::format_rfc3339(opened->earliest()) + " to " +
                      codec::format_rfc3339(opened->latest())
                : "malformed";
}

Cell verdict_cell(const InspectedSignature& signature) {
  if (!signature.judgement) {
    return {""};
  }
  const auto& report = *signature.judgement;
  std::string text(verdict_name(report));
  if (!report) {
    text += " " + std::string(wire_name(report.error().reason));
  } else if (report->verdict == policy::Verdict::Untrusted) {
    text += " " + std::string(wire_name(report->reason));
  }
  return {std::move(text), paint_of(report)};
}

std::vector<Cell> row_of(const InspectedSignature& signature) {
  if (!signature.envelope) {
    return {{signature.digest.text()},
            {},
            {},
            verdict_cell(signature),
            {std::string(wire_name(signature.envelope.error().reason)), Paint::Bad}};
  }
  const auto& envelope = **signature.envelope;
  return {{signature.digest.text()},
          {codec::format_rfc3339(envelope.signing_time)},
          {envelope.timestamp ? interval(*envelope.timestamp) : std::string()},
          verdict_cell(signature),
          {envelope.chain.front().subject()}};
}

}  // namespace

std::string inspect_table(const Inspection& inspection, Colour colour) {
  Table table({"DIGEST", "SIGNED AT", "TIMESTAMP", "VERDICT", "SIGNER"});
  for (const auto& signature : inspection.signatures) {
    table.add(row_of(signature));
  }
  return table.text(colour);
}

}  // namespace countersign::app
