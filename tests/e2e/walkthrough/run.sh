#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [OPTIONS]: the walk-through, from a certificate in Key Vault to helm uninstall, step by step as a user sees it;
# walkthrough.py --help tells what is real in it. Needs root, for the mounts of a pod. Ends 0 when every step went well.
#
#   --gatekeeper     the other way in: Gatekeeper asks, with the Provider of the chart and the template and constraint of
#                    deploy/gatekeeper (behind_gatekeeper.py --help)
#   --binary FILE    the program; build/release/countersign, else build/dev/countersign
#   --image FOLDER   run it from these files, as deploy/image/build.sh leaves them, instead of from a handful of copies
#   --require        what the machine lacks is a failure, not a skipped walk
#   --help           this text
# shellcheck source=../../peers/lib.sh
. "$(dirname "$0")/../../peers/lib.sh"
root=$(cd "$peers_dir/../.." && pwd)

binary='' options=() require=no walk=walkthrough needed=()
while [ $# -gt 0 ]; do
  case $1 in
  --binary) binary=$(realpath -e "${2:?--binary needs a file}") && shift ;;
  --image) options+=(--image "$(realpath -e "${2:?--image needs a folder}")") && shift ;;
  --gatekeeper) walk=behind_gatekeeper needed=(gatekeeper) ;;
  --require) require=yes ;;
  --help | -h) usage && exit ;;
  *) die "no option is called $1 (--help lists them)" ;;
  esac
  shift
done

lacking() { # WHAT
  echo "skip the walk-through ($walk): $1"
  if [ $require = yes ]; then exit 1; fi
  exit 0
}
for program in helm3 kubectl kube-apiserver kube-controller-manager etcd notation oras ociregistry vault "${needed[@]}"; do
  command -v "$program" >/dev/null || lacking "$program is missing; tests/peers/build.sh default cluster long builds it"
done
unshare --mount true 2>/dev/null || lacking "mounts are not allowed here"
for file in "$root"/build/{release,dev}/countersign; do
  if [ -z "$binary" ] && [ -x "$file" ]; then binary=$file; fi
done
[ -n "$binary" ] || die "no program to test; cmake --workflow --preset release builds it"
exec python3 "$(dirname "$0")/$walk.py" --binary "$binary" "${options[@]}"
