// SPDX-License-Identifier: Apache-2.0
// Laws: what Json::parse accepts, nlohmann's own parser accepts; and when JsonWriter writes it
// again, the text parses to an equal tree. What it refuses carries the reason it was given.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "countersign/codec/json.h"

namespace {

using countersign::Reason;
using countersign::codec::Json;
using countersign::codec::JsonLimits;
using countersign::codec::JsonWriter;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

class Rewriter {
 public:
  explicit Rewriter(JsonWriter& writer) : writer_(writer) {}

  void operator()(Json::Null) { writer_.null(); }
  void operator()(bool truth) { writer_.boolean(truth); }
  void operator()(std::int64_t number) { writer_.integer(number); }
  void operator()(std::uint64_t number) { writer_.unsigned_integer(number); }
  void operator()(double number) { writer_.real(number); }
  void operator()(const std::string& text) { writer_.string(text); }
  void operator()(const Json::Array& elements) {
    writer_.begin_array();
    for (const auto& element : elements) {
      std::visit(*this, element.value());
    }
    writer_.end_array();
  }
  void operator()(const Json::Object& members) {
    writer_.begin_object();
    for (const auto& [name, value] : members) {
      writer_.key(name);
      std::visit(*this, value.value());
    }
    writer_.end_object();
  }

 private:
  JsonWriter& writer_;
};

bool same(const Json& one, const Json& other);

struct Comparison {  // of two values of one kind
  bool operator()(Json::Null, Json::Null) const { return true; }
  bool operator()(double one, double other) const {
    // Half of the writer's last decimal, and the distance to the next double.
    const double size = std::abs(one);
    return std::abs(one - other) <= 0.0005 + (size - std::nextafter(size, 0.0));
  }
  bool operator()(const Json::Array& one, const Json::Array& other) const {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), same);
  }
  bool operator()(const Json::Object& one, const Json::Object& other) const {
    const auto same_member = [](const Json::Member& left, const Json::Member& right) {
      return left.first == right.first && same(left.second, right.second);
    };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), same_member);
  }
  template <class Scalar>
  bool operator()(const Scalar& one, const Scalar& other) const {
    return one == other;
  }
  template <class One, class Other>
  bool operator()(const One&, const Other&) const {
    return false;
  }
};

bool same(const Json& one, const Json& other) {
  return std::visit(Comparison(), one.value(), other.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = Json::parse(text, {.bytes = size}, Reason::RegistryResponse);
  if (!json) {
    require(json.error().reason == Reason::RegistryResponse);
    return 0;
  }
  require(nlohmann::json::accept(text));

  JsonWriter writer;
  std::visit(Rewriter(writer), json->value());
  const auto rewritten = writer.take();
  const auto again = Json::parse(rewritten, {.bytes = rewritten.size()}, Reason::Internal);
  require(again.has_value());
  require(same(*json, *again));
  return 0;
}
