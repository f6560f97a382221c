// SPDX-License-Identifier: Apache-2.0
// The body of one request: so many bytes, or chunks until the last (RFC 9112, 7.1). Chunk
// extensions and trailers are skipped, as sections 7.1.1 and RFC 9110, 6.5.1 allow. Only the body
// and one unfinished line are kept.
//
// Not Beast's: its 1.74 aborts on an empty chunked body that comes in pieces (a debug assertion)
// and keeps extensions and trailers whole.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/server/front.h"

namespace countersign::server {

class BodyReader {
 public:
  enum class Progress : std::uint8_t { Refused, NeedMore, Complete };

  static BodyReader sized(std::uint64_t length, const Bounds& bounds);
  static BodyReader chunked(const Bounds& bounds);

  // Appends to `body` what belongs to it and leaves in `bytes` what comes behind the request.
  Progress feed(std::string_view& bytes, std::string& body);
  int status() const { return status_; }  // of a refusal: 400 or 413

 private:
  enum class Part : std::uint8_t { Sized, ChunkSize, ChunkData, ChunkEnd, Trailer, Done };

  BodyReader(Part first, std::uint64_t left, const Bounds& bounds);

  bool take_data(std::string_view& bytes, std::string& body);
  std::optional<std::string> take_line(std::string_view& bytes);
  void follow(const std::string& line);
  void start_chunk(const std::string& line);

  Part part_;
  std::uint64_t left_;     // of the chunk or the whole
  std::uint64_t allowed_;  // of chunks still to come
  std::size_t longest_line_;
  std::string line_;  // the beginning of one
  int status_ = 0;
};

}  // namespace countersign::server
