// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/secret.h"

#include <array>
#include <concepts>
#include <memory>
#include <ostream>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace countersign {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Printable<Secret>);
static_assert(!std::equality_comparable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_convertible_v<const char*, Secret>);

// Short enough to live inside of a std::string, where a move leaves it behind.
constexpr std::string_view kShort = "hunter2";

class Memory {  // where one Secret lives and what it leaves behind
 public:
  explicit Memory(std::string_view text)
      : secret_(std::construct_at(reinterpret_cast<Secret*>(bytes_.data()), std::string(text))) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { destroy(); }

  Secret& secret() { return *secret_; }
  void destroy() {
    if (secret_ != nullptr) {
      std::destroy_at(std::exchange(secret_, nullptr));
    }
  }
  bool contains(std::string_view text) const {
    std::string seen;
    for (const volatile char& byte : bytes_) {
      seen += byte;
    }
    return seen.find(text) != std::string::npos;
  }

 private:
  alignas(Secret) std::array<char, sizeof(Secret)> bytes_{};
  Secret* secret_;
};

TEST(Secret, RevealsWhatItHolds) {
  const Secret secret("token");
  EXPECT_EQ(secret.reveal(), "token");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, LeavesNothingBehindWhenItGoes) {
  Memory memory(kShort);
  ASSERT_TRUE(memory.contains(kShort));
  memory.destroy();
  EXPECT_FALSE(memory.contains(kShort));
}

TEST(Secret, LeavesNothingBehindWhenItIsMovedFrom) {
  Memory memory(kShort);
  ASSERT_TRUE(memory.contains(kShort));
  const Secret taken(std::move(memory.secret()));
  EXPECT_EQ(taken.reveal(), kShort);
  EXPECT_FALSE(memory.contains(kShort));
}

TEST(Secret, LeavesNothingOfTheOldBehindWhenItIsAssigned) {
  Memory memory(kShort);
  memory.secret() = Secret("x");
  EXPECT_EQ(memory.secret().reveal(), "x");
  EXPECT_FALSE(memory.contains(kShort.substr(1)));
}

TEST(Secret, CopiesAndAssigns) {
  const std::string text(100, 's');
  Secret one(text);
  const Secret copy(one);
  EXPECT_EQ(copy.reveal(), text);
  Secret other;
  other = copy;
  EXPECT_EQ(other.reveal(), text);
  other = std::move(one);
  EXPECT_EQ(other.reveal(), text);
  auto& same = other;
  other = same;
  EXPECT_EQ(other.reveal(), text);
}

TEST(Secret, WipesAString) {
  for (const std::size_t length : {0UL, 7UL, 15UL, 16UL, 5'000UL}) {
    std::string text(length, 's');
    wipe(text);
    EXPECT_TRUE(text.empty());
    text.push_back('a');  // still usable
    EXPECT_EQ(text, "a");
  }
}

}  // namespace
}  // namespace countersign
