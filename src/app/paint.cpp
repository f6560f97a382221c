// SPDX-License-Identifier: Apache-2.0
#include "app/paint.h"

namespace countersign::app {
namespace {

std::string_view escape_of(Paint paint) {
  switch (paint) {
    case Paint::None:
      return "";
    case Paint::Good:
      return "\x1b[32m";
    case Paint::Bad:
      return "\x1b[31m";
    case Paint::Open:
      return "\x1b[33m";
  }
  return "";
}

}  // namespace

std::string painted(std::string_view text, Paint paint, Colour colour) {
  const auto escape = escape_of(paint);
  if (colour == Colour::Never || escape.empty()) {
    return std::string(text);
  }
  return std::string(escape) + std::string(text) + "\x1b[0m";
}

Paint paint_of(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::Trusted:
      return Paint::Good;
    case policy::Verdict::Skipped:
      return Paint::Open;
    case policy::Verdict::Untrusted:
      break;
  }
  return Paint::Bad;
}

Paint paint_of(const Result<policy::Report>& report) {
  return report ? paint_of(report->verdict) : Paint::Open;
}

}  // namespace countersign::app
