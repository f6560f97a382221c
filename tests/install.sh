#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that building and testing need, where they are missing. As root, or with sudo.
#
#   tests/install.sh build       what the product and the demo are built with
#   tests/install.sh             that, and what the tests use
#   tests/install.sh libraries   what deploy/image/assemble.py takes an image from: the libraries, without compilers
#   tests/install.sh image       what builds and tests the container image without an engine
#   tests/install.sh --check     only says what is missing; ends 1 when something is
#   tests/install.sh --list-libraries   prints these packages
set -euo pipefail

libraries=(
  ca-certificates python3 binutils
  libboost-dev libboost-system-dev libssl-dev libcurl4-openssl-dev nlohmann-json3-dev libyaml-cpp-dev
  libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev
)
build=("${libraries[@]}" cmake ninja-build g++ ccache curl openssl jq)
image=(ca-certificates python3 python3-venv binutils curl openssl buildah mmdebstrap runc)
tests=(
  libgtest-dev libgmock-dev libbenchmark-dev libcpprest-dev libcbor-dev
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19
  shellcheck git gcovr apache2-utils wrk python3-venv python3-yaml
)

usage() { sed -n '3,11s/^# \{0,1\}//p' "$0"; }

wanted=("${build[@]}" "${tests[@]}")
only_check=no
case ${1-} in
  "") ;;
  build) wanted=("${build[@]}") ;;
  libraries) wanted=("${libraries[@]}") ;;
  image) wanted=("${image[@]}") ;;
  --list-libraries) printf '%s\n' "${libraries[@]}"; exit 0 ;;
  --check) only_check=yes ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "install: nothing is missing"
  exit 0
fi
echo "install: missing: ${missing[*]}"
[[ $only_check == no ]] || exit 1

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "install: run as root, or install these packages by hand" >&2; exit 2; }
  as_root=(sudo)
fi
command -v apt-get >/dev/null || { echo "install: this is not Debian 12; the packages are listed in tests/install.sh" >&2; exit 2; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "install: failed: $*" >&2; exit 2; }; }
quietly "${as_root[@]}" apt-get update
quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
echo "install: done"
