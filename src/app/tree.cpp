// SPDX-License-Identifier: Apache-2.0
#include "app/tree.h"

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::app {
namespace {

void draw(const Tree& tree, const std::string& indent, std::string& text) {
  text += log::clean(tree.line, limits::kLogField) + "\n";
  for (const auto& branch : tree.branches) {
    const bool last = &branch == &tree.branches.back();
    text += indent + (last ? "└── " : "├── ");
    draw(branch, indent + (last ? "    " : "│   "), text);
  }
}

}  // namespace

std::string tree_text(const Tree& tree) {
  std::string text;
  draw(tree, "", text);
  return text;
}

}  // namespace countersign::app
