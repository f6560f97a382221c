// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_images.h"

#include <iterator>
#include <map>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::kube {
namespace {

using codec::Json;

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadRequest, std::move(detail));
}

class PodReader {
 public:
  PodReader(const PodTemplate& pod, const Json& spec) : pod_(pod), spec_(spec) {}

  Result<std::vector<ImageUse>> containers(std::string_view list);
  Result<std::vector<ImageUse>> volumes();
  std::string path_of(std::string_view list) const;

 private:
  std::string path_of(std::string_view list, std::size_t index) const;
  Result<std::span<const Json>> read_list(std::string_view list) const;
  Result<ImageUse> read_use(const Json& element, std::string path, const Json* image);
  Result<std::string> read_image(const Json* image, const std::string& path) const;

  const PodTemplate& pod_;
  const Json& spec_;
  std::size_t uses_ = 0;
};

// As for the API server, null is the same as absent.
const Json* present(const Json& object, std::string_view name) {
  const auto* member = object.find(name);
  return member != nullptr && member->is_null() ? nullptr : member;
}

}  // namespace

Result<PodImages> read_pod_images(const PodTemplate& pod) {
  PodImages images;
  if (pod.pod == nullptr) {
    return images;
  }
  const auto* spec = pod.pod->find("spec");
  if (spec == nullptr || !spec->is_object()) {
    return bad(pod.prefix + "spec is not an object");
  }
  PodReader reader(pod, *spec);
  TRY(images.containers, reader.containers("containers"));
  if (images.containers.empty()) {
    return bad(reader.path_of("containers") + " is empty");
  }
  TRY(images.init_containers, reader.containers("initContainers"));
  TRY(images.ephemeral_containers, reader.containers("ephemeralContainers"));
  TRY(images.volumes, reader.volumes());
  images.restored = present(*spec, "restoreFrom") != nullptr;
  return images;
}

namespace {

std::string PodReader::path_of(std::string_view list) const {
  return pod_.prefix + "spec." + std::string(list);
}

std::string PodReader::path_of(std::string_view list, std::size_t index) const {
  return path_of(list) + "[" + std::to_string(index) + "]";
}

// The elements of a list; each is an object.
Result<std::span<const Json>> PodReader::read_list(std::string_view list) const {
  const auto* member = present(spec_, list);
  if (member == nullptr) {
    return std::span<const Json>();
  }
  if (!member->is_array()) {
    return bad(path_of(list) + " is not an array");
  }
  const auto elements = member->elements();
  for (std::size_t index = 0; index < elements.size(); ++index) {
    if (!elements[index].is_object()) {
      return bad(path_of(list, index) + " is not an object");
    }
  }
  return elements;
}

Result<std::vector<ImageUse>> PodReader::containers(std::string_view list) {
  TRY(const auto elements, read_list(list));
  std::vector<ImageUse> uses;
  for (std::size_t index = 0; index < elements.size(); ++index) {
    const auto& element = elements[index];
    TRY(auto use, read_use(element, path_of(list, index) + ".image", element.find("image")));
    uses.push_back(std::move(use));
  }
  return uses;
}

Result<std::vector<ImageUse>> PodReader::volumes() {
  TRY(const auto elements, read_list("volumes"));
  std::vector<ImageUse> uses;
  for (std::size_t index = 0; index < elements.size(); ++index) {
    const auto* source = present(elements[index], "image");
    if (source == nullptr) {
      continue;
    }
    const auto path = path_of("volumes", index) + ".image";
    if (!source->is_object()) {
      return bad(path + " is not an object");
    }
    TRY(auto use, read_use(elements[index], path + ".reference", source->find("reference")));
    uses.push_back(std::move(use));
  }
  return uses;
}

Result<ImageUse> PodReader::read_use(const Json& element, std::string path, const Json* image) {
  if (++uses_ > limits::kImageUsesPerReview) {
    return fail(Reason::TooManyImages,
                "more than " + std::to_string(limits::kImageUsesPerReview) + " image fields");
  }
  const auto* name = present(element, "name");
  if (name != nullptr && name->string() == nullptr) {
    return bad("the name beside " + path + " is not a string");
  }
  TRY(auto written, read_image(image, path));
  return ImageUse{std::move(path), name == nullptr ? "" : *name->string(), std::move(written)};
}

Result<std::string> PodReader::read_image(const Json* image, const std::string& path) const {
  const bool absent = image == nullptr || image->is_null();
  if (absent && pod_.may_lack_images()) {
    return std::string();
  }
  if (absent || image->string() == nullptr ||
      (image->string()->empty() && !pod_.may_lack_images())) {
    return bad(path + " is not a string that names an image");
  }
  return *image->string();
}

bool same_slot(const ImageUse& now, const ImageUse& before) {
  return now.container == before.container && now.image == before.image;
}

void add_all(std::vector<ImageUse>& to, std::vector<ImageUse> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::vector<ImageUse> without_empty(std::vector<ImageUse> uses) {
  std::erase_if(uses, [](const ImageUse& use) { return use.image.empty(); });
  return uses;
}

void add_changed_by_position(std::vector<ImageUse>& to, std::vector<ImageUse> now,
                             const std::vector<ImageUse>& before) {
  for (std::size_t index = 0; index < now.size(); ++index) {
    if (now.size() != before.size() || !same_slot(now[index], before[index])) {
      to.push_back(std::move(now[index]));
    }
  }
}

// By name; null for a name that is there twice, which identifies nothing.
std::map<std::string, const ImageUse*> by_name(const std::vector<ImageUse>& uses) {
  std::map<std::string, const ImageUse*> named;
  for (const auto& use : uses) {
    const auto [entry, added] = named.emplace(use.container, &use);
    if (!added) {
      entry->second = nullptr;
    }
  }
  return named;
}

void add_changed_by_name(std::vector<ImageUse>& to, const std::vector<ImageUse>& now,
                         const std::vector<ImageUse>& before) {
  const auto now_named = by_name(now);
  const auto before_named = by_name(before);
  for (const auto& use : now) {
    const auto old = before_named.find(use.container);
    const bool unique = now_named.at(use.container) != nullptr && old != before_named.end() &&
                        old->second != nullptr;
    if (!unique || !same_slot(use, *old->second)) {
      to.push_back(use);
    }
  }
}

}  // namespace

std::vector<ImageUse> all_images(PodImages pod) {
  auto images = std::move(pod.containers);
  add_all(images, std::move(pod.init_containers));
  add_all(images, std::move(pod.ephemeral_containers));
  add_all(images, std::move(pod.volumes));
  return without_empty(std::move(images));
}

std::vector<ImageUse> changed_images(PodImages now, const PodImages& before) {
  std::vector<ImageUse> changed;
  add_changed_by_position(changed, std::move(now.containers), before.containers);
  add_changed_by_position(changed, std::move(now.init_containers), before.init_containers);
  add_changed_by_name(changed, now.ephemeral_containers, before.ephemeral_containers);
  add_changed_by_name(changed, now.volumes, before.volumes);
  return without_empty(std::move(changed));
}

}  // namespace countersign::kube
