// SPDX-License-Identifier: Apache-2.0
#include "app/registry_observer.h"

#include <vector>

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

using State = courier::Observer::Breaker;

class Lines final : public log::Logger {
 public:
  void write(log::Level level, std::string_view message,
             std::initializer_list<log::Field> fields) override {
    levels.push_back(level);
    last = message;
    for (const auto& field : fields) {
      last += "|" + std::string(std::get<std::string_view>(field.value));
    }
  }
  std::vector<log::Level> levels;
  std::string last;
};

class RegistryObserverTest : public testing::Test {
 protected:
  bool shows(const std::string& line) const {
    return ("\n" + metrics_.text()).find("\n" + line + "\n") != std::string::npos;
  }

  server::Metrics metrics_;
  Lines lines_;
  RegistryObserver observer_{metrics_, lines_, {"a.example", "b.example:5000"}};
};

TEST_F(RegistryObserverTest, CountsUnderTheNamesOfTheConfiguration) {
  courier::Exchange exchange;
  exchange.kind = "blob";
  exchange.status = 200;
  for (const auto* const host : {"a.example", "b.example:5000", "b.example", "storage.example"}) {
    exchange.host = host;
    observer_.exchanged(exchange);
  }
  const std::string name = "countersign_registry_requests_total";
  EXPECT_TRUE(shows(name + R"({host="a.example",kind="blob",status="200"} 1)"));
  EXPECT_TRUE(shows(name + R"({host="b.example:5000",kind="blob",status="200"} 1)"));
  EXPECT_TRUE(shows(name + R"({host="other",kind="blob",status="200"} 2)"));
  EXPECT_EQ(metrics_.text().find("storage.example"), std::string::npos);
}

TEST_F(RegistryObserverTest, CountsTheRegistriesOfAFamilyTogether) {
  observer_.know({"*.azurecr.io", "contoso.azurecr.io"});
  courier::Exchange exchange;
  exchange.kind = "blob";
  exchange.status = 200;
  for (const auto* const host : {"contoso.azurecr.io", "one.azurecr.io", "two.azurecr.io",
                                 "x.eastus.data.azurecr.io", "azurecr.io", "localhost"}) {
    exchange.host = host;
    observer_.exchanged(exchange);
  }
  const std::string name = "countersign_registry_requests_total";
  EXPECT_TRUE(shows(name + R"({host="contoso.azurecr.io",kind="blob",status="200"} 1)"));
  EXPECT_TRUE(shows(name + R"({host="*.azurecr.io",kind="blob",status="200"} 2)"));
  EXPECT_TRUE(shows(name + R"({host="other",kind="blob",status="200"} 3)"));
}

TEST_F(RegistryObserverTest, LogsChangesOfEveryHostAndShowsThoseItKnows) {
  observer_.breaker("a.example", State::Open);
  EXPECT_TRUE(shows(R"(countersign_registry_breaker{host="a.example"} 2)"));
  observer_.breaker("a.example", State::Trying);
  EXPECT_TRUE(shows(R"(countersign_registry_breaker{host="a.example"} 1)"));
  observer_.breaker("a.example", State::Closed);
  EXPECT_TRUE(shows(R"(countersign_registry_breaker{host="a.example"} 0)"));
  observer_.breaker("storage.example", State::Open);
  EXPECT_EQ(lines_.levels, (std::vector{log::Level::Warning, log::Level::Debug, log::Level::Info,
                                        log::Level::Warning}));
  EXPECT_TRUE(lines_.last.ends_with("|storage.example"));
  EXPECT_EQ(metrics_.text().find("storage.example"), std::string::npos);
}

TEST_F(RegistryObserverTest, LogsWarnings) {
  observer_.warned("a.example", "old");
  EXPECT_EQ(lines_.levels, std::vector{log::Level::Warning});
  EXPECT_TRUE(lines_.last.ends_with("|a.example|old"));
}

TEST_F(RegistryObserverTest, ShowsThePullsThatAreLeft) {
  observer_.pulls_left("a.example", 7);
  observer_.pulls_left("storage.example", 8);
  EXPECT_TRUE(shows(R"(countersign_registry_pulls_left{host="a.example"} 7)"));
  EXPECT_EQ(metrics_.text().find("storage.example"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app
