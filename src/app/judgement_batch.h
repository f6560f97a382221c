// SPDX-License-Identifier: Apache-2.0
// Many images judged at once.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/judgement.h"

namespace countersign::app {

using Ask = std::function<Judgement(std::size_t place)>;  // from many threads
using Told = std::function<void(std::size_t done)>;       // from many threads, one after the other

// limits::kParallelVerifications at a time; the results in the order of the places.
std::vector<Judgement> judge_all(std::size_t count, const Ask&, const Told&);

Exit exit_of(const std::vector<Judgement>&);  // the worst of all

// One line each, then how many there are of each verdict. Where evidence is told along,
// the whole report of each.
std::string batch_text(const std::vector<Judgement>&, Colour);
std::string batch_json(const std::vector<Judgement>&);  // an array, one line

}  // namespace countersign::app
