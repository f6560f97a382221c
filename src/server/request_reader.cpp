// SPDX-License-Identifier: Apache-2.0
#include "server/request_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "server/trace_context.h"

namespace countersign::server {
namespace {

namespace http = boost::beast::http;
using Code = boost::beast::error_code;
using Text = boost::beast::string_view;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view()
                            : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

bool is_digits(Text text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// origin-form of visible ASCII; a fragment is never sent (RFC 9112, 3.2).
bool is_origin_form(Text target) {
  return !target.empty() && target.front() == '/' &&
         std::all_of(target.begin(), target.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
}

// Beast splits the head; what it means is decided here.
class HeadParser final : public http::basic_parser<true> {
 public:
  explicit HeadParser(RequestHead& head) : head_(head) {}

 private:
  void on_request_impl(http::verb verb, Text, Text target, int version, Code& code) override {
    if (!is_origin_form(target)) {
      code = http::error::bad_target;
      return;
    }
    version_ = version;
    head_.method = verb == http::verb::get    ? RequestHead::Method::Get
                   : verb == http::verb::head ? RequestHead::Method::Head
                   : verb == http::verb::post ? RequestHead::Method::Post
                                              : RequestHead::Method::Other;
    const auto question = target.find('?');
    head_.path = std::string(target.substr(0, question));
    if (question != Text::npos) {
      head_.query = std::string(target.substr(question + 1));
    }
  }

  void on_field_impl(http::field field, Text name, Text value, Code& code) override {
    if (field == http::field::host) {
      ++hosts_;
    } else if (boost::beast::iequals(name, "traceparent")) {
      take_trace(value);
    } else if (field == http::field::content_type) {
      take_content_type(value, code);
    } else if (field == http::field::content_length) {
      take_content_length(value, code);
    } else if (field == http::field::transfer_encoding) {
      take_transfer_encoding(value, code);
    } else if (field == http::field::content_encoding) {
      head_.encoded = head_.encoded || !boost::beast::iequals(value, "identity");
    } else if (field == http::field::expect) {
      head_.expect = boost::beast::iequals(value, "100-continue") ? RequestHead::Expect::Continue
                                                                  : RequestHead::Expect::Unknown;
    }
  }

  // Of two, neither can be believed.
  void take_trace(Text value) {
    const auto trace = trace_id_of({value.data(), value.size()});
    head_.trace_id = ++traces_ == 1 ? trace.value_or("") : std::string();
  }

  void take_content_type(Text value, Code& code) {
    if (std::exchange(has_content_type_, true)) {
      code = http::error::bad_field;
    }
    head_.content_type = std::string(value);
  }

  // Beast lets equal repetitions and lists pass ("5, 5"): a proxy may read them otherwise.
  void take_content_length(Text value, Code& code) {
    if (head_.framing != RequestHead::Framing::None || !is_digits(value)) {
      code = http::error::bad_content_length;
    }
    head_.framing = RequestHead::Framing::Length;
  }

  // Beast takes a request with another last coding for one without a body.
  void take_transfer_encoding(Text value, Code& code) {
    if (head_.framing != RequestHead::Framing::None || version_ < 11 ||
        !boost::beast::iequals(value, "chunked")) {
      code = http::error::bad_transfer_encoding;
    }
    head_.framing = RequestHead::Framing::Chunked;
  }

  void on_header_impl(Code& code) override {
    // RFC 9112, 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1
    // request message that lacks a Host header field and to any request message that contains more
    // than one".
    if (hosts_ > 1 || (version_ >= 11 && hosts_ == 0)) {
      code = http::error::bad_field;
    }
    if (version_ < 11) {
      // RFC 9110, 10.1.1: "A server that receives a 100-continue expectation in an HTTP/1.0
      // request MUST ignore that expectation."
      head_.expect = RequestHead::Expect::Nothing;
    }
  }

  std::size_t on_body_impl(Text, Code&) override { return 0; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }
  void on_response_impl(int, Text, int, Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
  void on_finish_impl(Code&) override {}

  RequestHead& head_;
  int version_ = 0;
  int hosts_ = 0;
  int traces_ = 0;
  bool has_content_type_ = false;
};

}  // namespace

RequestReader::Progress RequestReader::feed(std::string_view bytes) {
  return body_reader_ ? feed_body(bytes) : feed_head(bytes);
}

// Beast sees the head in one piece: fed line by line it would not count those it has taken towards
// its limit.
RequestReader::Progress RequestReader::feed_head(std::string_view bytes) {
  input_ += bytes;
  switch (scan_lines()) {
    case Lines::Broken:
      return refuse(400);
    case Lines::Open:
      return input_.size() < bounds_.header_bytes ? Progress::NeedMore : refuse(431);
    case Lines::Ended:
      return scanned_ <= bounds_.header_bytes ? parse_head() : refuse(431);
  }
  return refuse(400);
}

RequestReader::Lines RequestReader::scan_lines() {
  for (;;) {
    const auto feed = input_.find('\n', scanned_);
    if (feed == input_.npos) {
      scanned_ = input_.size();
      return Lines::Open;
    }
    if (feed == line_start_ || input_[feed - 1] != '\r') {
      return Lines::Broken;
    }
    const std::string_view line(input_.data() + line_start_, feed - 1 - line_start_);
    scanned_ = line_start_ = feed + 1;
    if (line.empty()) {
      return Lines::Ended;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      return Lines::Broken;  // RFC 9112, 5.2: obs-fold
    }
  }
}

RequestReader::Progress RequestReader::parse_head() {
  HeadParser parser(head_);
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // see BodyReader
  parser.header_limit(static_cast<std::uint32_t>(scanned_ + 1));
  Code code;
  parser.put(boost::asio::buffer(input_.data(), scanned_), code);
  if (code) {
    return refuse(400);
  }
  head_.keep_alive = parser.keep_alive();
  input_.erase(0, scanned_);
  body_reader_ = head_.framing == RequestHead::Framing::Chunked
                     ? BodyReader::chunked(bounds_)
                     : BodyReader::sized(parser.content_length().value_or(0), bounds_);
  return Progress::HeadDone;
}

RequestReader::Progress RequestReader::feed_body(std::string_view bytes) {
  const auto early = std::exchange(input_, {});  // came together with the head
  std::string_view rest(early);
  auto progress = body_reader_->feed(rest, body_);
  input_ = rest;
  if (progress == BodyReader::Progress::NeedMore) {
    progress = body_reader_->feed(bytes, body_);
  }
  input_ += bytes;
  switch (progress) {
    case BodyReader::Progress::Refused:
      return refuse(body_reader_->status());
    case BodyReader::Progress::NeedMore:
      return Progress::NeedMore;
    case BodyReader::Progress::Complete:
      return Progress::Complete;
  }
  return refuse(400);
}

RequestReader::Progress RequestReader::refuse(int status) {
  status_ = status;
  return Progress::Refused;
}

void RequestReader::next() {
  scanned_ = line_start_ = 0;
  head_ = {};
  body_ = {};
  body_reader_.reset();
  input_.shrink_to_fit();
}

bool is_json(std::string_view content_type) {
  const auto media_type = trimmed(content_type.substr(0, content_type.find(';')));
  return boost::beast::iequals(Text(media_type.data(), media_type.size()), "application/json");
}

}  // namespace countersign::server
