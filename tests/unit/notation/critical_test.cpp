// SPDX-License-Identifier: Apache-2.0
// As envelopes of a format break them: cose_attributes_test.cpp and jws_attributes_test.cpp.
#include "notation/critical.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::notation {
namespace {

const CriticalNames kNames{.required = {"scheme", "expiry"}, .allowed = {"time"}};

TEST(Critical, AcceptsWhatIsRequiredAndWhatIsAllowed) {
  for (const std::vector<std::string>& listed : {std::vector<std::string>{"scheme", "expiry"},
                                                 {"expiry", "scheme"},
                                                 {"time", "scheme", "expiry"}}) {
    EXPECT_TRUE(check_critical(listed, kNames));
  }
}

struct Row {
  const char* name;
  std::vector<std::string> listed;
};

const Row kRefused[] = {
    {"Empty", {}},
    {"OneMissing", {"scheme"}},
    {"OtherMissing", {"expiry", "time"}},
    {"OnlyAllowed", {"time"}},
    {"Unknown", {"scheme", "expiry", "other"}},
    {"Case", {"scheme", "Expiry"}},
    {"EmptyName", {"scheme", "expiry", ""}},
    {"RequiredTwice", {"scheme", "expiry", "scheme"}},
    {"AllowedTwice", {"time", "scheme", "expiry", "time"}},
};

TEST(Critical, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto found = check_critical(row.listed, kNames);
    ASSERT_FALSE(found) << row.name;
    EXPECT_EQ(found.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(Critical, RefusesAnEmptyListEvenWhenNothingIsRequired) {
  EXPECT_FALSE(check_critical({}, {}));
}

}  // namespace
}  // namespace countersign::notation
