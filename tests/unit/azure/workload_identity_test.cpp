// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "countersign/azure/identity.h"
#include "countersign/azure/token_keeper.h"
#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"
#include "support/temp_folder.h"
#include "unit/azure/jwt.h"

namespace countersign::azure {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr const char* kAudience = "https://vault.azure.net";
constexpr const char* kUrl =
    "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
constexpr const char* kBefore =
    "grant_type=client_credentials&client_id=22222222-2222-2222-2222-222222222222"
    "&scope=https%3A%2F%2Fvault.azure.net%2F.default"
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    "&client_assertion=";

net::Response token_answer(const std::string& text = "t") {
  return test::answer(
      200, {}, R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + text + R"("})");
}

class WorkloadIdentityTest : public testing::Test {
 protected:
  std::unique_ptr<Identity> make(ReadFile read) {
    return make_identity(WorkloadIdentity{{"https://login.microsoftonline.com/",
                                           "11111111-1111-1111-1111-111111111111",
                                           "22222222-2222-2222-2222-222222222222"},
                                          std::move(read)},
                         http_, clock_);
  }
  std::unique_ptr<Identity> made() {
    return make([this] { return file_; });
  }
  Result<AccessToken> acquire() { return made()->acquire(kAudience, clock_.in(seconds(5))); }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  Result<std::string> file_ = test::service_account_token(clock_.now());
};

TEST_F(WorkloadIdentityTest, SendsFiveFieldsAndNothingElse) {  // AZ-01
  const auto token = *file_;
  for (const auto& text : {token, token + "\n", " " + token + "\r\n\n"}) {
    file_ = text;
    http_.expect(kUrl, token_answer());
    const auto acquired = acquire();
    ASSERT_TRUE(acquired);
    EXPECT_EQ(acquired->text.reveal(), "t");
    const auto& sent = http_.seen().back();
    EXPECT_EQ(sent.method, net::Method::Post);
    EXPECT_EQ(test::header_of(sent, "Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(test::header_of(sent, "Accept"), "application/json");
    EXPECT_EQ(test::header_of(sent, "Authorization"), "");
    EXPECT_EQ(sent.headers.size(), 2U);
    EXPECT_EQ(sent.body, kBefore + token);
  }
}

TEST_F(WorkloadIdentityTest, HasANameForLogs) {
  EXPECT_EQ(made()->description(),
            "workload identity 22222222-2222-2222-2222-222222222222 of tenant "
            "11111111-1111-1111-1111-111111111111");
}

TEST_F(WorkloadIdentityTest, SendsNothingWithoutAToken) {  // AZ-02
  const struct {
    const char* what;
    Result<std::string> file;
  } rows[] = {{"missing", fail(Reason::BadConfig, "/token: no such file")},
              {"a directory", fail(Reason::BadConfig, "/token: not a regular file")},
              {"another user's", fail(Reason::BadConfig, "/token: Permission denied")},
              {"too large to be read", fail(Reason::BadConfig, "/token: larger than")},
              {"empty", ""},
              {"blank", " \r\n\n"},
              {"too large", test::jwt("{}", std::string(limits::kFederatedTokenBytes, 's'))},
              {"without dots", "token"},
              {"cut", file_->substr(0, file_->rfind('.') + 1)},
              {"two", *file_ + "\n" + *file_},
              {"of zeros", std::string(100, '\0')}};
  for (const auto& [what, file] : rows) {
    file_ = file;
    const auto acquired = acquire();
    ASSERT_FALSE(acquired) << what;
    EXPECT_EQ(acquired.error().reason, Reason::AzureIdentityRefused) << what;
    EXPECT_NE(acquired.error().detail.find("federated token file"), std::string::npos) << what;
  }
  EXPECT_TRUE(http_.seen().empty());
}

// As the kubelet does it: the files lie in a folder behind a link, which is replaced as a whole.
class Projection {
 public:
  explicit Projection(const support::TempFolder& folder) : folder_(folder) { put("token of one"); }

  void put(const std::string& text) {
    const auto version = "version" + std::to_string(++versions_);
    folder_.write(version + "/token", text);
    std::filesystem::create_directory_symlink(version, folder_ / "..data_tmp");
    std::filesystem::rename(folder_ / "..data_tmp", folder_ / "..data");
  }
  Result<std::string> read() const {
    std::ifstream file(folder_ / "..data/token", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  const support::TempFolder& folder_;
  int versions_ = 0;
};

TEST_F(WorkloadIdentityTest, ReadsOneOrTheOtherWhileTheFileIsSwapped) {  // AZ-02
  const support::TempFolder folder;
  Projection projection(folder);
  const std::string tokens[] = {test::service_account_token(clock_.now(), "one"),
                                test::service_account_token(clock_.now(), std::string(999, '2'))};
  projection.put(tokens[0]);
  std::atomic<bool> done = false;
  std::thread kubelet([&] {
    for (int round = 0; !done; ++round) {
      projection.put(tokens[round % 2]);
    }
  });
  const auto identity = make([&projection] { return projection.read(); });
  for (int round = 0; round < 200; ++round) {
    http_.expect(kUrl, token_answer());
    EXPECT_TRUE(identity->acquire(kAudience, clock_.in(seconds(5))));
    const auto& body = http_.seen().back().body;
    EXPECT_TRUE(body == kBefore + tokens[0] || body == kBefore + tokens[1]);
  }
  done = true;
  kubelet.join();
}

TEST_F(WorkloadIdentityTest, ReadsTheFileForEveryRequest) {  // AZ-03
  const auto identity = made();
  std::string sent;
  for (const auto* version : {"one", "two"}) {
    file_ = test::service_account_token(clock_.now(), version);
    http_.expect(kUrl, token_answer());
    EXPECT_TRUE(identity->acquire(kAudience, clock_.in(seconds(5))));
    EXPECT_EQ(http_.seen().back().body, kBefore + *file_);
    EXPECT_NE(http_.seen().back().body, sent);
    sent = http_.seen().back().body;
  }
}

TEST_F(WorkloadIdentityTest, TellsATokenThatIsOutOfItsTimeBeforeItIsSent) {
  const auto detail = [this] {
    const auto acquired = acquire();
    EXPECT_FALSE(acquired);
    EXPECT_EQ(acquired.error().reason, Reason::AzureIdentityRefused);
    return acquired.error().detail;
  };
  file_ = test::service_account_token(clock_.now() - hours(2));
  EXPECT_NE(detail().find("expired"), std::string::npos);
  file_ = test::service_account_token(clock_.now() + hours(2));
  EXPECT_NE(detail().find("clock skew"), std::string::npos);
}

// The kubelet's rotation, Azure's tokens and our renewal together.
TEST_F(WorkloadIdentityTest, FollowsTheKubelet) {  // AKV-09
  TokenKeeper keeper(made(), clock_, [] { return 0.5; });
  const auto token = [&keeper, this] {
    return keeper.token(kAudience, Secret(), clock_.in(seconds(5)));
  };
  const auto detail = [&keeper] { return keeper.states().front().failure.value().detail; };
  http_.expect(kUrl, token_answer("first"));
  EXPECT_EQ(token()->reveal(), "first");

  clock_.advance(seconds(3'100));  // renewed early, with the file's new content
  file_ = test::service_account_token(clock_.now(), "rotated");
  http_.expect(kUrl, token_answer("second"));
  keeper.renew(clock_.in(seconds(5)));
  EXPECT_EQ(http_.seen().back().body, kBefore + *file_);
  EXPECT_EQ(token()->reveal(), "second");

  clock_.advance(seconds(3'550));  // nobody has replaced it: said so, nothing sent
  EXPECT_EQ(token()->reveal(), "second");
  EXPECT_NE(detail().find("expired"), std::string::npos);
  clock_.advance(seconds(30));
  EXPECT_EQ(token().error().reason, Reason::AzureIdentityRefused);

  clock_.advance(seconds(2));
  file_ = test::service_account_token(clock_.now() + hours(1));
  EXPECT_EQ(token().error().reason, Reason::AzureIdentityRefused);
  EXPECT_NE(detail().find("clock skew"), std::string::npos);

  clock_.advance(seconds(4));
  file_ = test::service_account_token(clock_.now());
  http_.expect(kUrl, token_answer("third"));
  EXPECT_EQ(token()->reveal(), "third");
}

TEST_F(WorkloadIdentityTest, IsPresentWhenItsFileCanBeRead) {
  EXPECT_TRUE(made()->present());
  file_ = "";  // there, though no good: an error, not another identity
  EXPECT_TRUE(made()->present());
  file_ = fail(Reason::BadConfig, "no such file");
  EXPECT_FALSE(made()->present());
}

}  // namespace
}  // namespace countersign::azure
