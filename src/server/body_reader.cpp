// SPDX-License-Identifier: Apache-2.0
#include "server/body_reader.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace countersign::server {

BodyReader BodyReader::sized(std::uint64_t length, const Bounds& bounds) {
  BodyReader reader(length > 0 ? Part::Sized : Part::Done, length, bounds);
  if (length > bounds.body_bytes) {
    reader.status_ = 413;
  }
  return reader;
}

BodyReader BodyReader::chunked(const Bounds& bounds) { return {Part::ChunkSize, 0, bounds}; }

BodyReader::BodyReader(Part first, std::uint64_t left, const Bounds& bounds)
    : part_(first), left_(left), allowed_(bounds.body_bytes), longest_line_(bounds.header_bytes) {}

BodyReader::Progress BodyReader::feed(std::string_view& bytes, std::string& body) {
  while (status_ == 0 && part_ != Part::Done) {
    if (part_ == Part::Sized || part_ == Part::ChunkData) {
      if (!take_data(bytes, body)) {
        return Progress::NeedMore;
      }
    } else if (const auto line = take_line(bytes)) {
      follow(*line);
    } else if (status_ == 0) {
      return Progress::NeedMore;
    }
  }
  return status_ == 0 ? Progress::Complete : Progress::Refused;
}

bool BodyReader::take_data(std::string_view& bytes, std::string& body) {
  const auto piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
  body += piece;
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  if (left_ > 0) {
    return false;
  }
  part_ = part_ == Part::Sized ? Part::Done : Part::ChunkEnd;
  return true;
}

// Without its CRLF; nothing while it is incomplete or when it is malformed.
std::optional<std::string> BodyReader::take_line(std::string_view& bytes) {
  const auto feed = bytes.find('\n');
  const auto piece = bytes.substr(0, feed);  // the rest of `bytes` when there is none
  line_ += piece;
  bytes.remove_prefix(piece.size() + (feed == bytes.npos ? 0 : 1));
  if (line_.size() > longest_line_ || (feed != bytes.npos && !line_.ends_with('\r'))) {
    status_ = 400;
    return std::nullopt;
  }
  if (feed == bytes.npos) {
    return std::nullopt;
  }
  line_.pop_back();
  return std::exchange(line_, {});
}

void BodyReader::follow(const std::string& line) {
  switch (part_) {
    case Part::ChunkSize:
      return start_chunk(line);
    case Part::ChunkEnd:
      part_ = Part::ChunkSize;
      status_ = line.empty() ? 0 : 400;
      return;
    case Part::Trailer:
      part_ = line.empty() ? Part::Done : Part::Trailer;
      return;
    case Part::Sized:
    case Part::ChunkData:
    case Part::Done:
      return;  // have no lines
  }
}

void BodyReader::start_chunk(const std::string& line) {
  const auto* end = line.data() + line.size();
  const auto parsed = std::from_chars(line.data(), end, left_, 16);
  if (parsed.ec != std::errc() || (parsed.ptr != end && *parsed.ptr != ';')) {
    status_ = 400;
  } else if (left_ > allowed_) {
    status_ = 413;
  } else {
    allowed_ -= left_;
    part_ = left_ == 0 ? Part::Trailer : Part::ChunkData;
  }
}

}  // namespace countersign::server
