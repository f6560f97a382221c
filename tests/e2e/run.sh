#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [OPTIONS] [PART...]: the whole program against real registries, the Notation CLI and a real API server,
# and against clients and registries that misbehave. Everything is on loopback. One line per check, "ok" or "FAIL"
# and what; the last line counts. Ends 0 when nothing failed.
#
#   PART             registries, matrix, indexes, costs, mirrors, secrets, cluster, vap, transports, differential,
#                    pods, rules, requests, replicas, overload, clients, faults, chaos, changes, configuration, azure,
#                    documents, signing, plugin, pipelines, gatekeeper, kubernetes, workloads; all by default
#   --binary FILE    the program; build/release/countersign, else build/dev/countersign
#   --client FILE    the second client; build/{release,dev}/tests/e2e/e2e_client
#   --require        what is missing is a failure, not a skipped check
#   --keep           keep the work folder with logs and data (it stays after a failure, too)
#   --help           this text
#
# The peers come from tests/peers/build.sh, which builds them into ${COUNTERSIGN_PEERS:-~/.cache/countersign-peers}.
# shellcheck source=../peers/lib.sh
. "$(dirname "$0")/../peers/lib.sh"
root=$(cd "$peers_dir/../.." && pwd)

binary='' client='' options=() parts=()
while [ $# -gt 0 ]; do
  case $1 in
  --binary) binary=$(realpath -e "${2:?--binary needs a file}") && shift ;;
  --client) client=$(realpath -e "${2:?--client needs a file}") && shift ;;
  --require | --keep) options+=("$1") ;;
  --help | -h) usage && exit ;;
  -*) die "no option is called $1 (--help lists them)" ;;
  *) parts+=("$1") ;;
  esac
  shift
done

first_program() { # FILE...: the first that can be run
  local file
  for file in "$@"; do
    if [ -x "$file" ]; then echo "$file" && return; fi
  done
}
if [ -z "$binary" ]; then
  binary=$(first_program "$root/build/release/countersign" "$root/build/dev/countersign")
  [ -n "$binary" ] || die "no program to test; cmake --workflow --preset release builds it"
fi
if [ -z "$client" ]; then client=$(first_program "$root"/build/{release,dev}/tests/e2e/e2e_client); fi
exec python3 "$(dirname "$0")/suite.py" --binary "$binary" ${client:+--client "$client"} "${options[@]}" "${parts[@]}"
