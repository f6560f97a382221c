// SPDX-License-Identifier: Apache-2.0
// Tables of text for people: columns as wide as what is in them, the last as it comes.
#pragma once
#include <string>
#include <vector>

#include "app/paint.h"

namespace countersign::app {

struct Cell {
  std::string text;  // made fit to be shown; empty: "-"
  Paint paint = Paint::None;
};

class Table {
 public:
  explicit Table(const std::vector<std::string>& head);
  void add(std::vector<Cell> row);  // as many as the head has
  std::string text(Colour) const;   // ends with a newline

 private:
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace countersign::app
