// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/oci/manifest.h"
#include "countersign/registry/oci_layout.h"
#include "countersign/registry/publisher.h"

#include "support/attachments.h"
#include "support/fixed_clock.h"
#include "support/temp_folder.h"

namespace countersign::registry {
namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;
using test_data::image;
using test_data::signature;

const std::string kType(oci::media_type::kNotarySignature);

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class LayoutPublisherTest : public testing::Test {
 protected:
  LayoutPublisherTest() {
    folder_.write("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    folder_.write(blob(image().digest), test_data::kImage);
    write_index(R"({"schemaVersion":2,"manifests":[)" + kEntry + R"(],"unknown":1.23456})");
  }
  static std::string blob(const oci::Digest& digest) { return "blobs/sha256/" + digest.encoded(); }
  void write_index(const std::string& text) const { folder_.write("index.json", text); }
  std::string index() const { return content_of(folder_ / "index.json"); }

  Result<Attached> attach(const Attachment& attachment,
                          std::chrono::milliseconds budget = minutes(1)) const {
    TRY(const auto publisher, publish_to_layout(folder_.path(), clock_));
    return publisher->attach(attachment, ReferrersTag::WhereNeeded, clock_.in(budget));
  }
  Reason reason(const Attachment& attachment) const {
    const auto attached = attach(attachment);
    EXPECT_FALSE(attached);
    return attached ? Reason::Internal : attached.error().reason;
  }
  std::vector<oci::Descriptor> listed() const {
    return open_layout(folder_.path())
        .value()
        ->referrers(image(), kType, Repository::Age::Recent, clock_.in(minutes(1)))
        .value();
  }
  // Names of what lies in the folder and its folders.
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& each : fs::recursive_directory_iterator(folder_.path())) {
      count += each.is_regular_file() ? 1U : 0U;
    }
    return count;
  }

  const std::string kEntry =
      R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
      image().digest.text() + R"(","size":)" + std::to_string(image().size) +
      R"(,"annotations":{"org.opencontainers.image.ref.name":"v1"},"unknown":1.23456789})";
  support::TempFolder folder_;
  test::FixedClock clock_;
};

TEST_F(LayoutPublisherTest, WritesBlobsManifestAndIndex) {
  const auto one = signature();
  const auto attached = attach(one);
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(attached->listed, Attached::Listed::InLayout);
  EXPECT_EQ(files(), 6U);  // nothing else was left behind
  for (const auto* content : {&one.blobs[0], &one.blobs[1], &one.manifest}) {
    EXPECT_EQ(content_of(folder_ / blob(content->descriptor.digest)),
              as_text(content->blob.bytes()));
  }
  ASSERT_EQ(listed().size(), 1U);
  EXPECT_TRUE(listed()[0].same_content(one.manifest.descriptor));
  EXPECT_EQ(listed()[0].annotations, one.manifest.descriptor.annotations);
  EXPECT_TRUE(index().starts_with(R"({"schemaVersion":2,"manifests":[)" + kEntry + ",{"));
  EXPECT_TRUE(index().ends_with(R"(}],"unknown":1.23456})"));
}

TEST_F(LayoutPublisherTest, TheSameAgainChangesNothing) {
  ASSERT_TRUE(attach(signature()));
  const auto before = index();
  ASSERT_TRUE(attach(signature()));
  EXPECT_EQ(index(), before);
}

TEST_F(LayoutPublisherTest, ABrokenBlobIsReplaced) {
  const auto one = signature();
  folder_.write(blob(one.blobs[1].descriptor.digest), "broken");
  ASSERT_TRUE(attach(one));
  EXPECT_EQ(content_of(folder_ / blob(one.blobs[1].descriptor.digest)), "envelope");
}

TEST_F(LayoutPublisherTest, ConcurrentSignersLoseNothing) {
  static constexpr std::size_t kSigners = 16;
  std::vector<std::thread> signers;
  for (std::size_t number = 0; number < kSigners; ++number) {
    signers.emplace_back([this, number] {
      const auto attached = attach(signature(std::to_string(number)));
      EXPECT_TRUE(attached) << attached.error().detail;
    });
  }
  for (auto& signer : signers) {
    signer.join();
  }
  EXPECT_EQ(listed().size(), kSigners);
  EXPECT_EQ(files(), 4 + 2 * kSigners);
}

TEST_F(LayoutPublisherTest, ALockThatStaysIsWaitedForInVain) {
  const int lock = ::open((folder_ / "oci-layout").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  const auto attached = attach(signature(), std::chrono::milliseconds(5));
  ::close(lock);
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().reason, Reason::DeadlineExceeded);
  EXPECT_TRUE(listed().empty());
}

TEST_F(LayoutPublisherTest, NothingIsWrittenWithoutTheSubject) {
  auto one = signature();
  one.subject.media_type = oci::media_type::kDockerManifest;
  EXPECT_EQ(reason(one), Reason::RegistryResponse);
  fs::remove(folder_ / blob(image().digest));
  EXPECT_EQ(reason(signature()), Reason::ImageNotFound);
  EXPECT_EQ(files(), 2U);
}

TEST_F(LayoutPublisherTest, AnIndexThatIsNotUnderstoodIsLeftAlone) {
  for (const char* text : {"", "{}", R"({"schemaVersion":2,"manifests":null})",
                           R"({"schemaVersion":2,"\u006danifests":[]})"}) {
    write_index(text);
    EXPECT_EQ(reason(signature()), Reason::RegistryResponse) << text;
    EXPECT_EQ(index(), text);
  }
}

TEST_F(LayoutPublisherTest, AFolderMustBeALayout) {
  fs::remove(folder_ / "oci-layout");
  EXPECT_EQ(reason(signature()), Reason::ImageNotFound);
  EXPECT_EQ(publish_to_layout(folder_ / "none", clock_).error().reason, Reason::ImageNotFound);
}

// As a user who has no rights of root's; only this thread's files are opened as him.
TEST_F(LayoutPublisherTest, AFolderThatIsOnlyReadIsAnError) {
  fs::permissions(folder_.path(), fs::perms(0555));
  Result<Attached> attached;
  std::thread nobody([&] {
    static constexpr uid_t kNobody = 65'534;
    ::setfsuid(kNobody);
    attached = attach(signature());
  });
  nobody.join();
  fs::permissions(folder_.path(), fs::perms(0755));
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().reason, Reason::BadConfig);
}

TEST_F(LayoutPublisherTest, TheIndexKeepsItsPermissions) {
  fs::permissions(folder_ / "index.json", fs::perms(0640));
  ASSERT_TRUE(attach(signature()));
  EXPECT_EQ(fs::status(folder_ / "index.json").permissions(), fs::perms(0640));
}

TEST_F(LayoutPublisherTest, NothingIsWrittenThroughLinks) {
  const support::TempFolder outside;
  for (const char* name : {"blobs", "blobs/sha256"}) {
    const auto moved = outside / "moved";
    fs::rename(folder_ / name, moved);
    fs::create_directory_symlink(moved, folder_ / name);
    const auto attached = attach(signature());
    EXPECT_FALSE(attached) << name;
    EXPECT_EQ(std::distance(fs::recursive_directory_iterator(moved), {}),
              std::string_view(name) == "blobs" ? 2 : 1);
    fs::remove(folder_ / name);
    fs::rename(moved, folder_ / name);
  }
  // The image is where it should be, the folder of blobs is a link to a place inside.
  fs::rename(folder_ / "blobs/sha256", folder_ / "blobs/real");
  fs::create_directory_symlink("real", folder_ / "blobs/sha256");
  EXPECT_EQ(reason(signature()), Reason::BadConfig);
  EXPECT_TRUE(listed().empty());
}

// A link in place of the index or a blob is replaced; what it leads to is not touched.
TEST_F(LayoutPublisherTest, ALinkInPlaceOfAFileIsReplaced) {
  const support::TempFolder outside;
  const auto victim = outside.write("victim", "untouched");
  const auto one = signature();
  fs::create_symlink(victim, folder_ / blob(one.blobs[1].descriptor.digest));
  ASSERT_TRUE(attach(one));
  EXPECT_EQ(content_of(victim), "untouched");
  EXPECT_FALSE(fs::is_symlink(folder_ / blob(one.blobs[1].descriptor.digest)));
}

}  // namespace
}  // namespace countersign::registry
