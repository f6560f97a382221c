// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange, and nothing clever: no redirect is followed, nothing is retried, no
// credential, cookie, proxy or compressed body is handled by itself. What may be contacted is
// decided at the socket, after name resolution (address_guard.h).
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::net {

enum class Method : std::uint8_t { Get, Post, Put, Patch };
const char* verb(Method);  // "GET"

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  Method method = Method::Get;
  std::string url;              // absolute, http or https, percent-encoded
  std::vector<Header> headers;  // Accept-Encoding: identity and User-Agent are added
  std::string body;             // of any but a GET
  std::size_t max_response =
      0;  // bytes of the answer's body; 0 is refused, so every caller chooses
  std::chrono::milliseconds wait{};  // for this exchange alone; zero: until the deadline
  std::string_view kind = "other";   // for counters: one of a few words, never from outside
  // Secret: once the answer was handed over, no copy of its body, or of the request's, is left
  // behind here.
  enum class Answer : std::uint8_t { Ordinary, Secret };
  Answer answer = Answer::Ordinary;
};

struct Response {
  int status = 0;
  std::vector<Header>
      headers;  // of the final answer, names in lower case, in order; repeated ones kept
  std::string body;
  const std::string* header(std::string_view lower_case_name) const;  // the first, or null
};

// What can go wrong below HTTP. The details name host and cause, never an address of ours.
//   RegistryUnavailable  no connection, TLS failure (also for want of a client certificate), a
//                        proxy that refuses, reset, an answer cut short, the request's own wait has
//                        passed
//   RegistryResponse     the body or the headers exceed the limit, or the body is encoded
//   AddressNotAllowed    the guard refused every address
//   DeadlineExceeded     the deadline passed first
//   BadConfig            plain http where it is not allowed
//   Internal             a request that breaks this contract
//   Overloaded           the transport was closed
// A status is not an error here. The body of an answer other than 2xx ends, without an error, at
// limits::kRegistryErrorBytes.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  // All exchanges at once; the results in the order of the requests. Blocks until the last has
  // ended or the deadline has passed.
  virtual std::vector<Result<Response>> send_all(std::span<const Request>, Deadline) = 0;

  // Gives up what is under way and refuses what comes (Reason::Overloaded), for a fast end. From
  // any thread, any number of times; returns at once, and who waits in send_all soon does, too.
  virtual void close() {}

  Result<Response> send(const Request& request, Deadline deadline) {
    return std::move(send_all({&request, 1}, deadline).front());
  }
};

}  // namespace countersign::net
