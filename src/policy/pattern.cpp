// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/policy/rule.h"

namespace countersign::policy {
namespace {

constexpr std::string_view kAnySegments = "**";

std::unexpected<Error> refuse(std::string_view pattern, std::string_view problem) {
  return fail(Reason::BadConfig, "pattern \"" + log::clean(pattern, limits::kLogField) +
                                     "\": " + std::string(problem));
}

// `*` stands for any run of characters. The pieces between the stars are taken from the left, each
// at the first place where it fits: if there is any way to match, this one matches, too.
bool matches_glob(std::string_view pattern, std::string_view text) {
  auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == text;
  }
  if (!text.starts_with(pattern.substr(0, star))) {
    return false;
  }
  text.remove_prefix(star);
  while (true) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == std::string_view::npos) {
      return text.ends_with(pattern);
    }
    const auto piece = pattern.substr(0, star);
    const auto place = text.find(piece);
    if (place == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(place + piece.size());
  }
}

class Parts {  // of a text, which has one at least; taken from the left
 public:
  Parts(std::string_view text, char separator) : rest_(text), separator_(separator) {}

  bool done() const { return done_; }
  std::string_view take() {
    const auto part = rest_.substr(0, rest_.find(separator_));
    done_ = part.size() == rest_.size();
    rest_.remove_prefix(done_ ? part.size() : part.size() + 1);
    return part;
  }

 private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

// A port belongs to the last label and makes it another one, also for a wildcard.
bool matches_label(std::string_view pattern, std::string_view label) {
  return pattern == label || (pattern == "*" && label.find(':') == std::string_view::npos);
}

bool matches_host(std::string_view pattern, std::string_view host) {
  Parts wanted(pattern, '.');
  Parts labels(host, '.');
  while (!wanted.done() && !labels.done()) {
    if (!matches_label(wanted.take(), labels.take())) {
      return false;
    }
  }
  return wanted.done() && labels.done();
}

bool matches_path(std::string_view pattern, std::string_view path) {
  Parts wanted(pattern, '/');
  Parts segments(path, '/');
  while (!wanted.done() && !segments.done()) {
    const auto segment = wanted.take();
    if (segment == kAnySegments) {
      return true;  // it is the last one, and at least one segment is left for it
    }
    if (!matches_glob(segment, segments.take())) {
      return false;
    }
  }
  return wanted.done() && segments.done();
}

// What holds for one pattern against another: a star in the other stands for any text, and only a
// star can match what stands for any text. `**` is more than a star.
bool covers_path(std::string_view pattern, std::string_view other) {
  Parts mine(pattern, '/');
  Parts theirs(other, '/');
  while (!mine.done() && !theirs.done()) {
    const auto segment = mine.take();
    if (segment == kAnySegments) {
      return true;
    }
    const auto taken = theirs.take();
    if (taken == kAnySegments || !matches_glob(segment, taken)) {
      return false;
    }
  }
  return mine.done() && theirs.done();
}

// Why the stars do not stand where the header allows them; empty when they do.
std::string_view misplaced_star(std::string_view host, std::string_view path) {
  for (Parts labels(host, '.'); !labels.done();) {
    const auto label = labels.take();
    if (label.find('*') != std::string_view::npos && label != "*") {
      return "`*` stands for a whole label of the host, never for a part of it or a port";
    }
  }
  for (Parts segments(path, '/'); !segments.done();) {
    const auto segment = segments.take();
    const bool whole_and_last = segment == kAnySegments && segments.done();
    if (segment.find(kAnySegments) != std::string_view::npos && !whole_and_last) {
      return "`**` must be the whole last segment";
    }
  }
  return {};
}

// One of the repositories that the pattern is about: what this is not, no image can be.
std::string example_of(std::string_view pattern) {
  std::string example;
  const bool any_segments = pattern.ends_with(kAnySegments);
  if (any_segments) {
    pattern.remove_suffix(kAnySegments.size());
  }
  for (const char character : pattern) {
    example += character == '*' ? 'x' : character;
  }
  return any_segments ? example + "x/x" : example;
}

}  // namespace

Result<ImagePattern> ImagePattern::parse(std::string_view text) {
  if (text.size() > limits::kReferenceBytes) {
    return refuse(text, "longer than any reference");
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return refuse(text, "no registry; write registry/repository");
  }
  const auto host = text.substr(0, slash);
  const auto path = text.substr(slash + 1);
  if (const auto problem = misplaced_star(host, path); !problem.empty()) {
    return refuse(text, problem);
  }
  const auto example = example_of(text);
  const auto image = oci::ImageRef::parse(example);
  if (!image) {
    return refuse(text, image.error().detail);
  }
  if (image->repository() != example) {
    return refuse(text, "matches nothing: " + log::clean(example, limits::kLogField) +
                            " is known as " + image->repository());
  }
  ImagePattern pattern;
  pattern.text_ = text;
  pattern.host_ = host;
  pattern.path_ = path;
  return pattern;
}

bool ImagePattern::matches(const oci::ImageRef& image) const {
  const auto repository = image.repository();
  const auto slash = repository.find('/');
  const std::string_view name = repository;
  return slash != std::string::npos && matches_host(host_, name.substr(0, slash)) &&
         matches_path(path_, name.substr(slash + 1));
}

bool ImagePattern::covers(const ImagePattern& other) const {
  return matches_host(host_, other.host_) && covers_path(path_, other.path_);
}

bool ImagePattern::may_lie_in(std::string_view registry) const {
  return matches_host(host_, registry);
}

Result<NamespacePattern> NamespacePattern::parse(std::string_view text) {
  if (text.empty() || text.size() > limits::kNamespaceBytes) {
    return refuse(
        text, "a namespace has 1 to " + std::to_string(limits::kNamespaceBytes) + " characters");
  }
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-*") != std::string_view::npos ||
      text.starts_with('-') || text.ends_with('-')) {
    return refuse(text, "no namespace has such a name");
  }
  if (text.find(kAnySegments) != std::string_view::npos) {
    return refuse(text, "one `*` is enough");
  }
  NamespacePattern pattern;
  pattern.text_ = text;
  return pattern;
}

bool NamespacePattern::matches(std::string_view name) const { return matches_glob(text_, name); }

bool NamespacePattern::covers(const NamespacePattern& other) const {
  return matches_glob(text_, other.text_);
}

}  // namespace countersign::policy
