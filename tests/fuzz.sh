#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh BUILD SECONDS: runs every fuzz target of BUILD for SECONDS, two at a time, on seeds from tests/data.
# What a target finds stays in BUILD/fuzz/<target>/found, and its input is named; inputs that once failed stand in
# fuzz/regressions/<target> and are run first.
set -euo pipefail
build=${1:?usage: fuzz.sh BUILD SECONDS}
seconds=${2:?usage: fuzz.sh BUILD SECONDS}
cd "$(dirname "$0")/.."
python3 fuzz/seed.py tests/data "$build/fuzz/seeds"

run_one() {
  local program=$1 name work
  name=$(basename "$program")
  name=${name#fuzz_}
  work=$build/fuzz/work/$name
  mkdir -p "$work/corpus" "$work/found" "$build/fuzz/seeds/$name"
  local regressions=()
  [[ -d fuzz/regressions/$name ]] && regressions=("fuzz/regressions/$name")
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$work/found/" "$work/corpus" "$build/fuzz/seeds/$name" "${regressions[@]}" >"$work/log" 2>&1; then
    printf 'ok   fuzz %-18s %s runs, %s seeds\n' "$name" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")" "$(find "$build/fuzz/seeds/$name" -type f | wc -l)"
  else
    printf 'FAIL fuzz %s\n' "$name"
    tail -n 40 "$work/log"
    return 1
  fi
}
export -f run_one
export build seconds
# The inner shell expands $1.
# shellcheck disable=SC2016
find "$build/fuzz" -maxdepth 1 -type f -name 'fuzz_*' -perm -u+x | sort | xargs -P 2 -I{} bash -c 'run_one "$1"' _ {}
