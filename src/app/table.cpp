// SPDX-License-Identifier: Apache-2.0
#include "app/table.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::app {
namespace {

// Of UTF-8: bytes that only continue a character take no place.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; }));
}

}  // namespace

Table::Table(const std::vector<std::string>& head) {
  auto& row = rows_.emplace_back();
  for (const auto& each : head) {
    row.push_back({each});
  }
}

void Table::add(std::vector<Cell> row) {
  for (auto& cell : row) {
    cell.text = cell.text.empty() ? "-" : log::clean(cell.text, limits::kLogField);
  }
  row.resize(rows_.front().size());
  rows_.push_back(std::move(row));
}

std::string Table::text(Colour colour) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width(row[i].text));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      text += painted(row[i].text, row[i].paint, colour) +
              (last ? "\n" : std::string(widths[i] - width(row[i].text) + 2, ' '));
    }
  }
  return text;
}

}  // namespace countersign::app
