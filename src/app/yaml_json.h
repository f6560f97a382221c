// SPDX-License-Identifier: Apache-2.0
// From YAML to the JSON that Kubernetes and the trust policy are written in.
#pragma once
#include "countersign/codec/json_text.h"

#include "app/yaml.h"

namespace countersign::app {

// Plain scalars become what kubectl makes of them: null, booleans (true, yes, on, ...), numbers,
// else text.
codec::Json to_json(const YamlNode&);

}  // namespace countersign::app
