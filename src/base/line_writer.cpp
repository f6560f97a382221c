// SPDX-License-Identifier: Apache-2.0
#include "base/line_writer.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace countersign::log {
namespace {

std::uint64_t count_lines(std::string_view lines) {
  return static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
}

// Whole lines, half of all bytes or a little more; how many.
std::uint64_t drop_older_half(std::string& lines) {
  const auto end = lines.find('\n', lines.size() / 2);
  const auto kept = end == std::string::npos ? lines.size() : end + 1;
  const auto dropped = count_lines(std::string_view(lines).substr(0, kept));
  lines.erase(0, kept);
  return dropped;
}

}  // namespace

LineWriter::LineWriter(int descriptor, std::size_t most)
    : descriptor_(descriptor), most_(most), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void LineWriter::write(std::string_view line, Urgency urgency) {
  bool wakes = false;
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + line.size() > most_) {
      dropped_ += drop_older_half(waiting_);
    }
    wakes = waiting_.empty() || urgency == Urgency::AtOnce;
    urgent_ = urgent_ || urgency == Urgency::AtOnce;
    waiting_.append(line);
  }
  if (wakes) {
    wake_.notify_one();
  }
}

void LineWriter::run() {
  std::string lines;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) {
      return;
    }
    // A thread that is woken for each line costs more than the line.
    wake_.wait_for(lock, limits::kLogPause, [this] { return stopping_ || urgent_; });
    lines.swap(waiting_);
    urgent_ = false;
    lock.unlock();
    write_all(lines);
    lines.clear();
    lock.lock();
  }
}

// What can't be written is lost: a pipe that nobody reads any more, a full disk.
void LineWriter::write_all(std::string_view lines) {
  while (!lines.empty()) {
    const auto written = ::write(descriptor_, lines.data(), lines.size());
    if (written > 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      pollfd room{.fd = descriptor_, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      dropped_ += count_lines(lines);
      return;
    }
  }
}

}  // namespace countersign::log
