// SPDX-License-Identifier: Apache-2.0
// The tree of a document that is being read, from its first value to its last. Counts values and
// members, and refuses what json.h refuses of their relations.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "countersign/codec/json.h"

namespace countersign::codec {

class JsonTree {  // whose calls return false has refused: nothing may follow
 public:
  enum class Container : std::uint8_t { Array, Object };

  explicit JsonTree(const JsonLimits& limits) : limits_(limits) {  // borrowed
    members_.reserve(kUsualMembers);
    open_.reserve(kUsualDepth);
  }

  bool open(Container);
  bool close();                          // the innermost
  bool begin_member(std::string name) {  // its value comes next
    members_.emplace_back(std::move(name), Json());
    return count();
  }
  template <class Scalar>  // an alternative of Json::Value
  bool add(Scalar scalar) {
    place() = std::move(scalar);
    return count();
  }

  bool complete() const { return open_.empty(); }  // after the first value
  Container innermost() const { return open_.back().kind; }
  bool innermost_is_empty() const;

  Json take() { return std::move(root_); }
  bool refuse(std::string problem);
  const std::string& problem() const { return problem_; }

 private:
  // Of a review of a Pod, all that is open at once; more grows.
  static constexpr std::size_t kUsualMembers = 32;
  static constexpr std::size_t kUsualDepth = 16;

  struct Open {  // a container whose end was not seen yet
    Container kind;
    std::size_t first;  // of what it holds, on its stack
  };

  bool close_array(std::size_t first_place);
  bool close_object(std::size_t first_place);
  bool count() { return ++nodes_ <= limits_.nodes || refuse("too many values and members"); }
  Json::Value& place();

  const JsonLimits& limits_;
  std::size_t nodes_ = 0;
  // What open containers hold lies on two stacks, and moves at once into a container of the right
  // size when that ends: containers that grow one by one move all they hold again and again.
  std::vector<Json> elements_;
  std::vector<Json::Member> members_;
  std::vector<Open> open_;
  Json root_;
  std::string problem_;
};

}  // namespace countersign::codec
