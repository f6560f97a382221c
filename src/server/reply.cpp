// SPDX-License-Identifier: Apache-2.0
#include "server/reply.h"

#include <array>
#include <cstdio>

namespace countersign::server {
namespace {

struct Status {
  int code;
  std::string_view phrase;
  std::string_view sentence;  // for errors that the server answers itself
};

constexpr std::array kStatuses{
    Status{200, "OK", ""},
    Status{400, "Bad Request", "the request is not well-formed"},
    Status{404, "Not Found", "there is nothing under this path"},
    Status{405, "Method Not Allowed", "this path does not take this method"},
    Status{411, "Length Required", "the request needs a Content-Length"},
    Status{413, "Payload Too Large", "the body is larger than the limit"},
    Status{415, "Unsupported Media Type", "the body must be application/json, not encoded"},
    Status{417, "Expectation Failed", "the only expectation that can be met is 100-continue"},
    Status{429, "Too Many Requests", ""},
    Status{431, "Request Header Fields Too Large", "the header is larger than the limit"},
    Status{500, "Internal Server Error", "the request could not be answered"},
    Status{503, "Service Unavailable", "too many requests wait for an answer"},
};

const Status* find(int code) {
  for (const auto& status : kStatuses) {
    if (status.code == code) {
      return &status;
    }
  }
  return nullptr;
}

// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(Time now) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

void add_field(std::string& bytes, std::string_view name, std::string_view value) {
  bytes.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string render(const HttpReply& reply, const ReplyFrame& frame) {
  const bool valid = reply.status >= 200 && reply.status <= 599;
  const int code = valid ? reply.status : 500;
  const auto* status = find(code);
  std::string bytes = "HTTP/1.1 " + std::to_string(code) + " ";
  bytes.append(status != nullptr ? status->phrase : std::string_view()).append("\r\n");
  add_field(bytes, "Date", http_date(frame.now));
  add_field(bytes, "Content-Type", reply.content_type);
  add_field(bytes, "Content-Length", std::to_string(reply.body.size()));
  add_field(bytes, "X-Content-Type-Options", "nosniff");
  if (!frame.allow.empty()) {
    add_field(bytes, "Allow", frame.allow);
  }
  if (reply.retry_after) {
    add_field(bytes, "Retry-After", std::to_string(*reply.retry_after));
  }
  // HTTP/1.1 need not be told that the connection stays open; HTTP/1.0 must be.
  add_field(bytes, "Connection", frame.after == ReplyFrame::After::Close ? "close" : "keep-alive");
  bytes += "\r\n";
  if (frame.payload == ReplyFrame::Payload::Whole) {
    bytes += reply.body;
  }
  return bytes;
}

HttpReply http_error(int status) {
  HttpReply reply{
      .status = status, .content_type = "text/plain; charset=utf-8", .body = {}, .retry_after = {}};
  if (const auto* row = find(status)) {
    reply.body.append(row->sentence).append("\n");
  }
  if (status == 503) {
    reply.retry_after = 1;  // the API server tries again within the call's deadline
  }
  return reply;
}

}  // namespace countersign::server
