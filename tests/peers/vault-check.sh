#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vault-check.sh [--require]: start the vault of vault-up.sh and drive it with Microsoft's own Python SDK (vault-check.py),
# so that it does not drift from what real clients accept. The SDK comes from PyPI, once, into a virtual environment
# beside the peers. Where it can't be had the check is skipped with a visible line; with --require that is a failure.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

skipped=0
case ${1:-} in
'') ;;
--require) skipped=1 ;;
--help | -h) usage && exit ;;
*) die "no option is called $1 (--help lists them)" ;;
esac
venv=$COUNTERSIGN_PEERS/python/vault-check

have_sdk() {
  local wanted=$peers_dir/vault-check.txt log=$COUNTERSIGN_PEERS/python/vault-check.log
  if cmp -s "$wanted" "$venv/wanted.txt"; then return; fi
  rm -rf "$venv" && mkdir -p "${venv%/*}"
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --retries 1 --requirement "$wanted"; } >"$log" 2>&1 || return 1
  cp "$wanted" "$venv/wanted.txt"
}

if ! command -v vault >/dev/null; then
  echo "skip vault-check: vault is not built (tests/peers/build.sh vault)" && exit $skipped
fi
if ! have_sdk; then
  echo "skip vault-check: no SDK: $(tail -n 1 "$COUNTERSIGN_PEERS/python/vault-check.log")" && exit $skipped
fi
work=$(mktemp -d)
trap 'stop_all "$work"; rm -rf "$work"' EXIT
port=$(free_port 2)
"$peers_dir/vault-up.sh" --page-size 3 "$work" vault "$port"
"$venv/bin/python" "$peers_dir/vault-check.py" "$work" "$port"
