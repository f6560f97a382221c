# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts of this folder and by tests/e2e: start and stop processes by their own pid, make
# certificates, wait for readiness.
set -euo pipefail
peers_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
COUNTERSIGN_PEERS=${COUNTERSIGN_PEERS:-$HOME/.cache/countersign-peers}
export COUNTERSIGN_PEERS
PATH=$COUNTERSIGN_PEERS/bin:$PATH
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost # the peers listen on loopback only

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# usage: print the comment at the head of a script, from its third line to the first line of code
usage() { sed -n '3,${/^#/!q;s/^# \{0,1\}//;p}' "$0"; }

# birth PID: its start time, which tells a reused pid from the process we started
birth() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

alive() { # WORK NAME
  local pid born
  read -r pid born 2>/dev/null <"$1/run/$2.pid" || return 1
  [ -n "$born" ] && [ "$(birth "$pid")" = "$born" ]
}

start() { # WORK NAME COMMAND...
  local work=$1 name=$2
  shift 2
  mkdir -p "$work/run" "$work/log"
  if alive "$work" "$name"; then return; fi
  setsid "$@" >"$work/log/$name.log" 2>&1 </dev/null &
  echo "$! $(birth $!)" >"$work/run/$name.pid"
}

stop() { # WORK NAME
  local pid born
  read -r pid born 2>/dev/null <"$1/run/$2.pid" || return 0
  if alive "$1" "$2"; then
    kill "$pid"
    for _ in {1..100}; do
      if ! alive "$1" "$2"; then break; fi
      sleep 0.1
    done
    if alive "$1" "$2"; then kill -9 "$pid"; fi
  fi
  rm -f "$1/run/$2.pid"
}

stop_all() { # WORK: whatever was started under WORK, and nothing else
  local file
  for file in "$1"/run/*.pid; do
    if [ -e "$file" ]; then stop "$1" "$(basename "$file" .pid)"; fi
  done
}

wait_for() { # WORK NAME COMMAND...: until COMMAND succeeds, while the process NAME lives; at most 60 s
  local work=$1 name=$2
  shift 2
  for _ in {1..600}; do
    sleep 0.1
    if ! alive "$work" "$name"; then
      tail -n 20 "$work/log/$name.log" >&2
      die "$name ended early, see $work/log/$name.log"
    fi
    if "$@" >/dev/null 2>&1; then return; fi
  done
  die "$name is not ready after 60 s, see $work/log/$name.log"
}

free_port() { # [COUNT]: the first of COUNT neighbouring free ports
  python3 "$peers_dir/free_port.py" "$@"
}

make_ca() { # DIR [NAME]: NAME.crt and NAME.key, by default ca
  local name=${2:-ca}
  mkdir -p "$1"
  if [ -f "$1/$name.crt" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=peers $name" \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$1/$name.key" -out "$1/$name.crt" 2>/dev/null
}

make_cert() { # DIR NAME SUBJECT [SAN]: NAME.crt and NAME.key, issued by DIR/ca.crt
  if [ -f "$1/$2.crt" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "$3" \
    -CA "$1/ca.crt" -CAkey "$1/ca.key" -addext basicConstraints=critical,CA:FALSE \
    -addext extendedKeyUsage=serverAuth,clientAuth ${4:+-addext "subjectAltName=$4"} \
    -keyout "$1/$2.key" -out "$1/$2.crt" 2>/dev/null
}
