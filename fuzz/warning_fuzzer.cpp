// SPDX-License-Identifier: Apache-2.0
// Laws: what is reported of Warning headers is short, clean text; quoted again it is read as the
// same text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"

#include "courier/notices.h"

namespace {

using countersign::Bytes;
using countersign::courier::warnings_of;
using countersign::net::Response;
namespace limits = countersign::limits;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

std::string quoted(const std::string& text) {
  std::string quoted = "299 - \"";
  for (const char character : text) {
    quoted += character == '"' || character == '\\' ? "\\" : "";
    quoted += character;
  }
  return quoted + "\"";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Response response;  // one header a line
  std::string text(countersign::as_text(Bytes(data, size)));
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    response.headers.push_back({"warning", text.substr(begin, end - begin)});
    begin = end + 1;
  }
  for (const auto& warning : warnings_of(response)) {
    require(!warning.empty() && warning.size() <= limits::kRegistryWarningText);
    require(countersign::log::clean(warning, limits::kRegistryWarningText) == warning);
    Response again;
    again.headers.push_back({"warning", quoted(warning)});
    require(warnings_of(again) == std::vector<std::string>{warning});
  }
  return 0;
}
