#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh [NAME|TIER...]: build the real programs that the tests talk to from their sources on the Go module
# proxy, into $COUNTERSIGN_PEERS/bin (by default ~/.cache/countersign-peers/bin); one comes out of Debian's
# package, which is not installed. peers.txt lists names and tiers; without arguments "default" and "cluster" are
# built, "long" only by its name. What is there already, from the same pinned versions and the same compiler, stays.
# Cold, on two cores: the tier "default" takes 2 minutes, "cluster" 8 more, "long" 6 more.
#
#   --list     names and tiers, and which are built
#   --clean    drop the compiler's caches (up to 11 GB); the programs stay
#   --help     this text
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Everything this script leaves behind is in one folder.
export GOCACHE=$COUNTERSIGN_PEERS/go/build GOMODCACHE=$COUNTERSIGN_PEERS/go/modules
export CGO_ENABLED=0 GOFLAGS='-mod=readonly -modcacherw'

stamp() { # FOLDER: what a binary depends on; a package of a stable release changes only for its security
  if [ "$1" = debian ]; then echo debian && return; fi
  (cd "$peers_dir/go/$1" && { sha256sum ./*; go env GOVERSION; } | sha256sum)
}

built() { # NAME FOLDER
  [ -x "$COUNTERSIGN_PEERS/bin/$1" ] && [ "$(cat "$COUNTERSIGN_PEERS/stamp/$1" 2>/dev/null)" = "$(stamp "$2")" ]
}

from_debian() { # PACKAGE FILE: the program of that name, without the service that installing it would start
  local folder status=0
  folder=$(mktemp -d)
  (cd "$folder" && apt-get download -qq "$1" >log 2>&1 && dpkg -x ./*.deb . && cp "usr/bin/$1" "$2") || status=$?
  if [ $status != 0 ]; then cat "$folder/log" >&2; fi
  rm -rf "$folder"
  return $status
}

from_source() { # FOLDER PACKAGE FILE
  cd "$peers_dir/go/$1" && go build -trimpath -ldflags "$(link_flags "$1")" -o "$3" "$2"
}

link_flags() { # FOLDER: Kubernetes reads its own version from the linker
  local version
  echo -n '-s -w'
  version=$(sed -n 's|^require k8s.io/kubernetes v||p; s|^\tk8s.io/kubernetes v\([0-9.]*\).*|\1|p' "$peers_dir/go/$1/go.mod" | head -n 1)
  if [ -z "$version" ]; then return; fi
  local major=${version%%.*} minor=${version#*.}
  local package=k8s.io/component-base/version
  echo -n " -X $package.gitVersion=v$version -X $package.gitMajor=$major -X $package.gitMinor=${minor%%.*}"
}

failed_to() { # WHAT; false, so that the caller can give up
  say "cannot $1"
  failed=1
  return 1
}

build() { # NAME FOLDER PACKAGE
  local began=$SECONDS binary=$COUNTERSIGN_PEERS/bin/$1
  if built "$1" "$2"; then return; fi
  printf '%-24s building ...\n' "$1"
  if [ "$2" = debian ]; then
    from_debian "$3" "$binary.new" || failed_to "get $1, see above; it needs apt-get and a Debian mirror" || return 0
  else
    (from_source "$2" "$3" "$binary.new") || failed_to "build $1, see above; it needs the Go module proxy" || return 0
  fi
  mv "$binary.new" "$binary"
  stamp "$2" >"$COUNTERSIGN_PEERS/stamp/$1"
  printf '%-24s %4d s %4d MB\n' "$1" $((SECONDS - began)) $(($(stat -c %s "$binary") / 1000000))
}

rows() { grep -v '^#' "$peers_dir/peers.txt"; }

case ${1:-} in
--help | -h)
  usage
  exit
  ;;
--list)
  while read -r name tier folder _; do
    printf '%-24s %-8s %s\n' "$name" "$tier" "$(built "$name" "$folder" && echo built || echo -)"
  done < <(rows)
  exit
  ;;
--clean)
  rm -rf "${COUNTERSIGN_PEERS:?}/go"
  exit
  ;;
-*) die "no option is called $1 (--help lists them)" ;;
esac

command -v go >/dev/null || die "no Go compiler found; the peers are built from source with it"
mkdir -p "$COUNTERSIGN_PEERS/bin" "$COUNTERSIGN_PEERS/stamp"
exec 9>"$COUNTERSIGN_PEERS/lock"
flock 9 # two at once would build the same thing twice
for wanted in "$@"; do
  rows | awk -v w="$wanted" '$1 == w || $2 == w {found = 1} END {exit !found}' ||
    die "no peer and no tier is called $wanted (--list shows them)"
done
failed=0
if [ $# = 0 ]; then set -- default cluster; fi
while read -r name tier folder package; do
  if [[ " $* " = *" $name "* ]] || [[ " $* " = *" $tier "* ]]; then build "$name" "$folder" "$package"; fi
done < <(rows)
exit $failed
