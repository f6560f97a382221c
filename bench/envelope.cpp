// SPDX-License-Identifier: Apache-2.0
// What it costs to open a COSE envelope that the Notation CLI made, beside what the bare signature
// primitive costs for the same key and the same bytes: the difference is ours.
#include "countersign/notation/envelope.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "countersign/codec/cbor.h"
#include "countersign/codec/json.h"
#include "countersign/crypto/public_key.h"

#include "source_file.h"

namespace countersign::bench {
namespace {

constexpr std::string_view kCose = "application/cose";
constexpr codec::JsonLimits kJson{.bytes = 1 << 20};
constexpr codec::CborLimits kCbor{.bytes = 1 << 20};

struct Sample {
  const char* name;
  const char* folder;  // below tests/data/notation/valid
};
// As Key Vault signs; then every curve and size, with the chains that the data has.
constexpr std::array<Sample, 6> kSamples{{{"rsa2048_self_signed", "cli-akv-self-signed"},
                                          {"rsa2048_chain_of_2", "cli-rsa2048-cose-chain2"},
                                          {"rsa3072_chain_of_4", "cli-rsa3072-cose-chain4"},
                                          {"p256_chain_of_4", "cli-p256-cose-chain4"},
                                          {"p384_chain_of_2", "cli-p384-cose-chain2"},
                                          {"p521_chain_of_4", "cli-p521-cose-chain4"}}};

[[noreturn]] void unusable(const std::string& what) {
  std::cerr << "unusable benchmark data: " << what << '\n';
  std::exit(1);
}

template <class T>
T usable(Result<T> result) {
  if (!result) {
    unusable(result.error().detail);
  }
  return std::move(*result);
}

// The one COSE envelope among the blobs of a layout.
std::string envelope_of(const Sample& sample) {
  const auto layout = std::filesystem::path("tests/data/notation/valid") / sample.folder / "layout";
  const auto blob = [&layout](const codec::Json& descriptor) {
    const auto* const digest = descriptor.find_string("digest");
    return source_file(layout / "blobs/sha256" / digest->substr(digest->find(':') + 1));
  };
  const auto parse = [](std::string_view text) {
    return usable(codec::Json::parse(text, kJson, Reason::Internal));
  };
  const auto index = parse(source_file(layout / "index.json"));
  for (const auto& entry : index.find("manifests")->elements()) {
    const auto manifest = parse(blob(entry));
    for (const auto& layer : manifest.find("layers")->elements()) {
      if (*layer.find_string("mediaType") == kCose) {
        return blob(layer);
      }
    }
  }
  unusable(std::string("no envelope in ") + sample.folder);
}

// RFC 9052, 4.4: ["Signature1", protected header, external_aad, payload].
ByteVector signed_bytes(Bytes envelope) {
  const auto message = usable(codec::Cbor::parse(envelope, kCbor, Reason::Internal));
  const auto parts = message.tagged()->elements();
  constexpr std::string_view start = "\x84\x6aSignature1";
  ByteVector out(start.begin(), start.end());
  const auto append = [&out](Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  append(parts[0].encoded());
  out.push_back(0x40);  // an empty byte string
  append(parts[2].encoded());
  return out;
}

void open_envelope(benchmark::State& state, const Sample& sample) {
  const auto bytes = envelope_of(sample);
  for (auto _ : state) {
    auto envelope = notation::open_envelope(kCose, as_bytes(bytes));
    if (!envelope) {
      state.SkipWithError(envelope.error().detail.c_str());
      break;
    }
    benchmark::DoNotOptimize(envelope);
  }
}

void primitive(benchmark::State& state, const Sample& sample) {
  const auto bytes = envelope_of(sample);
  const auto envelope = usable(notation::open_envelope(kCose, as_bytes(bytes)));
  const auto message = signed_bytes(as_bytes(bytes));
  const auto& key = envelope.chain.front().public_key();
  for (auto _ : state) {
    if (const auto verified = key.verify(message, envelope.signature); !verified) {
      state.SkipWithError(verified.error().detail.c_str());
      break;
    }
  }
}

const bool kRegistered = [] {
  for (const auto& sample : kSamples) {
    const std::string name = sample.name;
    benchmark::RegisterBenchmark(("primitive/" + name).c_str(),
                                 [sample](benchmark::State& state) { primitive(state, sample); });
    benchmark::RegisterBenchmark(("envelope/" + name).c_str(), [sample](benchmark::State& state) {
      open_envelope(state, sample);
    });
  }
  return true;
}();

}  // namespace
}  // namespace countersign::bench
