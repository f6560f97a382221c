#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [NAME...]: renders the chart with real helm in many ways and asks the real program whether it accepts each
# configuration. NAME as unittest has it (test_ratify.Ratify.test_the_usual_command); all by default.
#   HELM         helm 3; the peer helm3 by default
#   COUNTERSIGN  the program; build/release/countersign, else build/dev/countersign
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
HELM=${HELM:-${COUNTERSIGN_PEERS:-$HOME/.cache/countersign-peers}/bin/helm3}
if [ -z "${COUNTERSIGN:-}" ]; then
  COUNTERSIGN=$root/build/release/countersign
  [ -x "$COUNTERSIGN" ] || COUNTERSIGN=$root/build/dev/countersign
fi
export HELM COUNTERSIGN PYTHONDONTWRITEBYTECODE=1
for program in "$HELM" "$COUNTERSIGN"; do
  command -v "$program" >/dev/null || { echo "chart: $program is missing" >&2; exit 1; }
done
cd "$here"
if [ $# = 0 ]; then
  python3 -m unittest discover --pattern 'test_*.py'
  "$root/deploy/manifests/render.sh" --check
else
  python3 -m unittest "$@"
fi
