#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# gatekeeper-up.sh WORK PORT: Gatekeeper beside the API server that kube-up.sh started under WORK, on 127.0.0.1:PORT
# and the next two ports, with its webhook for pods: 3 s and failurePolicy Fail. External data is on; its answers are
# kept for 3 minutes, as by default (GATEKEEPER_TTL changes it). It shows WORK/pki/gatekeeper/tls.crt to providers
# that ask for a certificate; its authority is in the Secret where Gatekeeper keeps it. GATEKEEPER_HOSTS, a file as
# /etc/hosts, tells it where Services are; that needs root. Returns when it is ready; templates, constraints and
# providers are the caller's.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
[ $# = 2 ] || die "usage: gatekeeper-up.sh WORK PORT"
work=$(cd "$1" && pwd) port=$2
pki=$work/pki
export KUBECONFIG=$work/kubeconfig
for program in gatekeeper kubectl; do
  command -v $program >/dev/null || die "$program is missing; tests/peers/build.sh cluster long builds it"
done
[ -f "$KUBECONFIG" ] || die "no API server was started under $work; kube-up.sh does it"

# The manifests are part of Gatekeeper's module; a Deployment and its Service are of no use without a kubelet.
export GOMODCACHE=$COUNTERSIGN_PEERS/go/modules GOFLAGS='-mod=readonly -modcacherw'
module=$(cd "$peers_dir/go/gatekeeper" && go mod download -json github.com/open-policy-agent/gatekeeper/v3 |
  sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
[ -f "$module/deploy/gatekeeper.yaml" ] || die "Gatekeeper's module is not to be had; it needs the Go module proxy"
awk -v RS='\n---\n' -v ORS='\n---\n' '/(^|\n)kind: (CustomResourceDefinition|ServiceAccount|(Cluster)?Role(Binding)?)\n/' \
  "$module/deploy/gatekeeper.yaml" >"$work/gatekeeper.yaml"
kubectl create namespace gatekeeper-system >/dev/null
kubectl apply --server-side -f "$work/gatekeeper.yaml" >/dev/null
wait_for "$work" kube-apiserver kubectl -n gatekeeper-system get serviceaccount default
kubectl -n gatekeeper-system run gatekeeper --image=none >/dev/null # the owner of its status objects

mkdir -p "$pki/gatekeeper"
make_cert "$pki" gatekeeper/tls /CN=gatekeeper IP:127.0.0.1,DNS:gatekeeper-webhook-service.gatekeeper-system.svc
kubectl -n gatekeeper-system create secret generic gatekeeper-webhook-server-cert --from-file="$pki/ca.crt" \
  --from-file="$pki/gatekeeper/tls.crt" --from-file="$pki/gatekeeper/tls.key" >/dev/null
resolving=()
if [ -n "${GATEKEEPER_HOSTS:-}" ]; then
  # shellcheck disable=SC2016 # for the inner shell
  resolving=(unshare --mount bash -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$GATEKEEPER_HOSTS")
fi
start "$work" gatekeeper "${resolving[@]}" env POD_NAMESPACE=gatekeeper-system POD_NAME=gatekeeper gatekeeper \
  --port "$port" --host 127.0.0.1 --health-addr "127.0.0.1:$((port + 1))" --prometheus-port $((port + 2)) \
  --cert-dir "$pki/gatekeeper" --disable-cert-rotation --enable-external-data --kubeconfig "$KUBECONFIG" \
  --external-data-provider-response-cache-ttl "${GATEKEEPER_TTL:-3m}" \
  --operation webhook --operation generate --operation status --operation mutation-status
wait_for "$work" gatekeeper curl -sf "http://127.0.0.1:$((port + 1))/readyz"

kubectl apply -f - >/dev/null <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gatekeeper}
webhooks:
- name: validation.gatekeeper.sh
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 3
  clientConfig: {url: "https://127.0.0.1:$port/v1/admit", caBundle: $(base64 -w0 "$pki/ca.crt")}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, pods/ephemeralcontainers]}]
YAML
