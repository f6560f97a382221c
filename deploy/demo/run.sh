#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [--keep] [--binary FILE]: see Countersign admit one signed image and refuse an unsigned one.
#
# Installs what is missing (Debian packages, as root or with sudo), builds the program, starts it over TLS on
# loopback with the configuration beside this script, and posts what the Kubernetes API server would post for two
# pods. Exit status 0 only when exactly the signed image was allowed. Needs no cluster, registry or cloud account.
#
#   --keep          leave the server running afterwards, and tell how to go on
#   --binary FILE   use this program instead of building one
#   --help          this text
set -euo pipefail
usage() { sed -n '3,${/^#/!q;s/^# \{0,1\}//;p}' "$0"; }
die() { echo "demo: $*" >&2 && exit 1; }

keep=no binary=
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=yes ;;
  --binary) binary=$(realpath -e "${2:?--binary needs a file}") && shift ;;
  --help | -h) usage && exit ;;
  *) die "unknown argument $1 (see --help)" ;;
  esac
  shift
done
demo=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$demo/../.." && pwd)

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

build() {
  if [ -x "$root/tests/install.sh" ]; then
    step "Install what is missing"
    "$root/tests/install.sh" build || die "the Debian packages could not be installed, see above"
  fi
  step "Build (the first time takes some minutes)"
  cmake -S "$root" -B "$root/build/release" --preset release >"$work/configure.log" 2>&1 ||
    { tail -n 20 "$work/configure.log" >&2 && die "cmake could not configure the build, see above"; }
  cmake --build "$root/build/release" --target countersign || die "the build failed, see above"
  binary=$root/build/release/countersign
}

serving_certificate() { # tls/ca.crt, which the clients trust, and tls/tls.crt with its key, which it issued
  mkdir tls
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=demo authority" \
    -addext keyUsage=critical,keyCertSign -keyout tls/ca.key -out tls/ca.crt 2>/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=countersign" \
    -CA tls/ca.crt -CAkey tls/ca.key -addext basicConstraints=critical,CA:FALSE \
    -addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout tls/tls.key -out tls/tls.crt 2>/dev/null
}

free_port() { # FIRST: the first port from FIRST on that nobody listens on
  local port=$1
  while (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

start() {
  port=$(free_port 8443) admin=$(free_port 9090)
  sed -i "s/127.0.0.1:8443/127.0.0.1:$port/; s/127.0.0.1:9090/127.0.0.1:$admin/" countersign.yaml
  "$binary" serve --config "$work/countersign.yaml" >server.log 2>&1 </dev/null &
  server=$!
  for _ in {1..100}; do
    kill -0 "$server" 2>/dev/null || { cat server.log >&2 && die "the server ended, see above"; }
    if curl -sf --noproxy '*' "http://127.0.0.1:$admin/readyz" >/dev/null; then return; fi
    sleep 0.1
  done
  cat server.log >&2
  die "the server was not ready after 10 s, see above"
}

verdict() { # ANSWER: "allowed: true", or "allowed: false CODE STATUS", where the code is SIGNATURE_NOT_FOUND or "other"
  jq -r '.response | if .allowed == true then "allowed: true" else "allowed: false " +
    "\(if .status.message | contains("SIGNATURE_NOT_FOUND") then "SIGNATURE_NOT_FOUND" else "other" end) \(.status.code)"
    end' "$1"
}

ask() { # NAME EXPECTED: post NAME.json, print question, answer and verdict
  step "Pod with the $1 image"
  echo "  request (as the API server sends it): $(grep -o '"image": "[^"]*"' "$1.json")"
  curl -sS --noproxy '*' --max-time 15 --cacert tls/ca.crt -H 'Content-Type: application/json' --data-binary "@$1.json" \
    "https://localhost:$port/validate?timeout=10s" -o "$1.answer" || die "no answer, see $work/server.log"
  echo "  answer:"
  jq . "$1.answer" | sed 's/^/  /'
  local message line said
  message=$(jq -r '.response.status.message // empty' "$1.answer")
  if [ -n "$message" ]; then
    echo "  what the user of kubectl reads:"
    while IFS= read -r line; do echo "    $line"; done <<<"$message"
  fi
  said=$(verdict "$1.answer")
  if [ "$said" = "$2" ]; then
    echo "  ${green}as it should be: $said${plain}"
  else
    echo "  ${red}WRONG: $said, not $2${plain}"
    wrong=$((wrong + 1))
  fi
}

work=$(mktemp -d) server='' wrong=0
clean_up() {
  if [ "$keep" = yes ] && [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then return; fi
  if [ -n "$server" ] && kill "$server" 2>/dev/null; then wait "$server" || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'keep=no; exit 130' INT TERM

if [ -z "$binary" ]; then build; fi
for program in openssl curl jq; do
  command -v $program >/dev/null || die "$program is missing"
done
cp -r "$demo"/{countersign.yaml,trustpolicy.json,trust,layout,signed.json,unsigned.json} "$work"
cd "$work"
step "Start the webhook"
serving_certificate
start
echo "  https://localhost:$port/validate, configuration $demo/countersign.yaml"

ask signed "allowed: true"
ask unsigned "allowed: false SIGNATURE_NOT_FOUND 403"

if [ "$keep" = yes ]; then
  step "The server is still running"
  cat <<TEXT
  curl --cacert $work/tls/ca.crt -H 'Content-Type: application/json' \\
    --data-binary @$work/unsigned.json https://localhost:$port/validate
  curl http://127.0.0.1:$admin/metrics
  less $work/server.log
  kill $server; rm -r $work    # the end
TEXT
fi
[ "$wrong" = 0 ] || die "$wrong of 2 answers are wrong"
step "${green}The signed image may run, the unsigned one may not.${plain}"
