// SPDX-License-Identifier: Apache-2.0
// Trees of lines, drawn as Notation draws them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/paint.h"

namespace countersign::app {

struct Tree {
  std::string line;
  std::vector<Tree> branches = {};
  Paint paint = Paint::None;

  // The reference is good until the next branch is added beside it.
  Tree& add(std::string text) { return branches.emplace_back(Tree{std::move(text)}); }
  Tree& add(std::string_view name, std::string_view value) {
    return add(std::string(name) + ": " + std::string(value));
  }
};

// Ends with a newline. Each line is made fit to be shown: it may hold what a publisher wrote.
std::string tree_text(const Tree&, Colour = Colour::Never);

}  // namespace countersign::app
