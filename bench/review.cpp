// SPDX-License-Identifier: Apache-2.0
// What the JSON of a review costs, in and out. The review was recorded from a real API server: a
// Job's pod of 6 KB, as the controller creates it.
#include <string>

#include <benchmark/benchmark.h>

#include "countersign/kube/admission_review.h"

#include "source_file.h"

namespace countersign::bench {
namespace {

void parse_review_of_a_pod(benchmark::State& state) {
  const auto body = source_file("bench/data/create-pod-by-job.json");
  const kube::Workloads workloads;
  for (auto _ : state) {
    auto review = kube::parse_review(body, workloads);
    if (!review || review->images.empty()) {
      state.SkipWithError("the review was refused");
      break;
    }
    benchmark::DoNotOptimize(review);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(parse_review_of_a_pod);

void render_a_denial(benchmark::State& state) {
  kube::Answer answer;
  answer.uid = "705ab4f5-6393-11e8-b7cc-42010a800002";
  answer.message = kube::denial_message(
      {{.reason = Reason::SignatureNotFound,
        .field = "spec.containers[0].image",
        .container = "web",
        .image = "registry.example/shop/web:1.2",
        .digest = "sha256:77a6c51724f5a0fcb8f453c7fa8026df242247ef1a58cf94cee464c2b4651154",
        .policy = "everything",
        .detail = "the image has no signature"}},
      1, "705ab4f5");
  for (auto _ : state) {
    benchmark::DoNotOptimize(kube::render(answer));
  }
}
BENCHMARK(render_a_denial);

}  // namespace
}  // namespace countersign::bench
