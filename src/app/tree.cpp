// SPDX-License-Identifier: Apache-2.0
#include "app/tree.h"

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::app {
namespace {

void draw(const Tree& tree, const std::string& indent, Colour colour, std::string& text) {
  text += painted(log::clean(tree.line, limits::kLogField), tree.paint, colour) + "\n";
  for (const auto& branch : tree.branches) {
    const bool last = &branch == &tree.branches.back();
    text += indent + (last ? "└── " : "├── ");
    draw(branch, indent + (last ? "    " : "│   "), colour, text);
  }
}

}  // namespace

std::string tree_text(const Tree& tree, Colour colour) {
  std::string text;
  draw(tree, "", colour, text);
  return text;
}

}  // namespace countersign::app
