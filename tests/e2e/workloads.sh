#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# workloads.sh BINARY WORK: both entries of `BINARY serve` before a real kube-apiserver: pods are judged, what makes
# pods is only warned of; and what was there before, controllers and other people's webhooks meet them. Prints a line
# for each check; suite.py counts them.
# shellcheck source=cluster.sh
. "$(dirname "$0")/cluster.sh"
case ${1:-} in
--help | -h) usage && exit ;;
esac
[ $# = 2 ] || die "usage: workloads.sh BINARY WORK"
prepare "$1" "$2" 8 # beside those of cluster.sh: injector.py, a registry
here=$(cd "$(dirname "$0")" && pwd)
audit=$work/audit.log late=127.0.0.1:$((port + 7))

# warned NAME PART COMMAND...: it ends with 0, and kubectl shows a warning of ours that contains PART
warned() {
  local name=$1 part=$2 said
  shift 2
  if said=$("$@" 2>&1) && [[ $said = *'Warning: countersign: would deny: SIGNATURE_NOT_FOUND '*"$part"* ]]; then
    ok "$name"
  else
    fail "$name" "$said"
  fi
}

# silent NAME COMMAND...: it ends with 0, and there is no warning
silent() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1) && [[ $said != *Warning* ]]; then ok "$name"; else fail "$name" "$said"; fi
}

# holds NAME FILE PATTERN...: within 10 s a line of the file has all of the patterns
holds() {
  local name=$1 file=$2 lines=''
  shift 2
  for _ in {1..50}; do
    lines=$(cat "$file")
    for pattern in "$@"; do lines=$(grep -F -- "$pattern" <<<"$lines" || true); done
    if [ -n "$lines" ]; then ok "$name" && return; fi
    sleep 0.2
  done
  fail "$name" "no line of $file has $*"
}

entry() { # NAME PATH FAILURE-POLICY RULES
  cat <<YAML
- name: $1.countersign.test
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: $3
  timeoutSeconds: 10
  clientConfig:
    url: https://127.0.0.1:$((port + 4))/$2
    caBundle: $(base64 -w0 "$work/pki/ca.crt")
  namespaceSelector:
    matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]
  rules:
$4
YAML
}

rule() { # GROUP RESOURCES
  echo "  - {apiGroups: ['$1'], apiVersions: [v1], operations: [CREATE, UPDATE], scope: Namespaced, resources: [$2]}"
}

controllers() {
  rule "" podtemplates,replicationcontrollers
  rule apps deployments,replicasets,statefulsets,daemonsets
  rule batch jobs,cronjobs
}

register() { # FAILURE-POLICY: of the entry that judges
  kube apply -f - >/dev/null <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: countersign}
webhooks:
$(entry images validate "$1" "$(rule "" pods,pods/ephemeralcontainers,pods/resize)")
$(entry advice advise Ignore "$(controllers)")
YAML
}

register_others() { # the webhooks of injector.py
  kube apply -f - >/dev/null <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector}
webhooks:
$(entry sidecar sidecar Fail "$(rule "" pods)" | sed "s|:$((port + 4))/|:$((port + 6))/|")
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: recorder}
webhooks:
$(entry record record Fail "$(rule "" "pods,pods/ephemeralcontainers,pods/resize"; controllers)" | sed "s|:$((port + 4))/|:$((port + 6))/|")
YAML
}

manifest() { # KIND NAME IMAGE: of a workload with one container
  local group=apps/v1 template
  template="{metadata: {labels: {app: $2}}, spec: {restartPolicy: Always, containers: [{name: c, image: \"$3\"}]}}"
  case $1 in
  ReplicationController | PodTemplate) group=v1 ;;
  Job | CronJob) group=batch/v1 template=${template/Always/Never} ;;
  esac
  printf 'apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n' "$group" "$1" "$2"
  case $1 in
  PodTemplate) echo "template: $template" ;;
  ReplicationController) echo "spec: {replicas: 0, selector: {app: $2}, template: $template}" ;;
  Job) echo "spec: {template: $template}" ;;
  CronJob) echo "spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: {template: $template}}}" ;;
  *) echo "spec: {selector: {matchLabels: {app: $2}}, template: $template}" ;;
  esac
}

# shellcheck disable=SC2317 # called by way of warned and silent
apply() { manifest "$@" | kube apply -f -; }

# shellcheck disable=SC2317
pod() { # NAME IMAGE LABELS MORE-OF-THE-SPEC
  kube apply -f - <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1, labels: {${3:-}}}
spec: {containers: [{name: c, image: "$2", resources: {requests: {cpu: 100m}}}]${4:-}}
YAML
}

# What the kubelet would report of every pod that waits. $1: Running or Succeeded
report() {
  local name ready=True
  if [ "$1" = Succeeded ]; then ready=False; fi
  for name in $(kube get pods --selector "$2" -o "jsonpath={.items[?(@.status.phase=='Pending')].metadata.name}"); do
    kube patch pod "$name" --subresource=status -p \
      "{\"status\":{\"phase\":\"$1\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"$ready\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}" >/dev/null 2>&1 || true
  done
}

# reported NAME PHASE SELECTOR PART COMMAND...: while pods are reported, the output comes to contain PART
reported() {
  local name=$1 phase=$2 selector=$3 part=$4 said=''
  shift 4
  for _ in {1..60}; do
    report "$phase" "$selector"
    said=$("$@" 2>&1) || true
    if [[ $said = *"$part"* ]]; then ok "$name" && return; fi
    sleep 0.5
  done
  fail "$name" "$said"
}

# shellcheck disable=SC2317
resized() { kube patch pod "$1" --subresource=resize -p '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"200m"}}}]}}'; }
# shellcheck disable=SC2317
without_finalizers() { kube patch pod "$1" --type=merge -p '{"metadata":{"finalizers":null}}'; }
# shellcheck disable=SC2317
metric_lines() { kube get --raw /metrics | grep '^apiserver_admission_webhook' | grep countersign.test; }

cat >"$work/audit.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
YAML
KUBE_APISERVER_FLAGS="--audit-policy-file=$work/audit.yaml --audit-log-path=$audit" "$peers_dir/kube-up.sh" "$work" "$port"
python3 "$here/schema.py" "$here/../data/kube/pod-schema.txt" <(kube get --raw /openapi/v3/api/v1) # ADM-20

configure
sed 's|"demo.local/demo/hello"|"*"|' "$demo/trustpolicy.json" >"$work/trustpolicy.json"
sed -i "s|$demo/trustpolicy.json|$work/trustpolicy.json|; s|^  rules:|&\n    - {name: late, images: [\"$late/**\"], action: verify}|
  s|^registries:|&\n  - {host: \"$late\", plainHttp: true, allowAddresses: [127.0.0.1]}|" "$work/countersign.yaml"
serve
start "$work" injector python3 "$here/injector.py" $((port + 6)) "$work/pki/webhook.crt" "$work/pki/webhook.key" "$work/reviews" "$unsigned"
wait_for "$work" injector curl -sf --cacert "$work/pki/ca.crt" "https://127.0.0.1:$((port + 6))/"

# There before the webhook, and never judged.
allowed "a pod before the webhook" pod old "$unsigned"
allowed "gets a finalizer" kube patch pod old --type=merge -p '{"metadata":{"finalizers":["example.com/keep"]}}'
allowed "a Deployment before the webhook" kube create deployment old --image="$unsigned"
soon "has its pod" old- kube get pods --selector app=old -o name
register Fail
register_others
soon "the API server takes up the webhook" denied kube run probe --image="$unsigned" --dry-run=server

for kind in Deployment ReplicaSet StatefulSet DaemonSet ReplicationController PodTemplate Job CronJob; do
  field=spec.template.spec.containers
  case $kind in PodTemplate) field=template.spec.containers ;; CronJob) field=spec.jobTemplate.spec.template.spec.containers ;; esac
  warned "kubectl apply of an unsigned $kind warns" "$field" apply $kind "bad-${kind,,}" "$unsigned"
  silent "and not of a signed $kind" apply $kind "good-${kind,,}" "$signed"
done
# AW-94
warned "kubectl create deployment warns" "spec.template.spec.containers[0].image $unsigned" kube create deployment bad --image="$unsigned"
soon "and the event of its ReplicaSet has our denial" 'images.countersign.test' kube get events \
  --field-selector reason=FailedCreate -o "jsonpath={.items[?(@.involvedObject.kind=='ReplicaSet')].message}"
warned "so does a server-side dry run" spec.template kube create deployment dry --image="$unsigned" --dry-run=server
warned "kubectl set image to the unsigned one warns" spec.template kube set image deployment/good-deployment c="$unsigned"
silent "and not back to the signed one" kube set image deployment/good-deployment c="$signed"

# AW-63, AW-68, AW-107: what changes no image is left in peace
silent "a finalizer of an unsigned pod is taken off" without_finalizers old
silent "an unsigned pod is labelled" kube label pod old colour=blue
silent "an unsigned Deployment is scaled" kube scale deployment/old --replicas=0
silent "annotated" kube annotate deployment/old note=x
silent "paused" kube rollout pause deployment/old
silent "and resumed" kube rollout resume deployment/old
silent "an unsigned pod is resized" resized old
allowed "a signed pod" pod big "$signed"
silent "a signed pod is resized" resized big
silent "a signed Deployment is restarted" kube rollout restart deployment/good-deployment
reported "and comes up again" Running app=good-deployment 'successfully rolled out' kube rollout status deployment/good-deployment --timeout=1s
silent "it gets an autoscaler" kube autoscale deployment/good-deployment --min=3 --max=5 --cpu=50%
soon "which scales it up" 3 kube get deployment good-deployment -o 'jsonpath={.spec.replicas}'
reported "to three pods" Running app=good-deployment 3 kube get deployment good-deployment -o 'jsonpath={.status.readyReplicas}'
reported "a signed Job ends" Succeeded app=good-job 1 kube get job good-job -o 'jsonpath={.status.succeeded}'
silent "a signed StatefulSet is scaled" kube scale statefulset/good-statefulset --replicas=2
reported "starts in order" Running app=good-statefulset 2 kube get statefulset good-statefulset -o 'jsonpath={.status.readyReplicas}'
silent "is restarted" kube rollout restart statefulset/good-statefulset
reported "and rolls in order" Running app=good-statefulset 'complete' kube rollout status statefulset/good-statefulset --timeout=1s

# AW-106
denied "an unsigned image volume" 'spec.volumes[0].image.reference' pod volume "$signed" '' ", volumes: [{name: v, image: {reference: \"$unsigned\"}}]"
silent "a signed image volume" pod volume "$signed" '' ", volumes: [{name: v, image: {reference: \"$signed\"}}]"
# AW-105
denied "a sidecar that a mutating webhook injects" 'spec.containers[1].image' pod mutated "$signed" 'sidecar: yes-please'
silent "a pod that it leaves alone" pod untouched "$signed"
if said=$(pod unwanted "$signed" 'sidecar: yes-please, unwanted: yes-please' 2>&1); then
  fail "a pod that another webhook denies at the same time" "$said"
else
  holds "another webhook denies at the same time, and ours all the same" "$audit" '"name":"unwanted"' '"images.countersign.test/decision":"deny"' \
    "spec.containers[1].image $unsigned"
fi

# AW-109: before anything fails open
said=$(metric_lines)
if grep -q 'admission_duration_seconds_count{name="images.countersign.test",.*type="validating"} [1-9]' <<<"$said" &&
  grep -q 'admission_duration_seconds_count{name="advice.countersign.test"' <<<"$said" && ! grep -q fail_open <<<"$said"; then
  ok "the API server's metrics have our names and no failed-open call"
else
  fail "the API server's metrics" "$said"
fi
# AW-108
holds "the audit log has why a pod was denied" "$audit" '"images.countersign.test/decision":"deny"' \
  '"images.countersign.test/reason":"SIGNATURE_NOT_FOUND"' '"level":"Metadata"' "$unsigned"
holds "and on whose signature one was allowed" "$audit" '"images.countersign.test/decision":"allow"' \
  '"images.countersign.test/verified":"' "$signed"
holds "and what was advised" "$audit" '"advice.countersign.test/decision":"warn"' '"resource":"deployments"'

# AW-30: the registry is away for three seconds, and nobody but kubectl does anything
"$peers_dir/registry-up.sh" --kind distribution "$work" late $((port + 7))
oras copy --recursive --from-oci-layout "$demo/layout:signed" --to-plain-http "$late/demo/hello:signed" >"$work/log/oras.log" 2>&1
stop "$work" late
started=$SECONDS
kube run later --image="$late/demo/hello:signed" >"$work/later.out" 2>&1 &
sleep 3
if kube get pod later >/dev/null 2>&1; then fail "the pod waits for its registry" "it is there"; else ok "the pod waits for its registry"; fi
"$peers_dir/registry-up.sh" --kind distribution "$work" late $((port + 7))
if wait $!; then ok "kubectl run succeeds by itself after $((SECONDS - started)) s"; else fail "kubectl run by itself" "$(cat "$work/later.out")"; fi

# AW-97
register Ignore
stop "$work" countersign
soon "with failurePolicy Ignore and nobody there an unsigned pod gets in" created kube run open --image="$unsigned"
holds "and the audit log says that it failed open" "$audit" 'failed-open.validating.webhook.admission.k8s.io/round_0_index_' '"name":"open"'
serve
denied "with the webhook back it is denied" 'spec.containers[0].image' kube run closed --image="$unsigned"
