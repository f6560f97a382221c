// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json_text.h"

#include <variant>

namespace countersign::codec {
namespace {

void write(JsonWriter& writer, const Json& json);

struct WriteValue {
  JsonWriter& writer;

  void operator()(Json::Null) const { writer.null(); }
  void operator()(bool truth) const { writer.boolean(truth); }
  void operator()(std::int64_t number) const { writer.integer(number); }
  void operator()(std::uint64_t number) const { writer.unsigned_integer(number); }
  void operator()(double number) const { writer.real(number); }
  void operator()(const std::string& text) const { writer.string(text); }
  void operator()(const Json::Array& array) const {
    writer.begin_array();
    for (const auto& element : array) {
      write(writer, element);
    }
    writer.end_array();
  }
  void operator()(const Json::Object& object) const {
    writer.begin_object();
    for (const auto& [name, value] : object) {
      writer.key(name);
      write(writer, value);
    }
    writer.end_object();
  }
};

void write(JsonWriter& writer, const Json& json) { std::visit(WriteValue{writer}, json.value()); }

}  // namespace

std::string json_text(const Json& json) {
  JsonWriter writer;
  write(writer, json);
  return writer.take();
}

}  // namespace countersign::codec
