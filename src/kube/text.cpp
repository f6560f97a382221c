// SPDX-License-Identifier: Apache-2.0
#include "kube/text.h"

#include <algorithm>
#include <functional>

#include "countersign/base/log.h"

namespace countersign::kube {
namespace {

constexpr std::string_view kEllipsis = "...";

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t size_of(std::string_view text, Unit unit) {
  return unit == Unit::Bytes
             ? text.size()
             : static_cast<std::size_t>(std::ranges::count_if(text, std::not_fn(continues)));
}

// The longest start of whole characters that fits.
std::string_view head(std::string_view text, std::size_t most, Unit unit) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size(); ++used) {
    auto next = end + 1;
    while (next < text.size() && continues(text[next])) {
      ++next;
    }
    if ((unit == Unit::Bytes ? next : used + 1) > most) {
      break;
    }
    end = next;
  }
  return text.substr(0, end);
}

std::string_view tail(std::string_view text, std::size_t most, Unit unit) {
  std::size_t begin = text.size();
  for (std::size_t used = 0; begin > 0; ++used) {
    auto next = begin - 1;
    while (next > 0 && continues(text[next])) {
      --next;
    }
    if ((unit == Unit::Bytes ? text.size() - next : used + 1) > most) {
      break;
    }
    begin = next;
  }
  return text.substr(begin);
}

}  // namespace

std::string cut_end(std::string_view text, std::size_t most, Unit unit) {
  if (size_of(text, unit) <= most) {
    return std::string(text);
  }
  const auto room = most - std::min(most, kEllipsis.size());
  return std::string(head(text, room, unit)).append(kEllipsis.substr(0, most));
}

std::string cut_middle(std::string_view text, std::size_t most, Unit unit) {
  if (size_of(text, unit) <= most) {
    return std::string(text);
  }
  const auto room = most - std::min(most, kEllipsis.size());
  return std::string(head(text, room - room / 2, unit))
      .append(kEllipsis.substr(0, most))
      .append(tail(text, room / 2, unit));
}

std::string clean_lines(std::string_view text, std::size_t most) {
  std::string cleaned;
  while (true) {
    const auto end = text.find('\n');
    cleaned += log::clean(text.substr(0, end), most - cleaned.size());
    if (end == std::string_view::npos || cleaned.size() >= most) {
      return cleaned;
    }
    cleaned += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace countersign::kube
