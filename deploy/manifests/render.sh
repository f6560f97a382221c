#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# render.sh [--check]: writes countersign.yaml, what charts/countersign gives with values.yaml of this folder; for who
# installs without Helm. --check only says whether it is current. HELM names helm 3; the peer helm3 by default.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
HELM=${HELM:-${COUNTERSIGN_PEERS:-$HOME/.cache/countersign-peers}/bin/helm3}
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
{
  echo "# Made by deploy/manifests/render.sh from charts/countersign; change values.yaml and render again."
  echo "# kubectl create namespace countersign-system, replace what belongs to acme, and kubectl apply -f countersign.yaml."
  # Helm 4 ends each document with a line that Helm 3 lacks.
  "$HELM" template countersign "$here/../../charts/countersign" --namespace countersign-system --kube-version 1.28.0 --no-hooks \
    --values "$here/values.yaml" | awk '/^ *$/ {held = held $0 "\n"; next} {if ($0 != "---") printf "%s", held; held = ""; print}'
} >"$fresh"
case ${1:-} in
--check)
  diff -u "$here/countersign.yaml" "$fresh" || { echo "manifests: countersign.yaml is not current; deploy/manifests/render.sh mends it" >&2; exit 1; }
  echo "manifests: current"
  ;;
"") cp "$fresh" "$here/countersign.yaml" ;;
*) sed -n '3,5s/^# //p' "$0" >&2 && exit 2 ;;
esac
