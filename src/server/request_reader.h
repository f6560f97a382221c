// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.x request out of the bytes of a connection, in whatever pieces they come.
//
// RFC 9112, and stricter where two readers of the same bytes could disagree about where a request
// ends: one Content-Length of digits or one "Transfer-Encoding: chunked", never both; no folded
// lines, no bare line feeds, no second Host. Deviation: absolute-form targets (section 3.2.2) are
// refused, because nobody uses a webhook as a proxy.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/server/front.h"

#include "server/body_reader.h"

namespace countersign::server {

struct RequestHead {
  enum class Method : std::uint8_t { Other, Get, Head, Post };
  enum class Framing : std::uint8_t { None, Length, Chunked };  // how the body says where it ends
  enum class Expect : std::uint8_t { Nothing, Continue, Unknown };

  Method method = Method::Other;
  Framing framing = Framing::None;
  Expect expect = Expect::Nothing;
  bool keep_alive = false;
  bool encoded = false;  // a Content-Encoding other than identity
  std::string path;
  std::string query;
  std::string content_type;
  std::string trace_id;  // 32 hexadecimal digits, or empty
};

class RequestReader {
 public:
  enum class Progress : std::uint8_t { Refused, NeedMore, HeadDone, Complete };

  explicit RequestReader(const Bounds& bounds) : bounds_(bounds) {}

  // At HeadDone nothing of the body was looked at yet: judge the head, then feed on (maybe
  // nothing).
  Progress feed(std::string_view bytes);
  // Forgets a complete request and keeps what came behind it.
  void next();

  const RequestHead& head() const { return head_; }
  std::size_t body_size() const { return body_.size(); }
  std::string take_body() { return std::move(body_); }
  int status() const { return status_; }  // of a refusal: 400, 413 or 431
  bool has_input() const { return !input_.empty(); }

 private:
  enum class Lines : std::uint8_t { Open, Ended, Broken };

  Progress feed_head(std::string_view bytes);
  Lines scan_lines();
  Progress parse_head();
  Progress feed_body(std::string_view bytes);
  Progress refuse(int status);

  const Bounds& bounds_;
  std::string input_;           // received and not yet used
  std::size_t scanned_ = 0;     // of input_, while the head is incomplete
  std::size_t line_start_ = 0;  // where the line that is being scanned begins
  RequestHead head_;
  std::string body_;
  int status_ = 0;
  std::optional<BodyReader> body_reader_;  // from the end of the head on
};

// "application/json", in any case, with any parameters.
bool is_json(std::string_view content_type);

}  // namespace countersign::server
