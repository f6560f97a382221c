// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/image_ref.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::oci {

// Takes the text apart from its end: digest, tag, then host and path. Every step scans its part
// once.
class ImageRefParser {
 public:
  explicit ImageRefParser(std::string_view text) : rest_(text) {}

  Result<ImageRef> parse() {
    TRY_VOID(check_whole());
    TRY_VOID(take_digest());
    TRY_VOID(take_tag());
    TRY_VOID(take_host());
    TRY_VOID(take_path());
    return std::move(ref_);
  }

 private:
  Result<void> check_whole() const;
  Result<void> take_digest();
  Result<void> take_tag();
  Result<void> take_host();
  Result<void> take_port(std::string_view digits);
  Result<void> take_path();

  std::string_view rest_;
  ImageRef ref_;
};

namespace {

constexpr std::string_view kDockerHub = "docker.io";
constexpr std::string_view kDockerIndex = "index.docker.io";
constexpr std::string_view kDockerRegistry = "registry-1.docker.io";
constexpr std::string_view kDockerLibrary = "library/";
constexpr std::string_view kDefaultTag = "latest";

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadReference, std::move(detail));
}

// Not <cctype>: the grammar is ASCII in every locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower_alnum(char c) { return is_lower(c) || is_digit(c); }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

template <class Predicate>
bool every_part(std::string_view text, char separator, Predicate predicate) {
  while (true) {
    const auto end = text.find(separator);
    if (!predicate(text.substr(0, end))) {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(end + 1);
  }
}

// distribution/reference takes the part before the first slash as a host when it can't be anything
// else; all other names belong to Docker Hub.
bool means_host(std::string_view part) {
  return part == "localhost" || part.find_first_of(".:") != std::string_view::npos ||
         std::ranges::any_of(part, is_upper);
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= limits::kHostLabel && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_lower_alnum(c) || c == '-'; });
}

bool is_host_name(std::string_view name) {
  return name.size() <= limits::kHostBytes && every_part(name, '.', is_host_label);
}

// In brackets. The grammar knows neither zones nor a dotted IPv4 tail.
bool is_ipv6_host(std::string_view host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') {
    return false;
  }
  const std::string address(host.substr(1, host.size() - 2));
  in6_addr parsed{};
  return address.find_first_not_of("0123456789abcdef:") == std::string::npos &&
         inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

// [a-z0-9]+ ( ( "." | "_" | "__" | "-"+ ) [a-z0-9]+ )*
bool is_path_component(std::string_view text) {
  while (true) {
    const auto run = std::ranges::find_if_not(text, is_lower_alnum) - text.begin();
    if (run == 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(run));
    if (text.empty()) {
      return true;
    }
    const auto end = std::min(text.find_first_not_of("._-"), text.size());
    const auto separator = text.substr(0, end);
    const bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (separator != "." && separator != "_" && separator != "__" && !dashes) {
      return false;
    }
    text.remove_prefix(end);
  }
}

bool is_tag(std::string_view tag) {
  const auto word = [](char c) { return is_lower_alnum(c) || is_upper(c) || c == '_'; };
  return !tag.empty() && tag.size() <= limits::kReferenceTag && word(tag.front()) &&
         std::ranges::all_of(tag, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What containerd looks up among the images of the node, without any registry: a digest, or the
// start of one. distribution/reference keeps 64 bare hex digits apart for the same reason.
bool is_local_id(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kPrefixes{
      "sha256:", "sha384:", "sha512:", "blake3:"};
  const bool prefixed = std::ranges::any_of(
      kPrefixes, [text](std::string_view prefix) { return text.starts_with(prefix); });
  return (prefixed && text.find('/') == std::string_view::npos) ||
         (text.size() == 64 && is_hex(text));
}

std::string with_port(const std::string& host, std::optional<std::uint16_t> port) {
  return port ? host + ":" + std::to_string(*port) : host;
}

}  // namespace

Result<void> ImageRefParser::check_whole() const {
  if (rest_.size() > limits::kReferenceBytes) {
    return bad("longer than " + std::to_string(limits::kReferenceBytes) + " bytes");
  }
  if (is_local_id(rest_)) {
    return fail(Reason::LocalImageId, "a local image id, not a reference");
  }
  return {};
}

Result<void> ImageRefParser::take_digest() {
  const auto at = rest_.find('@');
  if (at == std::string_view::npos) {
    return {};
  }
  TRY(ref_.digest_, Digest::parse(rest_.substr(at + 1), Reason::BadReference));
  rest_ = rest_.substr(0, at);
  return {};
}

// Checked beside a digest, too: parsers disagree about references whose tag is not one.
Result<void> ImageRefParser::take_tag() {
  const auto slash = rest_.rfind('/');
  const auto colon = rest_.find(':', slash == std::string_view::npos ? 0 : slash + 1);
  if (colon == std::string_view::npos) {
    return {};
  }
  const auto tag = rest_.substr(colon + 1);
  if (!is_tag(tag)) {
    return bad("the tag has characters or a length that tags do not have");
  }
  ref_.tag_ = tag;
  rest_ = rest_.substr(0, colon);
  return {};
}

Result<void> ImageRefParser::take_host() {
  const auto slash = rest_.find('/');
  const auto part = rest_.substr(0, slash);
  if (slash == std::string_view::npos || !means_host(part)) {
    ref_.host_ = kDockerHub;
    return {};
  }
  const auto bracket = part.starts_with('[') ? part.find(']') : 0;
  const auto colon = bracket == std::string_view::npos ? bracket : part.find(':', bracket);
  const auto host = part.substr(0, colon);
  if (!is_host_name(host) && !is_ipv6_host(host)) {
    return bad("the part before the first slash is not a host name in lower case");
  }
  if (colon != std::string_view::npos) {
    TRY_VOID(take_port(part.substr(colon + 1)));
  }
  ref_.host_ = host == kDockerIndex && !ref_.port_ ? kDockerHub : host;
  rest_.remove_prefix(slash + 1);
  return {};
}

// URL parsers fold "0443" into 443, so that the name and the endpoint would differ.
Result<void> ImageRefParser::take_port(std::string_view digits) {
  constexpr std::size_t kMostDigits = 5;
  constexpr unsigned kMostPort = 65535;
  if (digits.empty() || digits.size() > kMostDigits || digits.front() == '0' ||
      !std::ranges::all_of(digits, is_digit)) {
    return bad("the port is not a number from 1 to 65535 without leading zeros");
  }
  unsigned port = 0;
  for (const char digit : digits) {
    port = port * 10 + static_cast<unsigned>(digit - '0');
  }
  if (port > kMostPort) {
    return bad("the port is over 65535");
  }
  ref_.port_ = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> ImageRefParser::take_path() {
  if (!every_part(rest_, '/', is_path_component)) {
    return bad("the repository is empty or has characters that repositories do not have");
  }
  if (ref_.registry() == kDockerHub && rest_.find('/') == std::string_view::npos) {
    ref_.path_ = kDockerLibrary;
  }
  ref_.path_ += rest_;
  if (ref_.path_.size() > limits::kReferencePath) {
    return bad("the repository is longer than " + std::to_string(limits::kReferencePath) +
               " characters");
  }
  return {};
}

Result<ImageRef> ImageRef::parse(std::string_view text) { return ImageRefParser(text).parse(); }

std::string ImageRef::registry() const { return with_port(host_, port_); }

std::string ImageRef::repository() const {
  static constexpr std::array kOtherwise{kDockerHub, kDockerIndex, kDockerRegistry};
  static constexpr std::uint16_t kHttps = 443;
  auto name = registry() + "/" + path_;
  // Of all others nothing can be written in two ways: the host is in lower case.
  const bool canonical =
      port_ != kHttps && std::ranges::find(kOtherwise, host_) == kOtherwise.end();
  return canonical ? name : canonical_scope(name);
}

std::string ImageRef::wire_host() const {
  return registry() == kDockerHub ? std::string(kDockerRegistry) : registry();
}

// ParseDockerRef: beside a digest the tag means nothing.
std::string ImageRef::text() const {
  return registry() + "/" + path_ + (digest_ ? "@" : ":") + wire_reference();
}

std::string ImageRef::wire_reference() const {
  return digest_ ? digest_->text() : tag_.value_or(std::string(kDefaultTag));
}

std::string canonical_scope(std::string_view repository) {
  const auto slash = repository.find('/');
  if (slash == std::string_view::npos) {
    return std::string(repository);
  }
  std::string host(repository.substr(0, slash));
  std::ranges::transform(host, host.begin(), to_lower);
  const auto path = repository.substr(slash + 1);
  constexpr std::string_view kHttpsPort = ":443";
  if (host.ends_with(kHttpsPort)) {
    host.resize(host.size() - kHttpsPort.size());
  }
  const bool single = path.find('/') == std::string_view::npos;
  if (host == kDockerIndex || (host == kDockerRegistry && !single)) {
    host = kDockerHub;
  }
  const bool library = host == kDockerHub && single;
  return host.append("/").append(library ? kDockerLibrary : "").append(path);
}

}  // namespace countersign::oci
