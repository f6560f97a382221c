// SPDX-License-Identifier: Apache-2.0
// `config check --online`: tries what a configuration names.
#pragma once
#include "countersign/base/clock.h"

#include "app/application.h"
#include "app/console.h"
#include "app/exit_code.h"

namespace countersign::app {

// A line for each trust store item, registry and identity: OK, or why not. Yes when all are; else
// Usage for what the configuration got wrong, or Unknown.
Exit online_check(Application&, const Clock&, Console&);

}  // namespace countersign::app
