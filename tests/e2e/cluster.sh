# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts that run `BINARY serve` beside a real kube-apiserver. The images are those of deploy/demo.
# shellcheck source=../peers/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../peers/lib.sh"
# shellcheck disable=SC2034 # for those scripts
signed=demo.local/demo/hello:signed
# shellcheck disable=SC2034
unsigned=demo.local/demo/hello:unsigned
demo=$(cd "$peers_dir/../../deploy/demo" && pwd)

prepare() { # BINARY WORK PORTS: so many; API server, etcd twice, controller manager, webhook, its admin endpoint, more
  binary=$1
  mkdir -p "$2"
  work=$(cd "$2" && pwd)
  port=$(free_port "$3")
  trap 'stop_all "$work"' EXIT
}

kube() { kubectl --kubeconfig "$work/kubeconfig" "$@"; }
ok() { echo "ok   $1"; }
fail() { echo "FAIL $1: $(tr '\n' ' ' <<<"$2")"; }

# allowed NAME COMMAND...: it ends with 0
allowed() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then ok "$name"; else fail "$name" "$said"; fi
}

# denied NAME PART COMMAND...: kubectl ends with 1, and shows a denial of ours that contains PART
denied() {
  local name=$1 part=$2 said status=0
  shift 2
  said=$("$@" 2>&1) || status=$?
  if [ $status = 1 ] && [[ $said = *'webhook "images.countersign.test" denied the request'* ]] &&
    [[ $said = *SIGNATURE_NOT_FOUND* ]] && [[ $said = *"$part"* ]]; then
    ok "$name"
  else
    fail "$name" "exit $status: $said"
  fi
}

# soon NAME PART COMMAND...: within 30 s the output contains PART
soon() {
  local name=$1 part=$2 said=''
  shift 2
  for _ in {1..150}; do
    said=$("$@" 2>&1) || true
    if [[ $said = *"$part"* ]]; then ok "$name" && return; fi
    sleep 0.2
  done
  fail "$name" "$said"
}

configure() { # the demo's configuration, with the ports of this run
  make_cert "$work/pki" webhook /CN=webhook IP:127.0.0.1,DNS:localhost
  sed "s|127.0.0.1:8443|127.0.0.1:$((port + 4))|; s|127.0.0.1:9090|127.0.0.1:$((port + 5))|
    s|tls/tls|$work/pki/webhook|g; s|trustpolicy.json|$demo/&|; s|trust/demo.pem|$demo/&|; s|ociLayout: |&$demo/|" \
    "$demo/countersign.yaml" >"$work/countersign.yaml"
}

serve() {
  start "$work" countersign "$binary" serve --config "$work/countersign.yaml"
  wait_for "$work" countersign curl -sf "http://127.0.0.1:$((port + 5))/readyz"
}
