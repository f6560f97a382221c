#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kubernetes.sh BINARY WORK: a real kube-apiserver calls `BINARY serve` for every pod; kubectl shows what its user
# sees. The images are those of deploy/demo, because there is no kubelet that would pull them. Prints a line for
# each check; suite.py counts them.
# shellcheck source=cluster.sh
. "$(dirname "$0")/cluster.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
[ $# = 2 ] || die "usage: kubernetes.sh BINARY WORK"
prepare "$1" "$2" 6

register() { # as the chart will do it: every pod but those of kube-system, and deny when nobody answers
  kube apply -f - >/dev/null <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: countersign}
webhooks:
- name: images.countersign.test
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 10
  clientConfig:
    url: https://127.0.0.1:$((port + 4))/validate
    caBundle: $(base64 -w0 "$work/pki/ca.crt")
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE, UPDATE]
    resources: [pods, pods/ephemeralcontainers]
  namespaceSelector:
    matchExpressions:
    - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
YAML
}

# shellcheck disable=SC2317 # called by way of allowed and denied
pod_with_init() { # NAME INIT-IMAGE
  kube apply -f - <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  initContainers: [{name: prepare, image: "$2"}]
  containers: [{name: hello, image: "$signed"}]
YAML
}

# shellcheck disable=SC2317
replaced() { # INIT-IMAGE: of a pod that is there
  kube get pod early -o json | sed "s|\"image\": \"$signed\"|\"image\": \"$1\"|" >"$work/early.json"
  kube replace --force -f "$work/early.json"
}

"$peers_dir/kube-up.sh" "$work" "$port"
configure
serve
register
soon "the API server takes up the webhook" denied kube run probe --image="$unsigned" --dry-run=server

# AW-93
allowed "kubectl run of the signed image" kube run signed --image="$signed"
denied "kubectl run says Error from server (Forbidden)" 'Error from server (Forbidden): ' kube run unsigned --image="$unsigned"
denied "kubectl run of the unsigned image names the field" 'spec.containers[0].image' kube run unsigned --image="$unsigned"
denied "an unsigned init container" 'spec.initContainers[0].image' pod_with_init late "$unsigned" # ADM-01
allowed "a signed init container" pod_with_init early "$signed"
# AW-95, ADM-02
denied "kubectl debug with the unsigned image" 'spec.ephemeralContainers[0].image' kube debug signed --image="$unsigned" --container=spy
allowed "kubectl debug with the signed image" kube debug signed --image="$signed" --container=help
denied "kubectl set image to the unsigned one" 'spec.containers[0].image' kube set image pod/signed signed="$unsigned"
allowed "kubectl label" kube label pod/signed colour=blue
denied "kubectl replace --force with the unsigned image" 'spec.initContainers[0].image' replaced "$unsigned"
# AW-103
denied "a server-side dry run of the unsigned image" "$unsigned" kube run dry --image="$unsigned" --dry-run=server
# The controller's event has our message.
allowed "a Deployment of the unsigned image can be made" kube create deployment bad --image="$unsigned"
soon "its ReplicaSet says why there are no pods" SIGNATURE_NOT_FOUND kube get events --field-selector reason=FailedCreate \
  -o 'jsonpath={.items[*].message}'
allowed "a Deployment of the signed image can be made" kube create deployment good --image="$signed"
soon "and has its pod" good- kube get pods --selector app=good -o name
allowed "a pod can be deleted" kube delete pod signed --grace-period=0 --force
# AW-96: nobody answers, so nothing new runs; then all is well again
stop "$work" countersign
soon "without the webhook the signed image is refused, too" 'failed calling webhook' kube run orphan --image="$signed"
allowed "pods of kube-system may start without it" kube --namespace kube-system run system --image="$unsigned"
serve
soon "with the webhook back the signed image runs" created kube run orphan --image="$signed"
