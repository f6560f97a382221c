// SPDX-License-Identifier: Apache-2.0
#include "x509/extension_reader.h"

namespace countersign::x509 {

std::optional<ExtensionView> take_extension(DerReader& list) {
  const auto element = list.take(der::kSequence);
  if (!element) {
    return std::nullopt;
  }
  DerReader fields(element->content);
  const auto type = fields.take(der::kObjectIdentifier);
  const auto flag = fields.take(der::kBoolean);
  const auto critical = flag ? boolean(flag->content) : false;
  const auto value = fields.take(der::kOctetString);
  if (!type || !critical || !value || !fields.empty()) {
    return std::nullopt;
  }
  return ExtensionView{as_text(type->content),
                       *critical ? Criticality::Critical : Criticality::NotCritical,
                       value->content};
}

}  // namespace countersign::x509
