// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <ostream>

#include "countersign/base/next_step.h"

#include "app/commands.h"

namespace countersign::app {
namespace {

// Where to find out more about one denial.
std::string_view evidence(Blame blame) {
  switch (blame) {
    case Blame::Author:
      return "the text behind the code in the denial; `countersign review FILE` repeats it";
    case Blame::Publisher:
      return "`countersign inspect IMAGE` shows each signature, its certificates and its checks";
    case Blame::Remote:
      return "`detail` in the log line with the denial's id; `countersign config check --online "
             "FILE`";
    case Blame::Operator:
      return "`countersign config show FILE`, and `countersign config check --online FILE`";
    case Blame::Us:
      return "the log line with the denial's id, and the log before it";
  }
  return "";
}

std::string_view retry(Reason reason) {
  return may_retry(reason) ? "may help: the denial has HTTP code 429, and kubectl tries again"
                           : "does not help before somebody has acted";
}

std::string explanation(Reason reason) {
  return std::string(wire_name(reason)) + ": " + std::string(meaning(reason)) +
         "\n  who must act  " + std::string(name(blame(reason))) +  //
         "\n  a retry       " + std::string(retry(reason)) +        //
         "\n  next step     " + std::string(next_step(reason)) +    //
         "\n  evidence      " + std::string(evidence(blame(reason))) + "\n  exit status   " +
         std::to_string(static_cast<int>(exit_of(reason))) + " of `countersign verify`\n";
}

std::string upper(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](unsigned char character) {
    return static_cast<char>(std::toupper(character));
  });
  return upper;
}

void list_all(std::ostream& out) {
  for (const auto reason : all_reasons()) {
    std::string padded(wire_name(reason));
    padded.resize(std::max(padded.size() + 1, std::size_t{27}), ' ');
    out << padded << meaning(reason) << '\n';
  }
}

}  // namespace

Exit explain(const std::string& code, Console& console) {
  if (code.empty()) {
    list_all(console.out);
    return Exit::Yes;
  }
  const auto wanted = upper(code);
  const auto found = std::ranges::find(all_reasons(), std::string_view(wanted), wire_name);
  if (found == all_reasons().end()) {
    console.err << "countersign: no reason has this code; there are:\n";
    list_all(console.err);
    return Exit::Usage;
  }
  console.out << explanation(*found);
  return Exit::Yes;
}

}  // namespace countersign::app
