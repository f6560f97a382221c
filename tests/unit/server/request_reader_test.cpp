// SPDX-License-Identifier: Apache-2.0
#include "server/request_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using Progress = RequestReader::Progress;

constexpr Bounds kBounds{.header_bytes = 256, .body_bytes = 32};

struct Outcome {
  Progress progress = Progress::NeedMore;
  int status = 0;
  std::string body;
  bool operator==(const Outcome&) const = default;
};

// As a connection would: a judged head is followed by the body, whatever has come of it.
Outcome read_all(RequestReader& reader, const std::vector<std::string_view>& pieces) {
  auto progress = Progress::NeedMore;
  for (const auto piece : pieces) {
    progress = reader.feed(piece);
    if (progress == Progress::HeadDone) {
      progress = reader.feed({});
    }
    if (progress != Progress::NeedMore) {
      break;
    }
  }
  const bool refused = progress == Progress::Refused;
  return {progress, reader.status(), refused ? "" : reader.take_body()};
}

Outcome read_whole(std::string_view bytes) {
  RequestReader reader(kBounds);
  return read_all(reader, {bytes});
}

std::string post(const std::string& fields, const std::string& body = "") {
  return "POST /validate HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

struct Case {
  std::string name;
  std::string bytes;
  Outcome expected;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"sized body", post("Content-Length: 5\r\n", "hello"), {Progress::Complete, 0, "hello"}},
      {"no body", post(""), {Progress::Complete, 0, ""}},
      {"empty body", post("Content-Length: 0\r\n"), {Progress::Complete, 0, ""}},
      {"chunks",
       post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n"),
       {Progress::Complete, 0, "abcde"}},
      {"trailers are dropped",
       post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nContent-Type: text/plain\r\n\r\n"),
       {Progress::Complete, 0, "a"}},
      {"HTTP/1.0 without a Host", "GET /livez HTTP/1.0\r\n\r\n", {Progress::Complete, 0, ""}},
      {"body shorter than announced",
       post("Content-Length: 5\r\n", "hell"),
       {Progress::NeedMore, 0, "hell"}},  // AW-22
      {"chunked without an end",
       post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"),
       {Progress::NeedMore, 0, "abc"}},  // AW-22
      // AW-22
      {"body at the limit",
       post("Content-Length: 32\r\n", std::string(32, 'x')),
       {Progress::Complete, 0, std::string(32, 'x')}},
      {"body over the limit",
       post("Content-Length: 33\r\n", std::string(33, 'x')),
       {Progress::Refused, 413, ""}},
      {"chunks over the limit",
       post("Transfer-Encoding: chunked\r\n", "20\r\n" + std::string(32, 'x') + "\r\n1\r\n"),
       {Progress::Refused, 413, ""}},
      {"header at the limit",
       post("X: " + std::string(256 - 41, 'x') + "\r\n"),
       {Progress::Complete, 0, ""}},
      {"header over the limit",
       post("X: " + std::string(257 - 41, 'x') + "\r\n"),
       {Progress::Refused, 431, ""}},
      {"header without an end",
       "POST / HTTP/1.1\r\nX: " + std::string(500, 'x'),
       {Progress::Refused, 431, ""}},
      {"many short lines",
       [] {
         std::string bytes = "POST /validate HTTP/1.1\r\n";
         for (int line = 0; line < 100; ++line) {
           bytes += "A: b\r\n";
         }
         return bytes;
       }(),
       {Progress::Refused, 431, ""}},
      {"trailers without an end",
       post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(300, 'x')),
       {Progress::Refused, 400, ""}},
      // TLS-09: two readers could disagree about where these end
      {"both framings",
       post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       {Progress::Refused, 400, ""}},
      {"both framings, the other way",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
       {Progress::Refused, 400, ""}},
      {"two lengths",
       post("Content-Length: 5\r\nContent-Length: 6\r\n"),
       {Progress::Refused, 400, ""}},
      {"two equal lengths",
       post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
       {Progress::Refused, 400, ""}},
      {"a list of lengths",
       post("Content-Length: 5, 5\r\n", "hello"),
       {Progress::Refused, 400, ""}},
      {"a signed length", post("Content-Length: +5\r\n", "hello"), {Progress::Refused, 400, ""}},
      {"a hexadecimal length",
       post("Content-Length: 0x5\r\n", "hello"),
       {Progress::Refused, 400, ""}},
      {"a length beyond 64 bits",
       post("Content-Length: 18446744073709551621\r\n", "hello"),
       {Progress::Refused, 400, ""}},
      {"an empty length", post("Content-Length:\r\n"), {Progress::Refused, 400, ""}},
      {"another coding", post("Transfer-Encoding: gzip\r\n"), {Progress::Refused, 400, ""}},
      {"chunked not last",
       post("Transfer-Encoding: chunked, gzip\r\n"),
       {Progress::Refused, 400, ""}},
      {"two codings", post("Transfer-Encoding: gzip, chunked\r\n"), {Progress::Refused, 400, ""}},
      {"identity beside a length",
       post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n"),
       {Progress::Refused, 400, ""}},
      {"chunked twice",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       {Progress::Refused, 400, ""}},
      {"chunks in HTTP/1.0",
       "POST /validate HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       {Progress::Refused, 400, ""}},
      {"a chunk without a size",
       post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n"),
       {Progress::Refused, 400, ""}},
      {"a chunk of a bad size",
       post("Transfer-Encoding: chunked\r\n", "g\r\nabc\r\n"),
       {Progress::Refused, 400, ""}},
      {"a chunk of 2^64",
       post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\na\r\n"),
       {Progress::Refused, 400, ""}},
      {"a folded line", post("X: a\r\n b\r\n"), {Progress::Refused, 400, ""}},
      {"a folded line with a tab", post("X: a\r\n\tb\r\n"), {Progress::Refused, 400, ""}},
      {"space before the colon", post("Content-Length : 5\r\n"), {Progress::Refused, 400, ""}},
      {"bare line feeds", "POST /validate HTTP/1.1\nHost: a\n\n", {Progress::Refused, 400, ""}},
      {"one bare line feed",
       post("X: a\nContent-Length: 5\r\n", "hello"),
       {Progress::Refused, 400, ""}},
      {"a carriage return in a value", post("X: a\rb\r\n"), {Progress::Refused, 400, ""}},
      {"a NUL in a value", post(std::string("X: a\0b\r\n", 8)), {Progress::Refused, 400, ""}},
      {"a line without a colon", post("nonsense\r\n"), {Progress::Refused, 400, ""}},
      {"an empty first line", "\r\nPOST /validate HTTP/1.1\r\n", {Progress::Refused, 400, ""}},
      {"no Host", "POST /validate HTTP/1.1\r\n\r\n", {Progress::Refused, 400, ""}},
      {"two Hosts", post("Host: b\r\n"), {Progress::Refused, 400, ""}},
      {"two content types",
       post("Content-Type: a/b\r\nContent-Type: a/b\r\n"),
       {Progress::Refused, 400, ""}},
      {"absolute target",
       "POST http://a/validate HTTP/1.1\r\nHost: a\r\n\r\n",
       {Progress::Refused, 400, ""}},
      {"asterisk target", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", {Progress::Refused, 400, ""}},
      {"authority target",
       "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
       {Progress::Refused, 400, ""}},
      {"a fragment", "POST /validate#x HTTP/1.1\r\nHost: a\r\n\r\n", {Progress::Refused, 400, ""}},
      {"a target beyond ASCII",
       "POST /validat\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
       {Progress::Refused, 400, ""}},
      {"two spaces", "POST  /validate HTTP/1.1\r\nHost: a\r\n\r\n", {Progress::Refused, 400, ""}},
      {"a later version",
       "POST /validate HTTP/1.2\r\nHost: a\r\n\r\n",
       {Progress::Refused, 400, ""}},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {Progress::Refused, 400, ""}},
      {"TLS to a plain port",
       std::string("\x16\x03\x01\x02\x00\x01\n", 7),
       {Progress::Refused, 400, ""}},
  };
  return all;
}

TEST(RequestReader, JudgesTheFraming) {
  for (const auto& row : cases()) {
    EXPECT_EQ(read_whole(row.bytes), row.expected) << row.name;
  }
}

TEST(RequestReader, FindsTheSameInWhateverPieces) {
  for (const auto& row : cases()) {
    const std::string_view bytes(row.bytes);
    std::vector<std::string_view> single;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      single.push_back(bytes.substr(at, 1));
    }
    RequestReader drip(kBounds);
    EXPECT_EQ(read_all(drip, single), row.expected) << row.name << ", byte by byte";
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      RequestReader reader(kBounds);
      EXPECT_EQ(read_all(reader, {bytes.substr(0, cut), bytes.substr(cut)}), row.expected)
          << row.name << ", cut at " << cut;
    }
  }
}

TEST(RequestReader, StopsAtTheHeadForAJudgement) {
  RequestReader reader(kBounds);
  ASSERT_EQ(reader.feed("POST /validate?timeout=4s&x=/?y HTTP/1.1\r\nHost: a\r\n"
                        "content-type: Application/JSON\r\nCONTENT-LENGTH: 2\r\n\r\nab"),
            Progress::HeadDone);
  const auto& head = reader.head();
  EXPECT_EQ(head.method, RequestHead::Method::Post);
  EXPECT_EQ(head.framing, RequestHead::Framing::Length);
  EXPECT_EQ(head.path, "/validate");
  EXPECT_EQ(head.query, "timeout=4s&x=/?y");
  EXPECT_EQ(head.content_type, "Application/JSON");
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.encoded);
  EXPECT_EQ(reader.body_size(), 0U);
}

TEST(RequestReader, KeepsWhatFollowsForTheNextRequest) {
  RequestReader reader(kBounds);
  const auto two = post("Content-Length: 3\r\n", "one") + post("Content-Length: 3\r\n", "two");
  EXPECT_EQ(read_all(reader, {two}), (Outcome{Progress::Complete, 0, "one"}));
  ASSERT_TRUE(reader.has_input());
  reader.next();
  EXPECT_EQ(read_all(reader, {""}), (Outcome{Progress::Complete, 0, "two"}));
  EXPECT_FALSE(reader.has_input());
}

TEST(RequestReader, KnowsWhenTheConnectionStays) {
  struct Row {
    std::string version, field;
    bool keep_alive;
  };
  const std::vector<Row> rows{
      {"1.1", "", true},
      {"1.1", "Connection: close\r\n", false},
      {"1.1", "Connection: foo, CLOSE\r\n", false},
      {"1.1", "Connection: keep-alive\r\n", true},
      {"1.0", "", false},
      {"1.0", "Connection: keep-alive\r\n", true},
  };
  for (const auto& row : rows) {
    RequestReader reader(kBounds);
    const auto bytes = "GET / HTTP/" + row.version + "\r\nHost: a\r\n" + row.field + "\r\n";
    ASSERT_EQ(reader.feed(bytes), Progress::HeadDone);
    EXPECT_EQ(reader.head().keep_alive, row.keep_alive) << row.version << " " << row.field;
  }
}

TEST(RequestReader, ReadsExpectationsAndEncodings) {
  struct Row {
    std::string version, field;
    RequestHead::Expect expect;
    bool encoded;
  };
  const std::vector<Row> rows{
      {"1.1", "", RequestHead::Expect::Nothing, false},
      {"1.1", "Expect: 100-Continue\r\n", RequestHead::Expect::Continue, false},
      {"1.0", "Expect: 100-continue\r\n", RequestHead::Expect::Nothing, false},
      {"1.1", "Expect: a miracle\r\n", RequestHead::Expect::Unknown, false},
      {"1.1", "Content-Encoding: gzip\r\n", RequestHead::Expect::Nothing, true},
      {"1.1", "Content-Encoding: Identity\r\n", RequestHead::Expect::Nothing, false},
  };
  for (const auto& row : rows) {
    RequestReader reader(kBounds);
    const auto bytes = "POST / HTTP/" + row.version + "\r\nHost: a\r\n" + row.field + "\r\n";
    ASSERT_EQ(reader.feed(bytes), Progress::HeadDone) << row.field;
    EXPECT_EQ(reader.head().expect, row.expect) << row.version << " " << row.field;
    EXPECT_EQ(reader.head().encoded, row.encoded) << row.field;
  }
}

TEST(RequestReader, ReadsTheTraceOfAValidHeaderAndIgnoresEveryOther) {  // LOG-09
  const auto trace_of = [](const std::string& headers) {
    RequestReader reader(kBounds);
    EXPECT_EQ(reader.feed("POST / HTTP/1.1\r\nHost: h\r\n" + headers + "Content-Length: 0\r\n\r\n"),
              Progress::HeadDone)
        << headers;
    return reader.head().trace_id;
  };
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(trace_of("traceparent: " + good + "\r\n"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace_of("TraceParent: " + good + "\r\n"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace_of(""), "");
  EXPECT_EQ(trace_of("traceparent: " + good + "\"}\r\n"), "");
  EXPECT_EQ(trace_of("traceparent: " + good + "\r\ntraceparent: " + good + "\r\n"), "")
      << "of two, neither can be believed";
}

TEST(RequestReader, TakesOneMediaTypeForJson) {
  for (const auto* good : {"application/json", "Application/JSON", " application/json ",
                           "application/json;charset=utf-8", "application/json ; charset=UTF-8"}) {
    EXPECT_TRUE(is_json(good)) << good;  // AW-10
  }
  for (const auto* bad : {"", ";", "text/yaml", "application/jsonx", "application/json+x",
                          "application/vnd.kubernetes.protobuf", "text/json", "json"}) {
    EXPECT_FALSE(is_json(bad)) << bad;  // AW-23
  }
}

}  // namespace
}  // namespace countersign::server
