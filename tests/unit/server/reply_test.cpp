// SPDX-License-Identifier: Apache-2.0
#include "server/reply.h"

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using After = ReplyFrame::After;
using Payload = ReplyFrame::Payload;

const Time kSunday = std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} +
                     std::chrono::hours(8) + std::chrono::minutes(49) + std::chrono::seconds(37);

TEST(Reply, IsWrittenWithLengthAndDate) {
  const HttpReply reply{
      .status = 200, .content_type = "application/json", .body = "{}", .retry_after = {}};
  EXPECT_EQ(render(reply, {.after = After::KeepOpen, .now = kSunday}),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 2\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: keep-alive\r\n"
            "\r\n"
            "{}");
}

TEST(Reply, NamesMethodsAndTheTimeToWait) {
  const HttpReply reply{
      .status = 405, .content_type = "text/plain", .body = "no\n", .retry_after = 7};
  EXPECT_EQ(render(reply, {.after = After::Close, .allow = "GET, HEAD", .now = kSunday}),
            "HTTP/1.1 405 Method Not Allowed\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 3\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Allow: GET, HEAD\r\n"
            "Retry-After: 7\r\n"
            "Connection: close\r\n"
            "\r\n"
            "no\n");
}

TEST(Reply, ToHeadHasTheLengthButNoBody) {
  const HttpReply reply{
      .status = 200, .content_type = "text/plain", .body = "live\n", .retry_after = {}};
  const auto bytes = render(reply, {.payload = Payload::HeaderOnly, .now = kSunday});
  EXPECT_NE(bytes.find("Content-Length: 5\r\n"), bytes.npos);
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n"));
}

TEST(Reply, ThatIsNoFinalOneBecomesAnError) {
  for (const int status : {-1, 0, 100, 199, 600}) {
    const HttpReply reply{
        .status = status, .content_type = "text/plain", .body = "", .retry_after = {}};
    EXPECT_TRUE(render(reply, {.now = kSunday}).starts_with("HTTP/1.1 500 ")) << status;
  }
}

TEST(Reply, OfAnErrorIsOnePlainSentence) {
  for (const int status : {400, 404, 405, 411, 413, 415, 417, 431, 500, 503}) {
    const auto reply = http_error(status);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
    EXPECT_GT(reply.body.size(), 10U) << status;
    EXPECT_EQ(reply.body.find('\n'), reply.body.size() - 1) << status;
    // Only what may go away is worth another try.
    EXPECT_EQ(reply.retry_after.has_value(), status == 503) << status;
  }
}

}  // namespace
}  // namespace countersign::server
