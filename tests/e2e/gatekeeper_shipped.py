# SPDX-License-Identifier: Apache-2.0
"""The files of deploy/gatekeeper in a real Gatekeeper: before Countersign, and before a scripted provider that answers as no
provider should. What is no acceptance is no admission, whatever it lacks."""
import base64
import json

import yaml
from gatekeeper_asking import ENTRY
from gatekeeper_templates import constraint
from recorder import Recorder, json_answer
from reviews import ALLOWED, containers, workload
from stack import PEERS, free_port, until

FILES = PEERS.parent.parent / "deploy/gatekeeper"
KIND = "CountersignImages"
SAID = {"version": "0.2.0", "isSuccess": True, "traceID": "scripted", "timestamp": "2026-01-01T00:00:00Z",
        "verifierReports": [{"name": "notation", "type": "notation", "isSuccess": True, "message": ""}]}
REFUSED = SAID | {"isSuccess": False, "verifierReports": [{"isSuccess": False, "message": "UNTRUSTED: scripted"}]}
NOT_ACCEPTED = "Countersign has not accepted it"


def without(value, *names):
    return {name: member for name, member in value.items() if name not in names}


def item(key, value):
    return {"key": key, "value": value}


# By the name of the image: what the provider says of its key (items, system error), and what the pod's author reads.
GAPS = {
    "missing-item": (lambda key: ([], ""), NOT_ACCEPTED),
    "no-verdict": (lambda key: ([item(key, without(SAID, "isSuccess"))], ""), NOT_ACCEPTED),
    "null-verdict": (lambda key: ([item(key, SAID | {"isSuccess": None})], ""), NOT_ACCEPTED),
    "verdict-in-words": (lambda key: ([item(key, SAID | {"isSuccess": "true"})], ""), NOT_ACCEPTED),
    "verdict-of-ratify-2": (lambda key: ([item(key, {"succeeded": True, "timestamp": "x"})], ""), NOT_ACCEPTED),
    "empty-value": (lambda key: ([item(key, {})], ""), NOT_ACCEPTED),
    "text-for-a-value": (lambda key: ([item(key, "true")], ""), NOT_ACCEPTED),
    "false": (lambda key: ([item(key, REFUSED)], ""), "UNTRUSTED: scripted (trace scripted)"),
    "false-without-trace": (lambda key: ([item(key, without(REFUSED, "timestamp", "traceID"))], ""), "UNTRUSTED: scripted"),
    "false-without-reports": (lambda key: ([item(key, without(REFUSED, "verifierReports"))], ""), NOT_ACCEPTED),
    "false-without-messages": (lambda key: ([item(key, REFUSED | {"verifierReports": [{"isSuccess": False}]})], ""), NOT_ACCEPTED),
    "error": (lambda key: ([{"key": key, "error": "BAD_REFERENCE: scripted"}], ""), "BAD_REFERENCE: scripted"),
    "stray-error": (lambda key: ([item(key, SAID), {"key": "stray", "error": "scripted"}], ""), "stray: scripted"),
    "another-key": (lambda key: ([item(key + "x", SAID)], ""), NOT_ACCEPTED),
    "another-case": (lambda key: ([item(key.upper(), SAID)], ""), NOT_ACCEPTED),
    "system-error": (lambda key: ([item(key, SAID)], "scripted"), "Countersign could not judge: scripted"),
    "system-error-alone": (lambda key: ([], "scripted"), "Countersign could not judge: scripted")}


# What a template with the three rules of Ratify's admits of that.
ADMITTED_ELSEWHERE = {"missing-item", "no-verdict", "null-verdict", "verdict-in-words", "verdict-of-ratify-2", "empty-value", "text-for-a-value",
                      "false-without-trace", "false-without-reports", "false-without-messages", "another-key", "another-case"}


class Loose(Recorder):
    """Keys that none of GAPS names are accepted."""

    def answer(self, heard):
        items, errors = [], [""]
        for key in json.loads(heard.body)["request"]["keys"]:
            name = key.partition("/")[2].partition(":")[0]
            some, error = GAPS[name][0](key) if name in GAPS else ([item(key, SAID)], "")
            items += some
            errors.append(error)
        return json_answer(200, {"apiVersion": "externaldata.gatekeeper.sh/v1beta1", "kind": "ProviderResponse",
                                 "response": {"idempotent": True, "items": items, "systemError": max(errors)}})


def shipped(name):
    return yaml.safe_load((FILES / name).read_text())


def provider(stage, name, url):
    thing = shipped("provider.yaml")
    thing["metadata"]["name"] = name
    thing["spec"] |= {"url": url, "caBundle": base64.b64encode(stage.ca.read_bytes()).decode()}
    return thing


def constrain(stage, name, namespace, **parameters):
    """A constraint for one namespace, beside the shipped one."""
    thing = shipped("constraint.yaml")
    thing["metadata"]["name"] = name
    thing["spec"]["match"] |= {"namespaces": [namespace]}
    thing["spec"]["parameters"] |= parameters
    stage.cluster.apply(thing)


def volume(image):
    return {"volumes": [{"name": "data", "image": {"reference": image}}]}


def set_up(stage):
    """As they are shipped, but for the address and the authority of the Provider. In `shipped` is a pod that is older."""
    cluster = stage.cluster
    for namespace in ("shipped", "countersign-system"):
        cluster.add_namespace(namespace)
    cluster.kubectl("-n", "shipped", "run", "old", f"--image={stage.image('unsigned')}")
    cluster.kubectl("apply", "-f", FILES / "template.yaml")
    cluster.apply(provider(stage, "ratify-provider", f"https://127.0.0.1:{stage.port}{ENTRY}"))
    until(30, lambda: cluster.kubectl("get", "crd", f"{KIND.lower()}.constraints.gatekeeper.sh", ok=None).returncode == 0)
    until(30, lambda: cluster.kubectl("apply", "-f", FILES / "constraint.yaml", ok=None).returncode == 0)
    stage.wait_for_denials("shipped", stage.image("tampered"))
    # Gatekeeper may be asked about more than it is by default.
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["pods"]},
             {"apiGroups": ["", "apps", "batch"], "apiVersions": ["v1"], "operations": ["CREATE"],
              "resources": ["podtemplates", "deployments", "cronjobs", "services"]}]
    cluster.kubectl("patch", "validatingwebhookconfiguration", "gatekeeper", "--type=json", "-p", json.dumps(
        [{"op": "add", "path": "/webhooks/0/rules/-", "value": rule} for rule in rules]))


def check_shipped(stage):
    set_up(stage)
    signed, unsigned = stage.image("signed"), stage.image("unsigned")
    run = lambda *images, **spec: stage.run_pod("shipped", *images, **spec)[0]
    stage.expect("shipped: a signed image", run(signed), ALLOWED)
    stage.expect("shipped: the same image everywhere", run(signed, signed, initContainers=containers(signed, prefix="i"), **volume(signed)), ALLOWED)
    stage.expect("shipped: an unsigned image, with our reason", run(unsigned), f"containers c0: image {unsigned}: SIGNATURE_NOT_FOUND", "(trace ")
    stage.expect("shipped: a stranger's signature", run(stage.image("stranger")), "UNTRUSTED")
    stage.expect("shipped: an unsigned init container", run(signed, initContainers=containers(unsigned, prefix="i")),
                 f"initContainers i0: image {unsigned}: SIG")
    stage.expect("shipped: an unsigned image volume", run(signed, **volume(unsigned)), f"volumes data: image {unsigned}: SIGNATURE_NOT_FOUND")
    said = run(signed, unsigned, signed)
    stage.expect("shipped: one of three unsigned", said, f"containers c1: image {unsigned}")
    stage.checks.check("shipped: the others are not blamed", "they are" if signed in said.split("denied the request")[-1] else "")
    stage.expect("shipped: a registry that nobody listed", run("registry.example/a:1"), "REGISTRY_NOT_ALLOWED")
    stage.expect("shipped: what is no reference", run("UPPER/a"), "BAD_REFERENCE")
    check_updates(stage, signed, unsigned)
    stage.expect("shipped: the namespace of Countersign is outside", stage.run_pod("countersign-system", unsigned)[0], ALLOWED)
    stage.expect("shipped: keys carry the namespace", run("registry.example/spaced:1"), "REGISTRY_NOT_ALLOWED")
    asked = [json.loads(line) for line in stage.server.log().splitlines() if "registry.example/spaced:1" in line]
    stage.checks.check("shipped: and the rules of that namespace count", "" if any(line.get("namespace") == "shipped" for line in asked) else str(asked))
    stage.cluster.kubectl("delete", KIND.lower(), "signed-images")
    stage.checks.check("without the constraint all is open", "" if until(60, lambda: run(unsigned) == ALLOWED) else run(unsigned))


def check_updates(stage, signed, unsigned):
    """Of a pod that would not be let in today: what changes no image is no business of ours."""
    def kubectl(*command):
        done = stage.cluster.kubectl("-n", "shipped", *command, ok=None)
        return ALLOWED if done.returncode == 0 else (done.stdout + done.stderr).strip()
    stage.expect("shipped: an older pod gets a label", kubectl("label", "pod", "old", "colour=blue"), ALLOWED)
    stage.expect("shipped: an older pod gets another bad image", kubectl("set", "image", "pod/old", f"old={stage.image('stranger')}"),
                 f"containers old: image {stage.image('stranger')}: UNTRUSTED")
    stage.expect("shipped: an older pod gets a signed image", kubectl("set", "image", "pod/old", f"old={signed}"), ALLOWED)
    stage.expect("shipped: and not the old one back", kubectl("set", "image", "pod/old", f"old={unsigned}"), "SIGNATURE_NOT_FOUND")
    stage.expect("shipped: kubectl debug with an unsigned image", kubectl("debug", "old", f"--image={unsigned}", "--container=spy"),
                 f"ephemeralContainers spy: image {unsigned}: SIGNATURE_NOT_FOUND")
    stage.expect("shipped: kubectl debug with a signed image", kubectl("debug", "old", f"--image={signed}", "--container=spy"), ALLOWED)
    stage.expect("shipped: a pod can be deleted", kubectl("delete", "pod", "old", "--grace-period=0", "--force"), ALLOWED)


def check_gaps(stage):
    with Loose(stage.pair) as loose:
        stage.cluster.apply(provider(stage, "loose", f"https://127.0.0.1:{loose.server_port}/"),
                            provider(stage, "gone", f"https://127.0.0.1:{free_port()}/"))
        for name, parameters in (("gaps", {"provider": "loose"}), ("gone", {"provider": "gone"}), ("nobody", {"provider": "nobody"}),
                                 ("workloads", {"provider": "loose", "namespaced": False})):
            stage.cluster.add_namespace(name)
            constrain(stage, name, name, **parameters)
            stage.wait_for_denials(name, "registry.example/missing-item:0")
        run = lambda namespace, *images: stage.run_pod(namespace, *images)[0]
        stage.expect("gaps: what the provider accepts", run("gaps", "registry.example/good:1"), ALLOWED)
        for gap, (_, part) in GAPS.items():
            stage.expect(f"gaps: {gap}", run("gaps", f"registry.example/{gap}:1"), part)
            stage.expect(f"gaps: {gap}, beside a good one", run("gaps", "registry.example/good:1", f"registry.example/{gap}:2"), part)
        stage.expect("gaps: the provider is down", run("gone", "registry.example/good:1"), "Countersign could not judge: ")
        stage.expect("gaps: there is no such provider", run("nobody", "registry.example/good:1"), "Countersign could not judge: ")
        check_workloads(stage)
        check_three_rules(stage)


def check_three_rules(stage):
    """That the gaps are some: the same answers before a template that asks what speaks against an image."""
    stage.cluster.add_namespace("three-rules")
    stage.cluster.apply(constraint("ThreeRules", "three-rules", provider="loose"))
    stage.wait_for_denials("three-rules", "registry.example/false:4")
    admitted = {gap for gap in GAPS if stage.run_pod("three-rules", f"registry.example/{gap}:5")[0] == ALLOWED}
    stage.checks.equal("a template with three rules admits", admitted, ADMITTED_ELSEWHERE)
    stage.expect("and a bad image volume", stage.run_pod("three-rules", "registry.example/good:5", **volume("registry.example/false:6"))[0], ALLOWED)


def check_workloads(stage):
    """Where the constraint names what makes pods; keys without the namespace."""
    def create(kind, image):
        spec = {"restartPolicy": "Never" if kind == "CronJob" else "Always", "containers": containers(image)}
        thing, _ = workload(kind, spec)
        thing["metadata"]["namespace"] = "workloads"
        inner = {"CronJob": lambda: thing["spec"]["jobTemplate"]["spec"]["template"], "Deployment": lambda: thing["spec"]["template"],
                 "PodTemplate": lambda: thing["template"]}[kind]()
        inner["metadata"] = {"labels": {"app": "web"}}
        thing.get("spec", {}).update({"Deployment": {"selector": {"matchLabels": {"app": "web"}}}, "CronJob": {"schedule": "0 0 1 1 *"}}.get(kind, {}))
        done = stage.cluster.kubectl("create", "--dry-run=server", "-f", "-", ok=None, input=json.dumps(thing))
        return ALLOWED if done.returncode == 0 else (done.stdout + done.stderr).strip()
    kinds = [{"apiGroups": ["apps", "batch", ""], "kinds": ["Deployment", "CronJob", "PodTemplate", "Service"]}]
    change = {"spec": {"match": {"kinds": kinds}}}
    stage.cluster.kubectl("patch", KIND.lower(), "workloads", "--type=merge", "-p", json.dumps(change))
    until(30, lambda: create("Deployment", "registry.example/missing-item:1") != ALLOWED)
    for kind in ("Deployment", "CronJob", "PodTemplate"):
        stage.expect(f"a good {kind}", create(kind, "registry.example/good:3"), ALLOWED)
        stage.expect(f"a bad {kind}", create(kind, "registry.example/false:3"), "containers c0: image registry.example/false:3: UNTRUSTED: scripted")
    service = stage.cluster.kubectl("-n", "workloads", "create", "service", "clusterip", "web", "--tcp=80", "--dry-run=server", ok=None)
    stage.expect("a kind that has no pod", service.stderr, "no pod is found in the object")
