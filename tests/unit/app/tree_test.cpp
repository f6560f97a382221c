// SPDX-License-Identifier: Apache-2.0
#include "app/tree.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(Tree, IsDrawnAsNotationDrawsIt) {
  Tree tree{"root", {}};
  auto& first = tree.add("first");
  first.add("key", "value");
  first.add("twig").add("leaf");
  tree.add("last").add("leaf");
  EXPECT_EQ(tree_text(tree),
            "root\n"
            "├── first\n"
            "│   ├── key: value\n"
            "│   └── twig\n"
            "│       └── leaf\n"
            "└── last\n"
            "    └── leaf\n");
  EXPECT_EQ(tree_text({"alone", {}}), "alone\n");
}

TEST(Tree, CleansWhatOthersWrote) {
  Tree tree{"root", {}};
  tree.add("key", "a\n└── forged\x1b[2J");
  const auto text = tree_text(tree);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(Tree, PaintsALine) {
  Tree tree{"root", {}};
  tree.add("verdict", "trusted").paint = Paint::Good;
  EXPECT_EQ(tree_text(tree, Colour::Always), "root\n└── \x1b[32mverdict: trusted\x1b[0m\n");
  EXPECT_EQ(tree_text(tree), "root\n└── verdict: trusted\n");
}

}  // namespace
}  // namespace countersign::app
