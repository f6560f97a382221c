// SPDX-License-Identifier: Apache-2.0
#include "base/line_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace countersign::log {
namespace {

using Urgency = LineWriter::Urgency;

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~LineWriterTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  int input() const { return ends_[1]; }
  std::string read(std::size_t most) const {  // waits for one byte at least
    std::string text(most, '\0');
    const auto got = ::read(ends_[0], text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  // Until nothing more can be written to the pipe.
  std::size_t fill() const {
    ::fcntl(input(), F_SETFL, O_NONBLOCK);
    std::size_t filled = 0;
    while (::write(input(), "x", 1) == 1) {
      ++filled;
    }
    return filled;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST_F(LineWriterTest, WritesWithoutBeingStopped) {
  LineWriter writer(input());
  writer.write("one\n", Urgency::CanWait);
  EXPECT_EQ(read(4), "one\n");
  writer.write("two\n", Urgency::AtOnce);
  EXPECT_EQ(read(4), "two\n");
}

TEST_F(LineWriterTest, WritesWhatIsWaitingWhenItGoes) {
  {
    LineWriter writer(input());
    writer.write("one\n", Urgency::CanWait);
    writer.write("two\n", Urgency::CanWait);
  }
  EXPECT_EQ(read(8), "one\ntwo\n");
}

TEST_F(LineWriterTest, WaitsForAPipeThatTakesNoMore) {
  const auto filled = fill();
  LineWriter writer(input());
  writer.write("one\n", Urgency::AtOnce);
  for (auto left = filled; left > 0;) {
    left -= read(left).size();
  }
  EXPECT_EQ(read(4), "one\n");
}

TEST_F(LineWriterTest, DropsTheOlderLinesWhenNobodyReads) {
  const auto filled = fill();
  auto writer = std::make_unique<LineWriter>(input(), 64);
  for (int number = 100; number < 200; ++number) {
    writer->write("line " + std::to_string(number) + "\n", Urgency::AtOnce);
  }
  for (auto left = filled; left > 0;) {
    left -= read(left).size();
  }
  const auto dropped = writer->dropped();
  writer.reset();
  const auto text = read(1'000);
  EXPECT_LE(text.size(), 128U);  // as much again may be on its way
  EXPECT_TRUE(text.starts_with("line 1"));
  EXPECT_TRUE(text.ends_with("line 199\n"));
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  EXPECT_EQ(dropped + lines, 100U);  // LOG-07
}

TEST_F(LineWriterTest, GivesUpWhenNobodyCanRead) {
  LineWriter writer(-1);
  writer.write("one\n", Urgency::AtOnce);
  while (writer.dropped() < 1) {
    std::this_thread::yield();
  }
}

}  // namespace
}  // namespace countersign::log
