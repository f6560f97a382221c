#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kube-up.sh WORK PORT: etcd, kube-apiserver and kube-controller-manager on 127.0.0.1:PORT and the next three
# ports. Leaves WORK/kubeconfig, for a cluster administrator. There is no kubelet, so pods stay Pending. Returns
# when the API answers, after about 10 s; down.sh WORK stops all. More flags for the API server, without blanks in
# them: KUBE_APISERVER_FLAGS.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
[ $# = 2 ] || die "usage: kube-up.sh WORK PORT"
mkdir -p "$1"
work=$(cd "$1" && pwd) port=$2
pki=$work/pki
for program in etcd kube-apiserver kube-controller-manager kubectl; do
  command -v $program >/dev/null || die "$program is missing; tests/peers/build.sh cluster builds it"
done

make_ca "$pki"
make_cert "$pki" apiserver /CN=kube-apiserver IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc
make_cert "$pki" admin /O=system:masters/CN=admin
make_cert "$pki" kube-controller-manager /CN=system:kube-controller-manager
if [ ! -f "$pki/sa.key" ]; then openssl ecparam -name prime256v1 -genkey -noout -out "$pki/sa.key"; fi
openssl ec -in "$pki/sa.key" -pubout -out "$pki/sa.pub" 2>/dev/null

kubeconfig() { # FILE USER
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: peers
clusters: [{name: peers, cluster: {server: "https://127.0.0.1:$port", certificate-authority: "$pki/ca.crt"}}]
users: [{name: $2, user: {client-certificate: "$pki/$2.crt", client-key: "$pki/$2.key"}}]
contexts: [{name: peers, context: {cluster: peers, user: $2}}]
YAML
}
kubeconfig "$work/kubeconfig" admin
kubeconfig "$pki/kube-controller-manager.kubeconfig" kube-controller-manager

etcd=http://127.0.0.1:$((port + 1)) etcd_peer=http://127.0.0.1:$((port + 2))
start "$work" etcd etcd --data-dir "$work/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" \
  --listen-peer-urls "$etcd_peer" --initial-advertise-peer-urls "$etcd_peer" --initial-cluster "default=$etcd_peer" \
  --unsafe-no-fsync --log-level warn

read -ra flags <<<"${KUBE_APISERVER_FLAGS:-}"
start "$work" kube-apiserver kube-apiserver "${flags[@]}" --etcd-servers "$etcd" --bind-address 127.0.0.1 --secure-port "$port" \
  --advertise-address 127.0.0.1 --endpoint-reconciler-type none --service-cluster-ip-range 10.96.0.0/16 \
  --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$pki/sa.pub" \
  --service-account-signing-key-file "$pki/sa.key" --authorization-mode RBAC --allow-privileged --profiling=false
kube() { kubectl --kubeconfig "$work/kubeconfig" "$@"; }
wait_for "$work" kube-apiserver kube get --raw /readyz

# Pods need the service account "default" of their namespace, which this one makes.
start "$work" kube-controller-manager kube-controller-manager \
  --kubeconfig "$pki/kube-controller-manager.kubeconfig" --bind-address 127.0.0.1 --secure-port $((port + 3)) \
  --leader-elect=false --use-service-account-credentials \
  --service-account-private-key-file "$pki/sa.key" --root-ca-file "$pki/ca.crt"
wait_for "$work" kube-controller-manager kube get serviceaccount default
