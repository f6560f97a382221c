// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/mirrored_repository.h"

#include <utility>

namespace countersign::registry {
namespace {

using Word = Place::Word;

bool may_say(Word word, Word needed) { return word == Word::Everything || needed == word; }

// A tag's meaning is proven by no hash.
Word needed_for(const oci::ImageRef& image) {
  return image.digest() ? Word::Contents : Word::Everything;
}

// A refusal rests on a recent list: that of a mirror that lags would refuse what was just signed.
Word needed_for(Repository::Age age) {
  switch (age) {
    case Repository::Age::Recent:
      return Word::Everything;
    case Repository::Age::Kept:
      return Word::Contents;
  }
  return Word::Everything;
}

template <class T>
void keep_better(Result<T>& known, Result<T> heard) {
  if (heard || known.error().reason != Reason::DigestMismatch) {
    known = std::move(heard);
  }
}

class MirroredRepository final : public Repository {
 public:
  MirroredRepository(std::vector<Place> places, const Clock& clock)
      : places_(std::move(places)), clock_(clock) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef&, Deadline) override;
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age,
                                                 Deadline) override;
  void expect_referrers(const oci::Digest& subject, std::string_view artifact_type,
                        Deadline) override;
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor>, Content, std::size_t most,
                                       Deadline) override;
  std::size_t requests() const override;

 private:
  std::vector<Place*> places_that_may_say(Word needed, Deadline);
  Deadline share(Deadline, std::size_t places_left) const;

  std::vector<Place> places_;
  const Clock& clock_;
};

Result<oci::Descriptor> MirroredRepository::resolve(const oci::ImageRef& image, Deadline deadline) {
  Result<oci::Descriptor> manifest = fail(Reason::Internal, "no place may say what a tag names");
  const auto places = places_that_may_say(needed_for(image), deadline);
  for (auto left = places.size(); left > 0 && !manifest; --left) {
    auto& place = *places[places.size() - left];
    keep_better(manifest, place.repository->resolve(place.image, share(deadline, left)));
  }
  return manifest;
}

Result<std::vector<oci::Descriptor>> MirroredRepository::referrers(const oci::Descriptor& subject,
                                                                   std::string_view artifact_type,
                                                                   Age age, Deadline deadline) {
  using List = std::vector<oci::Descriptor>;
  Result<List> none = fail(Reason::Internal, "no place may say that there are no referrers");
  const auto places = places_that_may_say(needed_for(age), deadline);
  for (auto left = places.size(); left > 0; --left) {
    auto& place = *places[places.size() - left];
    auto list = place.repository->referrers(subject, artifact_type, age, share(deadline, left));
    if (list && !list->empty()) {
      return list;
    }
    const bool counts = !list || may_say(place.word, Word::Everything);
    if (counts && !none) {
      keep_better(none, std::move(list));
    }
  }
  return none;
}

void MirroredRepository::expect_referrers(const oci::Digest& subject,
                                          std::string_view artifact_type, Deadline deadline) {
  places_.front().repository->expect_referrers(subject, artifact_type,
                                               share(deadline, places_.size()));
}

std::vector<Result<oci::Blob>> MirroredRepository::fetch(std::span<const oci::Descriptor> wanted,
                                                         Content content, std::size_t most,
                                                         Deadline deadline) {
  std::vector<Result<oci::Blob>> blobs(wanted.size(), fail(Reason::Internal, "nobody was asked"));
  for (auto left = places_.size(); left > 0; --left) {
    std::vector<oci::Descriptor> missing;
    std::vector<std::size_t> indices;
    for (std::size_t index = 0; index < wanted.size(); ++index) {
      if (!blobs[index]) {
        missing.push_back(wanted[index]);
        indices.push_back(index);
      }
    }
    if (missing.empty()) {
      break;
    }
    auto& place = places_[places_.size() - left];
    auto found = place.repository->fetch(missing, content, most, share(deadline, left));
    for (std::size_t index = 0; index < found.size(); ++index) {
      keep_better(blobs[indices[index]], std::move(found[index]));
    }
  }
  return blobs;
}

std::size_t MirroredRepository::requests() const {
  std::size_t sum = 0;
  for (const auto& place : places_) {
    sum += place.repository->requests();
  }
  return sum;
}

// The best alone when nobody may be waited for: that nothing is known of it is no word of it, and
// the next does not speak in its stead.
std::vector<Place*> MirroredRepository::places_that_may_say(Word needed, Deadline deadline) {
  std::vector<Place*> places;
  for (auto& place : places_) {
    if (may_say(place.word, needed) && (deadline.waits() || places.empty())) {
      places.push_back(&place);
    }
  }
  return places;
}

Deadline MirroredRepository::share(Deadline deadline, std::size_t places_left) const {
  if (places_left <= 1 || !deadline.waits()) {
    return deadline;
  }
  return Deadline::after(clock_,
                         deadline.remaining(clock_) / static_cast<std::int64_t>(places_left));
}

}  // namespace

std::unique_ptr<Repository> mirrored(std::vector<Place> places, const Clock& clock) {
  return std::make_unique<MirroredRepository>(std::move(places), clock);
}

}  // namespace countersign::registry
