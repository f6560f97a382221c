// SPDX-License-Identifier: Apache-2.0
#include "revocation/source_reader.h"

#include <algorithm>
#include <utility>

namespace countersign::revocation {
namespace {

const Source* first_missing(std::span<const Source> sources,
                            const std::map<std::string, Result<Finding>>& found) {
  const auto missing = std::ranges::find_if(
      sources, [&](const Source& source) { return !found.contains(source.key()); });
  return missing == sources.end() ? nullptr : &*missing;
}

}  // namespace

SourceReader::SourceReader(Settings settings, net::HttpTransport& transport, const Clock& clock,
                           log::Logger& logger)
    : transport_(transport), clock_(clock), lists_(std::move(settings), logger), flights_(clock) {}

std::vector<Result<Finding>> SourceReader::read_all(std::span<const Source> sources,
                                                    const ReadTerms& terms) {
  Found found;
  while (const auto* const missing = first_missing(sources, found)) {
    if (const auto ours = errands(sources, terms, found); !ours.empty()) {
      run(ours, terms, found);
    } else if (terms.deadline.passed(clock_)) {
      found.emplace(missing->key(), fail(Reason::DeadlineExceeded,
                                         missing->host() + ": no answer within the time"));
    } else if (!found.contains(missing->key())) {
      flights_.wait(missing->key(), terms.deadline);
    }
  }
  std::vector<Result<Finding>> findings;
  for (const auto& source : sources) {
    findings.push_back(found.at(source.key()));
  }
  return findings;
}

// What neither the caches know nor anybody else is reading. Nobody waits while he has a seat, so
// that no two can wait for each other.
std::vector<SourceReader::Errand> SourceReader::errands(std::span<const Source> sources,
                                                        const ReadTerms& terms, Found& found) {
  std::vector<Errand> errands;
  for (const auto& source : sources) {
    if (found.contains(source.key())) {
      continue;
    }
    if (auto finding = known(source, terms)) {
      found.emplace(source.key(), std::move(*finding));
    } else if (auto seat = flights_.take_off(source.key())) {
      if (auto landed = stored(source, terms)) {
        found.emplace(source.key(), std::move(*landed));
      } else {
        errands.push_back({source, std::move(*seat)});
      }
    }
  }
  return errands;
}

void SourceReader::run(std::span<const Errand> errands, const ReadTerms& terms, Found& found) {
  std::vector<net::Request> requests;
  for (const auto& errand : errands) {
    requests.push_back(errand.source.request());
  }
  requests_ += requests.size();
  const auto responses = transport_.send_all(requests, terms.deadline);
  const auto moment = Moment::of(clock_);
  for (std::size_t i = 0; i < errands.size(); ++i) {
    const auto& source = errands[i].source;
    found.emplace(source.key(), settle(source, responses[i], moment));
  }
}

std::optional<Result<Finding>> SourceReader::known(const Source& source, const ReadTerms& terms) {
  const auto moment = Moment::of(clock_);
  if (source.is_list()) {
    if (auto list = lists_.find(source, moment, terms.lists_since)) {
      return Finding(std::move(*list));
    }
  }
  for (const auto& key : {source.key(), source.url()}) {
    if (auto failure = failures_.find(key, moment.tick)) {
      return std::unexpected(std::move(*failure));
    }
  }
  return std::nullopt;
}

std::optional<Result<Finding>> SourceReader::stored(const Source& source, const ReadTerms& terms) {
  auto finding = known(source, terms);
  if (!finding && source.is_list() && terms.lists_since == Tick::min()) {
    if (auto list = lists_.load(source, Moment::of(clock_))) {
      finding = Finding(std::move(*list));
    }
  }
  return finding;
}

// No answer, or one with another status, condemns the place; an answer that can't be used only what
// was asked there.
Result<Finding> SourceReader::settle(const Source& source, const Result<net::Response>& response,
                                     const Moment& moment) {
  if (!response && response.error().reason == Reason::DeadlineExceeded) {
    return fail(Reason::DeadlineExceeded, source.host() + ": no answer within the time");
  }
  if (!response) {
    return failed(source.url(), response.error().detail);
  }
  if (response->status != 200) {
    return failed(source.url(),
                  source.host() + " answers with status " + std::to_string(response->status));
  }
  auto finding = source.read(*response, moment.now);
  if (!finding) {
    return failed(source.key(), finding.error().detail);
  }
  if (const auto* const list = std::get_if<x509::Crl>(&*finding)) {
    lists_.keep(source, *list, as_bytes(response->body), moment);
  }
  return finding;
}

std::unexpected<Error> SourceReader::failed(const std::string& key, std::string detail) {
  ++failed_;
  const Error error{Reason::RevocationUnknown, std::move(detail)};
  failures_.remember(key, error, clock_.tick());
  return std::unexpected(error);
}

}  // namespace countersign::revocation
