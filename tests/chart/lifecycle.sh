#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# lifecycle.sh: helm installs, upgrades, rolls back and uninstalls the chart at a real kube-apiserver. What the pods write,
# the Secret and the bundle, survives; pods are made anew only when they must; nothing stays behind. The rights are the least (SUP-07).
#   HELM       helm 3; the peer helm3 by default
#   KUBE_PORT  the API server's port, and the next three; free ones by default
# shellcheck source=../peers/lib.sh
. "$(dirname "$0")/../peers/lib.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
HELM=${HELM:-$COUNTERSIGN_PEERS/bin/helm3}
port=${KUBE_PORT:-$(free_port 4)}
work=$(mktemp -d)
trap '"$peers_dir/down.sh" "$work"; rm -rf "$work"' EXIT
export KUBECONFIG=$work/kubeconfig
failed=0

expect() { # WHAT WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok $1"; else echo "FAIL $1: $3, not $2" && failed=$((failed + 1)); fi
}
helm() { # VERB OPTION...: the release, with the values of deploy/manifests
  "$HELM" "$1" countersign "$root/charts/countersign" -n countersign-system --values "$root/deploy/manifests/values.yaml" \
    "${@:2}" >"$work/helm.out" 2>&1 || { cat "$work/helm.out" && die "helm $1 failed"; }
}
secret() { kubectl -n countersign-system get secret countersign-tls -o jsonpath='{.data.tls\.crt}'; }
bundles() { kubectl get validatingwebhookconfiguration countersign -o jsonpath='{.webhooks[*].clientConfig.caBundle}'; }
generation() { kubectl -n countersign-system get deployment countersign -o jsonpath='{.metadata.generation}'; }
policy() { kubectl get validatingwebhookconfiguration countersign -o jsonpath='{.webhooks[0].failurePolicy}'; }
kept() { # WHEN
  expect "$1: the certificate is still there" bWluZQ== "$(secret)"
  expect "$1: the bundles are still there" "$bundle $bundle" "$(bundles)"
}

"$peers_dir/kube-up.sh" "$work" "$port"
helm install --create-namespace
expect "the Secret is empty at first" "" "$(secret)"
expect "and so are the bundles" "" "$(bundles)"
# SUP-07: what the service account may do.
account=system:serviceaccount:countersign-system:countersign
can() { # ANSWER VERB RESOURCE [OPTION...]
  expect "may it ${*:2}" "$1" "$(kubectl auth can-i "${@:2}" --as "$account" 2>/dev/null || true)"
}
can yes get secrets/countersign-tls -n countersign-system
can yes update secrets/countersign-tls -n countersign-system
can no get secrets/other -n countersign-system
can no list secrets -n countersign-system
can no create secrets -n countersign-system
can no get secrets -n default
can yes get validatingwebhookconfigurations/countersign # SUP-09
can yes patch validatingwebhookconfigurations/countersign
can no patch validatingwebhookconfigurations/other
can no delete validatingwebhookconfigurations/countersign
can no get namespaces
can no create events -n default
expect "the notes say what is next" 1 "$(grep -c 'rollout status deployment/countersign' "$work/helm.out")"

# As the pods do it.
bundle=$(base64 -w0 "$work/pki/ca.crt")
kubectl -n countersign-system patch secret countersign-tls -p '{"data": {"tls.crt": "bWluZQ==", "ca.key": "bWluZQ=="}}' >/dev/null
kubectl patch validatingwebhookconfiguration countersign --type json -p "[
  {\"op\": \"add\", \"path\": \"/webhooks/0/clientConfig/caBundle\", \"value\": \"$bundle\"},
  {\"op\": \"add\", \"path\": \"/webhooks/1/clientConfig/caBundle\", \"value\": \"$bundle\"}]" >/dev/null

before=$(generation)
helm upgrade --set admission.default=deny --set webhook.failurePolicy=Ignore
kept "an upgrade"
expect "what is read again makes no new pods" "$before" "$(generation)"
expect "the configuration is new" 1 "$(kubectl -n countersign-system get configmap countersign -o yaml | grep -c 'default: deny')"
expect "and so is the registration" Ignore "$(policy)"
helm upgrade --set logging.level=debug
kept "another"
expect "what counts from the next start on makes new pods" $((before + 1)) "$(generation)"
"$HELM" rollback countersign 1 -n countersign-system >/dev/null
kept "a rollback"
expect "after it all is as it was" Fail "$(policy)"
helm upgrade --set webhook.enabled=false
kept "switched off"
expect "nobody looks at it then" 0 "$(kubectl -n countersign-system get configmap countersign -o yaml | grep -c 'registration: countersign')"
expect "nothing is judged then" "" "$(kubectl get validatingwebhookconfiguration countersign -o jsonpath='{.webhooks[*].rules}')"
helm upgrade --dry-run=server --set 'registries[0].host=*.azurecr.io'
expect "the notes say how to name registries of a family" 1 "$(grep -c 'azureContainerRegistryEndpoints={NAME.azurecr.io}' "$work/helm.out")"

"$HELM" uninstall countersign -n countersign-system >/dev/null
kinds=deployments,services,configmaps,secrets,serviceaccounts,networkpolicies,poddisruptionbudgets,validatingwebhookconfigurations
kinds=$kinds,roles,rolebindings,clusterroles,clusterrolebindings
left=$(kubectl get "$kinds" -A -l app.kubernetes.io/part-of=countersign -o name)
expect "nothing stays behind" "" "$left"
((failed == 0))
