// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/challenge.h"

#include <algorithm>
#include <optional>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

namespace countersign::net {
namespace {

enum class Outcome : std::uint8_t { Malformed, TooMuch, Repeated, Read };

class ChallengeReader {
 public:
  explicit ChallengeReader(std::string_view value) : reader_(value) {}

  bool more() {
    reader_.skip_commas();
    return !reader_.at_end();
  }

  Outcome read(Challenge& challenge) {
    challenge.scheme = lower(reader_.token());
    if (challenge.scheme.empty()) {
      return Outcome::Malformed;
    }
    const bool spaced = reader_.skip_blanks();
    if (ends()) {
      return Outcome::Read;
    }
    if (!spaced) {
      return Outcome::Malformed;
    }
    return read_token68(challenge) ? Outcome::Read : read_parameters(challenge);
  }

 private:
  bool ends() const { return reader_.at_end() || reader_.at(','); }

  bool read_token68(Challenge& challenge) {
    auto ahead = reader_;
    const auto text = ahead.token68();
    ahead.skip_blanks();
    if (text.empty() || !(ahead.at_end() || ahead.at(','))) {
      return false;
    }
    challenge.token68 = text;
    reader_ = ahead;
    return true;
  }

  Outcome read_parameters(Challenge& challenge) {
    auto outcome = Outcome::Read;
    do {
      if (challenge.parameters.size() == limits::kChallengeParameters) {
        return Outcome::TooMuch;
      }
      auto name = lower(reader_.token());
      reader_.skip_blanks();
      if (name.empty() || !reader_.take('=')) {
        return Outcome::Malformed;
      }
      reader_.skip_blanks();
      auto value = read_value();
      reader_.skip_blanks();
      if (!value || !ends()) {
        return Outcome::Malformed;
      }
      if (challenge.find(name) != nullptr) {
        outcome = Outcome::Repeated;
      }
      challenge.parameters.emplace_back(std::move(name), std::move(*value));
    } while (parameter_follows());
    return outcome;
  }

  std::optional<std::string> read_value() {
    if (reader_.at('"')) {
      return reader_.quoted();
    }
    const auto text = reader_.until(",\"");
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  }

  // "The only ambiguity is after a comma": a token before "=" is a parameter, else a new scheme.
  bool parameter_follows() {
    auto ahead = reader_;
    ahead.skip_commas();
    const auto at_name = ahead;
    const bool named = !ahead.token().empty();
    ahead.skip_blanks();
    if (!named || !ahead.at('=')) {
      return false;
    }
    reader_ = at_name;
    return true;
  }

  HeaderReader reader_;
};

}  // namespace

const std::string* Challenge::find(std::string_view lower_case_name) const {
  for (const auto& [name, value] : parameters) {
    if (name == lower_case_name) {
      return &value;
    }
  }
  return nullptr;
}

Result<std::vector<Challenge>> parse_challenges(const net::Response& response) {
  std::vector<Challenge> challenges;
  std::size_t seen = 0;
  for (const auto& header : response.headers) {
    if (header.name != "www-authenticate") {
      continue;
    }
    ChallengeReader reader(header.value);
    while (reader.more()) {
      Challenge challenge;
      const auto outcome = reader.read(challenge);
      if (outcome == Outcome::TooMuch || ++seen > limits::kChallenges) {
        return fail(Reason::RegistryResponse, "too many challenges, or too many parameters in one");
      }
      if (outcome == Outcome::Malformed) {
        break;
      }
      if (outcome == Outcome::Read) {
        challenges.push_back(std::move(challenge));
      }
    }
  }
  return challenges;
}

}  // namespace countersign::net
