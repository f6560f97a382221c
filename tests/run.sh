#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test. The time of each part is printed at the end.
#
#   tests/run.sh                 every part, in this order:
#     install   Debian packages (tests/install.sh)
#     unit      the release build, g++; unit, hygiene and binary-level tests; the hardening is read from the binary
#     asan      the same tests but hygiene, with clang, AddressSanitizer and UndefinedBehaviorSanitizer
#     tsan      server, net and whatever else has threads, with ThreadSanitizer
#     soak      150,000 decisions over failing registries: right answers, and nothing grows
#     fuzz      every fuzz target for FUZZ_SECONDS (20)
#     peers     real registries, Notation CLI, API server and a Key Vault, from the Go module proxy (tests/peers)
#     e2e       the release binary with these peers on loopback
#     chart     the Helm chart with real helm and a real API server, and the walk-through from install to uninstall, by the
#               chart's own webhook and, where the peer is, behind Gatekeeper
#     demo      deploy/demo/run.sh
#     image     the container image from the release binary, without an engine: built twice, run, signed (tests/image)
#     long      builds the peers of the longer suite (Gatekeeper, Helm 4), for the next run, whose parts chart and e2e then have
#               them; the chart with Helm 4
#   tests/run.sh PART...         only these
#   tests/run.sh --coverage      line and branch coverage of the pure core instead
#   tests/run.sh tidy            clang-tidy over every source (not among the parts above: 10 minutes)
#   tests/run.sh compile         the program compiled in the build stage of deploy/Dockerfile (nor this: 10 minutes)
#
# A missing peer skips its tests with a visible line; with --require it is a failure. Ends 0 when nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

usage() { sed -n '3,26s/^# \{0,1\}//p' tests/run.sh; }

# So that a clone in another folder finds what an earlier one compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
jobs=$(nproc)
require=()
parts=()
while (($# > 0)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --require) require=(--require) ;;
    --coverage) parts+=(coverage) ;;
    install | unit | asan | tsan | soak | fuzz | peers | e2e | chart | demo | image | long | tidy | compile) parts+=("$1") ;;
    *) echo "tests/run.sh: unknown part $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
((${#parts[@]} > 0)) || parts=(install unit asan tsan soak fuzz peers e2e chart demo image long)

build() {  # build PRESET [TARGET...]
  local preset=$1 targets=() options=()
  shift
  # Whoever only wants the program, like deploy/demo/run.sh, need not have GoogleTest.
  [[ $preset != release ]] || options=(-DCOUNTERSIGN_TESTS=ON)
  (($# == 0)) || targets=(--target "$@")
  cmake --preset "$preset" "${options[@]}" >"build/$preset.configure.log" 2>&1 || { tail -n 30 "build/$preset.configure.log"; return 1; }
  cmake --build "build/$preset" -j "$jobs" "${targets[@]}"
}

part_install() { tests/install.sh; }
# What is delivered is what is tested.
part_unit() {
  build release && python3 tests/hygiene/check_elf.py build/release/countersign &&
    ctest --test-dir build/release --output-on-failure --no-tests=error -j "$jobs"
}
part_asan() { build asan && ctest --preset asan -j "$jobs"; }
part_tsan() {
  build tsan unit_admission_threads unit_app_threads unit_azure_threads unit_registry_memory unit_revocation_threads unit_server_sockets \
    integration_azure integration_courier integration_registry integration_revocation integration_server &&
    ctest --preset tsan -j "$jobs"
}
part_soak() { build release soak && build/release/tests/soak/soak; }
part_fuzz() { build asan fuzzers && tests/fuzz.sh "build/asan" "${FUZZ_SECONDS:-20}"; }
part_peers() {
  tests/peers/build.sh && tests/peers/vault-check.sh "${require[@]}" && python3 tests/e2e/scripted_azure.py --self-check &&
    python3 tests/e2e/timestamp_authority.py --self-check
}
part_e2e() { tests/e2e/run.sh "${require[@]}"; }
part_chart() {
  local helm=${COUNTERSIGN_PEERS:-$HOME/.cache/countersign-peers}/bin/helm3
  if [[ ! -x $helm ]]; then
    echo "skip the chart: helm3 is missing; tests/peers/build.sh builds it"
    ((${#require[@]} == 0))
    return
  fi
  # Gatekeeper is a peer of the longer suite: never required.
  tests/chart/run.sh && tests/chart/dry_run.sh && tests/chart/lifecycle.sh && tests/e2e/walkthrough/run.sh "${require[@]}" &&
    in_time "the walk-through behind Gatekeeper" tests/e2e/walkthrough/run.sh --gatekeeper
}
part_demo() { deploy/demo/run.sh; }
# Only while there is time: the whole takes 90 minutes at most.
in_time() {  # WHAT COMMAND...
  if ((SECONDS > 4200)); then
    echo "skip $1: $((SECONDS / 60)) minutes have passed"
  else
    "${@:2}"
  fi
}
# Without --require: where images can't be built, a line says so.
build_image() { { tests/install.sh image || true; } && tests/image/run.sh; }
part_image() { in_time "the container image" build_image; }
chart_by_helm4() {
  HELM=${COUNTERSIGN_PEERS:-$HOME/.cache/countersign-peers}/bin/helm4
  export HELM
  tests/chart/run.sh && tests/chart/dry_run.sh && tests/chart/lifecycle.sh
}
part_long() {
  in_time "the peers of the longer suite" tests/peers/build.sh long && in_time "the chart with Helm 4" chart_by_helm4
}
part_tidy() { build tidy; }
part_compile() { { tests/install.sh image || true; } && tests/image/run.sh --compile; }
part_coverage() {
  local modules=(base codec crypto x509 oci trust notation notation_vectors policy kube)
  build coverage "${modules[@]/#/unit_}" && ctest --preset coverage -R "^unit_($(IFS='|' && echo "${modules[*]}"))$" &&
    tests/coverage.sh build/coverage
}

mkdir -p build
summary=()
passed=0
failed=0
for part in "${parts[@]}"; do
  printf '\n=== %s\n' "$part"
  began=$SECONDS
  if "part_$part"; then
    passed=$((passed + 1)) word=passed
  else
    failed=$((failed + 1)) word=FAILED
  fi
  summary+=("$(printf '%-8s %-6s %5d s' "$part" "$word" "$((SECONDS - began))")")
  # Later parts need what this one makes.
  [[ $word == passed || $part != install ]] || break
done
printf '\n=== time per part\n'
printf '%s\n' "${summary[@]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
