#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh [OPTIONS] OUT: builds deploy/Dockerfile without an engine and without a registry, by buildah on a base that
# mmdebstrap makes out of Debian's packages. As root. What it needs is installed by `tests/install.sh image`.
#
#   --binary FILE   take this program, compiled on Debian 12; otherwise the program is compiled in the image (10 minutes)
#   --store DIR     where buildah keeps the base, for the next time; ${COUNTERSIGN_IMAGES:-~/.cache/countersign-images}
#   --base IMAGE    another base of Debian 12 than the one that is made; a name that buildah can pull or has
#   --help          this text
#
# OUT gets layout/ (an OCI layout), rootfs/ (the image's files, to run the program of the image as a process) and
# provenance.json (what it was made from). Prints the image's digest, sizes and what takes the space. Ends 3 when no base
# could be made.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

die() { echo "build.sh: $*" >&2; exit 1; }
usage() { sed -n '3,${/^#/!q;s/^# \{0,1\}//;p}' "$0"; }

binary='' base='' store=${COUNTERSIGN_IMAGES:-$HOME/.cache/countersign-images}
while (($# > 0)); do
  case $1 in
  --binary) binary=$(realpath -e "${2:?--binary needs a file}") && shift ;;
  --store) store=${2:?--store needs a folder} && shift ;;
  --base) base=${2:?--base needs an image} && shift ;;
  --help | -h) usage && exit ;;
  -*) die "no option is called $1 (--help lists them)" ;;
  *) break ;;
  esac
  shift
done
(($# == 1)) || die "usage: build.sh [OPTIONS] OUT"
for program in buildah mmdebstrap; do
  command -v $program >/dev/null || die "$program is missing; tests/install.sh image installs it"
done
mkdir -p "$1" "$store"
out=$(cd "$1" && pwd) store=$(cd "$store" && pwd)
rm -rf "$out/layout" "$out/rootfs"
work=$(mktemp -d)
buildah() { command buildah --storage-driver vfs --root "$store/images" --runroot "$store/run" "$@"; }
trap 'rm -rf "$work"' EXIT

# The base has the libraries already, so that a build needs no network. It is made anew each week, for the security updates.
make_base() {
  local container file=$work/base.tar
  base=localhost/countersign-base:$(date -u +%G-%V)-$("$root/tests/install.sh" --list-libraries | cksum | cut -d' ' -f1)
  if buildah inspect --type image "$base" >/dev/null 2>&1; then return; fi
  echo "build.sh: making a base of Debian 12"
  mmdebstrap --quiet --variant=minbase --mode=root --include="$("$root/tests/install.sh" --list-libraries | paste -sd,)" \
    bookworm "$file" || { echo "build.sh: mmdebstrap can't make a base, see above; it needs a Debian mirror" >&2 && exit 3; }
  { buildah rm --all && buildah rmi --all --force; } >/dev/null 2>&1 || true # last week's, and what failed builds left
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$file" / >/dev/null
  buildah commit --quiet --rm "$container" "$base" >/dev/null
  rm "$file"
}

# What .dockerignore lets through, so that a binary from elsewhere can stand where the Dockerfile looks for it.
context=$root
arguments=()
if [ -n "$binary" ]; then
  context=$work/context
  mkdir -p "$context/tests" "$context/deploy" "$context/build/release"
  cp "$root/LICENSE" "$root/.dockerignore" "$context/"
  cp "$root/tests/install.sh" "$context/tests/"
  cp -r "$root/deploy/image" "$context/deploy/"
  cp "$binary" "$context/build/release/countersign"
  arguments+=(--build-arg BINARY=build/release/countersign)
fi

commit=$(git -C "$root" describe --always --abbrev=40 --dirty --exclude='*' 2>/dev/null || echo unknown)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
version=$(sed -n 's/^project(countersign VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
arguments+=(--build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" --build-arg VERSION="$version" --build-arg REVISION="$commit")

build() { # TAG
  buildah build --quiet --isolation chroot --no-cache --identity-label=false --format oci --timestamp "$SOURCE_DATE_EPOCH" \
    --build-arg BASE="$base" "${arguments[@]}" --file "$root/deploy/Dockerfile" --tag "$1" "$context" >"$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2 && die "buildah failed, see above"; }
}

digests() { # FILE LIST: the digests of that list
  python3 -c 'import json, sys; print(*(each["digest"][7:] for each in json.load(open(sys.argv[1]))[sys.argv[2]]))' "$@"
}

unpack() { # the layers of OUT/layout; there are no whiteouts on scratch
  local manifest layer
  mkdir "$out/rootfs"
  manifest=$(digests "$out/layout/index.json" 'manifests')
  for layer in $(digests "$out/layout/blobs/sha256/$manifest" 'layers'); do
    tar -xz --same-owner --same-permissions -f "$out/layout/blobs/sha256/$layer" -C "$out/rootfs"
  done
}

report() {
  local digest
  digest=$(digests "$out/layout/index.json" manifests)
  echo "image sha256:$digest"
  echo "size  $(du -s --apparent-size -B1 "$out/rootfs" | cut -f1) bytes unpacked," \
    "$(du -s --apparent-size -B1 "$out/layout/blobs" | cut -f1) compressed"
  (cd "$out/rootfs" && find . -type f -printf '%s %P\n' | sort -rn | sed -n '1,12s/^/      /p')
}

[ -n "$base" ] || make_base
build "localhost/countersign:$$"
buildah push --quiet "localhost/countersign:$$" "oci:$out/layout:$version"
buildah rmi "localhost/countersign:$$" >/dev/null
unpack
python3 "$root/deploy/image/provenance.py" "$out" "$commit" ${binary:+"$binary"} >"$out/provenance.json"
report
