// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/selector.h"

#include <array>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::policy {
namespace {

using Operator = Requirement::Operator;
using Values = std::vector<std::string>;

Requirement make(std::string_view key, Operator which, Values values = {}) {
  return Requirement::make(key, which, std::move(values)).value();
}

TEST(Selector, MeansWhatKubernetesMeans) {
  struct Row {
    Requirement requirement;
    Labels labels;
    bool met;
  };
  const std::array rows{
      Row{make("env", Operator::In, {"prod", "test"}), {{"env", "prod"}}, true},
      Row{make("env", Operator::In, {"prod", "test"}), {{"env", "test"}}, true},
      Row{make("env", Operator::In, {"prod"}), {{"env", "Prod"}}, false},
      Row{make("env", Operator::In, {"prod"}), {}, false},
      Row{make("env", Operator::In, {""}), {{"env", ""}}, true},
      Row{make("env", Operator::NotIn, {"prod"}), {{"env", "test"}}, true},
      Row{make("env", Operator::NotIn, {"prod"}), {{"env", "prod"}}, false},
      Row{make("env", Operator::NotIn, {"prod"}), {}, true},
      Row{make("env", Operator::Exists), {{"env", ""}}, true},
      Row{make("env", Operator::Exists), {{"Env", ""}}, false},
      Row{make("env", Operator::DoesNotExist), {{"other", ""}}, true},
      Row{make("env", Operator::DoesNotExist), {{"env", ""}}, false},
  };
  for (const auto& row : rows) {
    const auto number = &row - rows.data();
    EXPECT_EQ(row.requirement.met_by(row.labels), row.met) << number;
    EXPECT_EQ(Selector{{row.requirement}}.matches(row.labels), row.met) << number;
  }
}

TEST(Selector, DemandsAllOfItsRequirements) {
  const Selector both{{make("env", Operator::In, {"prod"}), make("team", Operator::Exists)}};
  EXPECT_TRUE(both.matches({{"env", "prod"}, {"team", "a"}}));
  EXPECT_FALSE(both.matches({{"env", "prod"}}));
  EXPECT_FALSE(both.matches({{"team", "a"}}));
  EXPECT_TRUE(Selector().matches({}));
}

TEST(Selector, TakesKeysAndValuesThatLabelsCanHave) {
  const std::string longest(limits::kLabelBytes, 'a');
  for (const auto& key : {std::string("a"), std::string("A.b_c-d"), std::string("0"), longest,
                          "a.example/" + longest, std::string("a--b.example/x")}) {
    EXPECT_TRUE(Requirement::make(key, Operator::Exists, {})) << key;
  }
  for (const auto& key :
       {std::string(), std::string("-a"), std::string("a-"), std::string("a b"), std::string("/a"),
        std::string("a/"), std::string("a/b/c"), std::string("A.example/b"), std::string("a..b/c"),
        std::string("-a.b/c"), std::string("a-.b/c"), std::string("a.b./c"), longest + "a",
        std::string(limits::kLabelPrefixBytes + 1, 'a') + "/b"}) {
    const auto made = Requirement::make(key, Operator::Exists, {});
    ASSERT_FALSE(made) << key;
    EXPECT_EQ(made.error().reason, Reason::BadConfig);
  }
  EXPECT_TRUE(Requirement::make("a", Operator::In, {"", "x.y_z-1", longest}));
  for (const auto& value : {std::string("-"), std::string("a b"), longest + "a"}) {
    EXPECT_FALSE(Requirement::make("a", Operator::In, {value})) << value;
  }
}

TEST(Selector, TakesValuesWhereTheyMeanSomething) {
  EXPECT_FALSE(Requirement::make("a", Operator::In, {}));
  EXPECT_FALSE(Requirement::make("a", Operator::NotIn, {}));
  EXPECT_FALSE(Requirement::make("a", Operator::Exists, {"b"}));
  EXPECT_FALSE(Requirement::make("a", Operator::DoesNotExist, {"b"}));
  Values values;
  for (std::size_t number = 0; number < limits::kSelectorValues; ++number) {
    values.push_back(std::to_string(number));
  }
  EXPECT_TRUE(Requirement::make("a", Operator::In, values));
  values.emplace_back("more");
  EXPECT_FALSE(Requirement::make("a", Operator::In, values));
}

TEST(Selector, ReadsTheOperatorsOfKubernetes) {
  EXPECT_EQ(Requirement::parse_operator("In"), Operator::In);
  EXPECT_EQ(Requirement::parse_operator("NotIn"), Operator::NotIn);
  EXPECT_EQ(Requirement::parse_operator("Exists"), Operator::Exists);
  EXPECT_EQ(Requirement::parse_operator("DoesNotExist"), Operator::DoesNotExist);
  for (const auto* other : {"", "in", "Gt", "NotExists"}) {
    EXPECT_FALSE(Requirement::parse_operator(other)) << other;
  }
}

TEST(Selector, TellsWhatOneTakesOfAnother) {
  const auto in = [](Values values) { return make("a", Operator::In, std::move(values)); };
  const auto not_in = [](Values values) { return make("a", Operator::NotIn, std::move(values)); };
  const auto exists = make("a", Operator::Exists), lacks = make("a", Operator::DoesNotExist);
  struct Row {
    Requirement narrow, wide;
    bool implied;
  };
  const std::array rows{
      Row{in({"x"}), in({"x", "y"}), true},
      Row{in({"x", "y"}), in({"x"}), false},
      Row{in({"x"}), exists, true},
      Row{exists, in({"x"}), false},
      Row{in({"x"}), not_in({"y"}), true},
      Row{in({"x"}), not_in({"x"}), false},
      Row{not_in({"x", "y"}), not_in({"x"}), true},
      Row{not_in({"x"}), not_in({"x", "y"}), false},
      Row{lacks, not_in({"x"}), true},
      Row{lacks, lacks, true},
      Row{not_in({"x"}), lacks, false},
      Row{exists, lacks, false},
      Row{make("b", Operator::Exists), exists, false},
  };
  for (const auto& row : rows) {
    const auto number = &row - rows.data();
    EXPECT_EQ(row.narrow.implies(row.wide), row.implied) << number;
    EXPECT_EQ(Selector{{row.wide}}.covers(Selector{{row.narrow}}), row.implied) << number;
  }
  EXPECT_TRUE(Selector().covers(Selector{{exists}}));
  EXPECT_FALSE(Selector{{exists}}.covers(Selector()));
}

}  // namespace
}  // namespace countersign::policy
