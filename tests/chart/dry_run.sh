#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dry_run.sh: a real kube-apiserver takes what the chart renders in every mode, and says no warning (AW-122); a namespace
# with Pod Security `restricted` admits the pods (AW-123). Kinds of others, ServiceMonitor and the like, have stub CRDs.
#   HELM       helm 3; the peer helm3 by default
#   KUBE_PORT  the API server's port, and the next three; free ones by default
# shellcheck source=../peers/lib.sh
. "$(dirname "$0")/../peers/lib.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
HELM=${HELM:-$COUNTERSIGN_PEERS/bin/helm3}
port=${KUBE_PORT:-$(free_port 4)}
work=$(mktemp -d)
trap '"$peers_dir/down.sh" "$work"; rm -rf "$work"' EXIT
failed=0
export KUBECONFIG=$work/kubeconfig

crd() { # GROUP VERSION KIND PLURAL SCOPE
  kubectl apply -f - >/dev/null <<YAML
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: $4.$1}
spec:
  group: $1
  scope: $5
  names: {kind: $3, plural: $4}
  versions:
    - name: $2
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
YAML
}

check() { # NAME VALUES-FILE...: every object is taken, and nothing is said
  local name=$1 values=()
  shift
  for file in "$@"; do values+=(--values "$file"); done
  "$HELM" template countersign "$here/../../charts/countersign" --namespace restricted --kube-version 1.37.0 "${values[@]}" >"$work/$name.yaml"
  if ! kubectl apply --dry-run=server -f "$work/$name.yaml" >"$work/$name.out" 2>&1 || grep -i warning "$work/$name.out"; then
    echo "FAIL $name" && cat "$work/$name.out" && failed=$((failed + 1))
    return
  fi
  echo "ok $name: $(wc -l <"$work/$name.out") objects"
}

"$peers_dir/kube-up.sh" "$work" "$port"
kubectl create namespace shop >/dev/null
kubectl create namespace restricted >/dev/null
# A Deployment only gets a warning where its pods would be refused; a pod, as the one of helm test, is refused.
kubectl label namespace restricted pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted >/dev/null
crd externaldata.gatekeeper.sh v1beta1 Provider providers Cluster
crd monitoring.coreos.com v1 ServiceMonitor servicemonitors Namespaced
crd monitoring.coreos.com v1 PrometheusRule prometheusrules Namespaced
crd cert-manager.io v1 Certificate certificates Namespaced
kubectl wait --for=condition=Established crd --all >/dev/null
kubectl -n restricted wait --for=create serviceaccount/default --timeout=30s >/dev/null
# Dry runs leave none for the pod.
kubectl apply -f - >/dev/null <<YAML
apiVersion: v1
kind: ServiceAccount
metadata: {name: countersign, namespace: restricted}
YAML
if kubectl -n restricted run any --image=any --dry-run=server >/dev/null 2>&1; then
  echo "FAIL control: the namespace admits a pod that is not restricted" && failed=1
fi

for values in "$here"/values/*.yaml; do
  check "$(basename "$values" .yaml)" "$here/../../deploy/manifests/values.yaml" "$values"
done
((failed == 0))
