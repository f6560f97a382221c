#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# coverage.sh BUILD: line and branch coverage of the pure core by the unit tests, from a build of the preset `coverage`
# whose tests have run. Branches that only exceptions take are left out: no interface throws.
set -euo pipefail
build=${1:?usage: coverage.sh BUILD}
cd "$(dirname "$0")/.."
core='src/(base|codec|crypto|x509|oci|trust|notation|policy|kube)/'
gcovr --root . --object-directory "$build" --filter "$core" --exclude-throw-branches --exclude-unreachable-branches \
  --print-summary --txt "$build/coverage.txt" "$build" 2>"$build/gcovr.log" || { tail -n 20 "$build/gcovr.log" >&2; exit 1; }
echo "by file: $build/coverage.txt"
