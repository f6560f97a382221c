// SPDX-License-Identifier: Apache-2.0
#include "app/input.h"

#include <istream>

#include "app/file.h"

namespace countersign::app {

Result<std::string> read_input(const std::string& file, std::size_t most, Console& console) {
  if (file != "-") {
    return read_file(file, most);
  }
  std::string text(most + 1, '\0');
  console.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(console.in.gcount()));
  if (text.size() > most) {
    return fail(Reason::BadConfig,
                "the standard input is larger than " + std::to_string(most) + " bytes");
  }
  return text;
}

}  // namespace countersign::app
