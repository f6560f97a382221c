# SPDX-License-Identifier: Apache-2.0
"""AdmissionReviews as the API server sends them, and what it demands of an answer."""
import json
import uuid

ALLOWED = "allowed"
RETRY = {"REGISTRY_UNAVAILABLE", "REGISTRY_THROTTLED", "DEADLINE_EXCEEDED", "OVERLOADED", "TRUST_STORE_EMPTY", "TRUST_STORE_STALE",
         "KEY_VAULT_UNAVAILABLE", "AZURE_IDENTITY_UNAVAILABLE", "NAMESPACE_UNAVAILABLE"}


def containers(*images, prefix="c"):
    return [{"name": f"{prefix}{number}", "image": image} for number, image in enumerate(images)]


def pod(*images, **spec):
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"containers": containers(*images), **spec}}


# Group, version, resource, and where the pod stands.
RESOURCES = {"Pod": ("", "v1", "pods", ""),
             "PodTemplate": ("", "v1", "podtemplates", "template."),
             "ReplicationController": ("", "v1", "replicationcontrollers", "spec.template."),
             "Deployment": ("apps", "v1", "deployments", "spec.template."),
             "ReplicaSet": ("apps", "v1", "replicasets", "spec.template."),
             "StatefulSet": ("apps", "v1", "statefulsets", "spec.template."),
             "DaemonSet": ("apps", "v1", "daemonsets", "spec.template."),
             "Job": ("batch", "v1", "jobs", "spec.template."),
             "CronJob": ("batch", "v1", "cronjobs", "spec.jobTemplate.spec.template."),
             "Rollout": ("argoproj.io", "v1alpha1", "rollouts", "spec.template.")}


def workload(kind, spec):
    """(object, prefix of its pod's fields) around the spec of a pod."""
    group, version, _, prefix = RESOURCES[kind]
    inner = {"spec": spec}
    for name in reversed(prefix.split(".")[:-1]):
        inner = {name: inner}
    return {"kind": kind, "apiVersion": f"{group}/{version}".lstrip("/"), "metadata": {"name": "web", "namespace": "shop"}} | inner, prefix


def review_of(thing, old=None):
    """Of an object of any of these kinds; with the old one, of its update."""
    group, version, resource, _ = RESOURCES[thing["kind"]]
    kind = {"group": group, "version": version, "kind": thing["kind"]}
    resource = {"group": group, "version": version, "resource": resource}
    return review(thing, old, "CREATE" if old is None else "UPDATE", kind=kind, resource=resource, requestKind=kind, requestResource=resource)


def review(thing, old=None, operation="CREATE", subresource=None, **request):
    resource = {"group": "", "version": "v1", "resource": "pods"}
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    full = {"uid": str(uuid.uuid4()), "kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource,
            "name": "web", "namespace": "shop", "operation": operation,
            "userInfo": {"username": "alice", "groups": ["system:authenticated"]},
            "object": thing, "oldObject": old, "dryRun": False,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"}}
    if subresource:
        full |= {"subResource": subresource, "requestSubResource": subresource}
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": full | request}


def judge(reply, asked, expected, path=None):
    """What is wrong with the answer to the review `asked`: `expected` is ALLOWED, or the code (or codes) of a denial;
    `path` (or each of a list) must be named by the denial. The rules are those of the API server's own check of a v1 answer."""
    wrong = []
    if reply.status != 200:
        return [f"HTTP {reply.status}: {reply.body[:200]!r}"]
    if reply.content_type.partition(";")[0] != "application/json":
        wrong.append(f"content type {reply.content_type!r}")
    try:
        answer = json.loads(reply.body)
    except ValueError as error:
        return [f"not JSON: {error}"]
    if (answer.get("apiVersion"), answer.get("kind")) != ("admission.k8s.io/v1", "AdmissionReview"):
        wrong.append(f"apiVersion {answer.get('apiVersion')!r}, kind {answer.get('kind')!r}")
    response = answer.get("response")
    if not isinstance(response, dict):
        return wrong + ["no response"]
    if response.get("uid") != asked["request"]["uid"]:
        wrong.append(f"uid {response.get('uid')!r}")
    if {"patch", "patchType"} & response.keys():  # AW-02
        wrong.append("a validating webhook may not send a patch")
    if not isinstance(response.get("allowed"), bool):
        return wrong + [f"allowed is {response.get('allowed')!r}"]
    return wrong + (judge_allowed(response) if expected == ALLOWED else judge_denied(response, expected, path))


def advised(reply, asked, part):
    """What is wrong with the advice: `part` is in the only warning, or None for no warning."""
    wrong = judge(reply, asked, ALLOWED)
    warnings = [] if wrong else json.loads(reply.body)["response"].get("warnings", [])
    if len(warnings) != (part is not None) or any(part not in each or not each.startswith("countersign: ") for each in warnings):
        wrong.append(f"warnings {warnings}, not {part!r}")
    return wrong


def judge_allowed(response):
    if not response["allowed"]:
        return [f"denied: {response.get('status', {}).get('message')}"]
    return ["allowed with a status"] if response.get("status") else []  # AW-36


def judge_denied(response, expected, path):
    if response["allowed"]:
        return ["ALLOWED"]
    codes = {expected} if isinstance(expected, str) else set(expected)
    status = response.get("status", {})
    message = status.get("message", "")
    causes = status.get("details", {}).get("causes", [])
    named = {cause.get("reason") for cause in causes} & codes
    wrong = []
    if not any(code in message for code in codes):
        wrong.append(f"the message has none of {sorted(codes)}: {message}")
    if len(message.encode()) > 2048:
        wrong.append(f"a message of {len(message.encode())} bytes")
    retry = bool(codes & RETRY) and status.get("code") == 429
    outside = (429, "TooManyRequests") if retry else (403, "Forbidden")
    if (status.get("code"), status.get("reason")) != outside:
        wrong.append(f"code {status.get('code')}, reason {status.get('reason')}")
    if codes <= RETRY and not retry:
        wrong.append("a transient denial without 429")
    if retry != ("retryAfterSeconds" in status.get("details", {})):  # AW-29
        wrong.append(f"retryAfterSeconds {status.get('details', {}).get('retryAfterSeconds')!r}")
    if status.get("status") != "Failure":
        wrong.append(f"status {status.get('status')!r}")
    if causes and not named:
        wrong.append(f"the causes have none of {sorted(codes)}: {causes}")
    for each in [path] if isinstance(path, str) else path or []:
        if each not in message or each not in [cause.get("field") for cause in causes]:
            wrong.append(f"{each} is not named in message and causes: {message}")
    return wrong
