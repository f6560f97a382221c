// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/courier/courier.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/oci_layout.h"
#include "countersign/registry/publisher.h"

#include "registry/attachment_check.h"
#include "registry/layout_folder.h"
#include "registry/referrer_index.h"

namespace countersign::registry {
namespace {

class LayoutPublisher final : public Publisher {
 public:
  LayoutPublisher(std::filesystem::path root, std::unique_ptr<Repository> reader,
                  LayoutWriter writer, const Clock& clock)
      : folder_(std::move(root)),
        reader_(std::move(reader)),
        writer_(std::move(writer)),
        clock_(clock) {}

  Result<Attached> attach(const Attachment& attachment, ReferrersTag, Deadline deadline) override {
    TRY_VOID(check_attachment(attachment));
    TRY_VOID(find_subject(attachment.subject, deadline));
    for (const auto& blob : attachment.blobs) {
      TRY_VOID(store(blob, deadline));
    }
    TRY_VOID(store(attachment.manifest, deadline));
    TRY_VOID(list(attachment.manifest.descriptor, deadline));
    return Attached{.listed = Attached::Listed::InLayout};
  }

 private:
  // A layout knows digests and tags, but no names.
  Result<void> find_subject(const oci::Descriptor& subject, Deadline deadline) {
    TRY(const auto reference, oci::ImageRef::parse("localhost/layout@" + subject.digest.text()));
    TRY(const auto found, reader_->resolve(reference, deadline));
    return is_the_same(found, subject);
  }

  Result<void> store(const Content& content, Deadline deadline) {
    const auto there = reader_->fetch({&content.descriptor, 1}, Repository::Content::Blob,
                                      limits::kUploadBytes, deadline);
    return there.front() ? Result<void>() : writer_.write_blob(content.blob);
  }

  Result<void> list(const oci::Descriptor& manifest, Deadline deadline) {
    TRY(const auto lock, writer_.lock(*patience_, clock_, deadline));
    TRY(const auto bytes, folder_.read("index.json", limits::kManifestBytes));
    TRY(auto index, ReferrerIndex::parse(std::string(as_text(bytes)), oci::media_type::kOciIndex));
    if (index.has(manifest.digest)) {
      return {};
    }
    auto entry = manifest;
    entry.artifact_type.clear();  // as the Notation CLI writes it: readers look into the manifest
    TRY_VOID(index.add(entry_of(entry)));
    return writer_.replace_index(as_bytes(index.text()));
  }

  LayoutFolder folder_;
  std::unique_ptr<Repository> reader_;
  LayoutWriter writer_;
  const Clock& clock_;
  std::unique_ptr<courier::Patience> patience_ = courier::make_patience();
};

}  // namespace

Result<std::unique_ptr<Publisher>> publish_to_layout(std::filesystem::path folder,
                                                     const Clock& clock) {
  TRY(auto reader, open_layout(folder));
  TRY(auto writer, LayoutWriter::open(folder));
  return std::make_unique<LayoutPublisher>(std::move(folder), std::move(reader), std::move(writer),
                                           clock);
}

}  // namespace countersign::registry
