# SPDX-License-Identifier: Apache-2.0
"""What the API server may send: every place of an image, every operation, odd but legal reviews."""
import copy
import json
import pathlib
import re
import time

from reviews import ALLOWED, advised, containers, judge, pod, review, review_of, workload

UNSIGNED = "SIGNATURE_NOT_FOUND"


def places(good, bad):
    """(name, review, expected, path)"""
    yield "an unsigned init container", review(pod(good, initContainers=containers(bad, prefix="i"))), UNSIGNED, "spec.initContainers[0].image"  # ADM-01
    sidecar = [containers(bad)[0] | {"name": "s", "restartPolicy": "Always"}]
    yield "an unsigned sidecar", review(pod(good, initContainers=sidecar)), UNSIGNED, "spec.initContainers[0].image"  # ADM-04
    volume = [{"name": "data", "emptyDir": {}}, {"name": "model", "image": {"reference": bad}}]
    yield "an unsigned image volume", review(pod(good, volumes=volume)), UNSIGNED, "spec.volumes[1].image.reference"  # ADM-03
    ephemeral = pod(good, ephemeralContainers=containers(bad, prefix="debug"))
    yield "kubectl debug with an unsigned image", review(ephemeral, pod(good), "UPDATE", "ephemeralcontainers"), UNSIGNED, \
        "spec.ephemeralContainers[0].image"  # ADM-02
    yield "one signed, one unsigned container", review(pod(good, bad)), UNSIGNED, "spec.containers[1].image"  # ADM-19
    yield "an update to an unsigned image", review(pod(bad), pod(good), "UPDATE"), UNSIGNED, "spec.containers[0].image"
    going = pod(bad)
    going["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/x"]}
    yield "an update of a pod that goes away", review(going, pod(good), "UPDATE"), UNSIGNED, None  # ADM-06
    yield "two containers that swap images", review(pod(bad, good), pod(good, bad), "UPDATE"), UNSIGNED, None  # AW-64
    yield "an update without the old object", review(pod(bad), None, "UPDATE"), UNSIGNED, None  # AW-67


KINDS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "PodTemplate")


def workloads(good, bad):
    """What makes pods is judged as its pod. ADM-12, AW-44, AW-46"""
    volume = [{"name": "model", "image": {"reference": bad}}]
    for kind in KINDS:
        thing, prefix = workload(kind, pod(good)["spec"])
        yield f"a signed {kind}", review_of(thing), ALLOWED, None
        for name, spec, field in (("container", pod(good, bad)["spec"], "containers[1].image"),
                                  ("init container", pod(good, initContainers=containers(bad, prefix="i"))["spec"], "initContainers[0].image"),
                                  ("image volume", pod(good, volumes=volume)["spec"], "volumes[0].image.reference")):
            thing, prefix = workload(kind, spec)
            yield f"a {kind} with an unsigned {name}", review_of(thing), UNSIGNED, f"{prefix}spec.{field}"
        same, _ = workload(kind, pod(bad)["spec"])
        touched = copy.deepcopy(same)
        touched["metadata"]["annotations"] = {"note": "x"}
        yield f"an unsigned {kind} with a new annotation", review_of(touched, same), ALLOWED, None  # AW-68
    empty = [{"name": "c"}, {"name": "d", "image": ""}]
    yield "a template that leaves images out", review_of(workload("Deployment", {"containers": empty})[0]), ALLOWED, None  # AW-48
    yield "a template without containers", review_of(workload("Deployment", {"containers": []})[0]), "BAD_REQUEST", None
    nothing = {"kind": "ReplicationController", "apiVersion": "v1", "metadata": {"name": "web"}, "spec": {"template": None}}
    yield "a ReplicationController without a template", review_of(nothing), ALLOWED, None  # AW-47


def elsewhere(good, bad):
    """Where and by whom a pod is to run changes nothing. AW-56"""
    for name, spec in (("Windows", {"os": {"name": "windows"}}), ("arm64", {"nodeSelector": {"kubernetes.io/arch": "arm64"}})):
        yield f"a signed pod for {name}", review(pod(good, **spec)), ALLOWED, None
        yield f"an unsigned pod for {name}", review(pod(bad, **spec)), UNSIGNED, "spec.containers[0].image"
    mirror = pod(bad)  # ADM-17
    mirror["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "1", "kubernetes.io/config.source": "file"}
    yield "a mirror pod", review(mirror), UNSIGNED, "spec.containers[0].image"
    yield "a mirror pod in kube-system", review(mirror, namespace="kube-system"), UNSIGNED, "spec.containers[0].image"
    # AW-59: what we don't know does not keep us from judging the rest; what we know of and can't verify is refused.
    yield "a signed pod with a field of the future", review(pod(good, runFrom={"image": bad})), ALLOWED, None
    yield "an unsigned pod with a field of the future", review(pod(bad, runFrom={"image": good})), UNSIGNED, "spec.containers[0].image"
    yield "a pod restored from a checkpoint", review(pod(good, restoreFrom="checkpoint")), "BAD_REQUEST", None


def claims(good, bad):
    """What the author of a pod may write changes nothing. ADM-07, ADM-08, ADM-09, AW-70"""
    owned = pod(bad)
    owned["metadata"]["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}]
    yield "a forged owner", review(owned), UNSIGNED, None
    noted = pod(bad)
    noted["metadata"]["annotations"] = {"countersign/verified": "true", "kyverno.io/verify-images": '{"x":true}',
                                        "kubernetes.io/config.mirror": "1"}
    yield "annotations that say verified", review(noted), UNSIGNED, None
    labelled = pod(bad)
    labelled["metadata"]["labels"] = {"countersign": "skip", "admission.gatekeeper.sh/ignore": "true"}
    yield "labels that ask for an exemption", review(labelled), UNSIGNED, None
    master = {"username": "system:admin", "groups": ["system:masters", "system:nodes"]}
    yield "a mighty user", review(pod(bad), userInfo=master), UNSIGNED, None
    yield "a dry run", review(pod(bad), dryRun=True), UNSIGNED, None  # ADM-13


def free_passes():
    """Images of a registry that is not configured: allowed without looking at them."""
    unknown = "registry.example/shop/web:1"
    same = pod(unknown)
    touched = copy.deepcopy(same)
    touched["metadata"]["labels"] = {"new": "label"}
    yield "a new label on a pod that nothing is known about", review(touched, same, "UPDATE"), ALLOWED, None  # ADM-21
    yield "a deletion", review(None, pod(unknown), "DELETE"), ALLOWED, None  # ADM-15, AW-69
    options = {"kind": "PodExecOptions", "apiVersion": "v1", "command": ["sh"]}
    yield "kubectl exec", review(options, None, "CONNECT", "exec", kind={"group": "", "version": "v1", "kind": "PodExecOptions"}), ALLOWED, None
    yield "a connection without an object", review(None, None, "CONNECT", "attach"), ALLOWED, None


def many(good, bad):
    yield "100 signed containers", review(pod(*[good] * 100)), ALLOWED, None
    yield "the 58th of 100 containers is unsigned", review(pod(*[good] * 57, bad, *[good] * 42)), UNSIGNED, "spec.containers[57].image"
    yield "500 times the same signed image", review(pod(*[good] * 500)), ALLOWED, None  # ADM-18
    tagged = [f"{good.partition('@')[0]}:t{number}" for number in range(101)]
    yield "101 different images", review(pod(*tagged)), "TOO_MANY_IMAGES", None  # ADM-18
    yield "200 unsigned containers", review(pod(*[bad] * 200)), UNSIGNED, "spec.containers[0].image"
    yield "three of five are unsigned", review(pod(good, bad, bad, good, bad)), UNSIGNED, \
        [f"spec.containers[{number}].image" for number in (1, 2, 4)]  # AW-31


def spellings(library):
    """Each of a good and of a bad image: what is wrong is said of the right field. AW-58"""
    good, bad = (library.digests[name] for name in ("signed", "unsigned"))
    whole = library.repository
    for name, image, expected in (
            ("digest", f"{whole}@{good}", ALLOWED), ("digest", f"{whole}@{bad}", UNSIGNED),
            ("tag", f"{whole}:signed", ALLOWED), ("tag", f"{whole}:unsigned", UNSIGNED),
            ("tag and digest that agree", f"{whole}:signed@{good}", ALLOWED),
            ("tag and digest that agree", f"{whole}:unsigned@{bad}", UNSIGNED),
            ("tag and digest that disagree", f"{whole}:unsigned@{good}", ALLOWED),
            ("tag and digest that disagree", f"{whole}:signed@{bad}", UNSIGNED),
            ("neither", whole, "IMAGE_NOT_FOUND"),
            ("a node's image id", "0" * 64, "LOCAL_IMAGE_ID"),
            ("another port", f"registry.example:5000/web@{good}", "REGISTRY_NOT_ALLOWED"),
            ("IPv6", f"[::1]:5000/web@{good}", "REGISTRY_NOT_ALLOWED"),
            ("an international name", f"b\u00fccher.example/web@{good}", "BAD_REFERENCE"),
            ("an international name as DNS has it", f"xn--bcher-kva.example/web@{good}", "REGISTRY_NOT_ALLOWED")):
        first = pod(f"{whole}@{good}", image)
        yield f"spelling: {name} is {expected}", review(first), expected, None if expected == ALLOWED else "spec.containers[1].image"


def references(good):
    repository, _, digest = good.partition("@")
    for name, image, code in (
            ("upper case", repository.upper() + "/X", "BAD_REFERENCE"),
            ("a short digest", f"{repository}@{digest[:-1]}", "BAD_REFERENCE"),  # REF-05
            ("an upper-case digest", f"{repository}@{digest.upper().replace('SHA', 'sha')}", "BAD_REFERENCE"),
            ("an unknown algorithm", f"{repository}@md5:{'0' * 32}", "BAD_REFERENCE"),
            ("a path in the digest", f"{repository}@sha256:../../etc/passwd", "BAD_REFERENCE"),
            ("a line feed", f"{repository}:a\nok", "BAD_REFERENCE"),  # REF-07
            ("an escape sequence", f"{repository}:\x1b[31mred", "BAD_REFERENCE"),
            ("a space in front", f" {good}", "BAD_REFERENCE"),
            ("a mark that turns the text round", f"{repository}:a\u202eb", "BAD_REFERENCE"),
            ("64 KiB", "a" * 65536, "BAD_REFERENCE"),
            ("a node's image id", "0" * 64, {"LOCAL_IMAGE_ID", "BAD_REFERENCE"}),
            ("no text at all", "", {"BAD_REFERENCE", "BAD_REQUEST"}),
            ("a host that nobody listed", f"registry.example/shop/web@{digest}", "REGISTRY_NOT_ALLOWED"),
            ("Docker Hub by its short name", "nginx", "REGISTRY_NOT_ALLOWED"),
            ("a host that looks alike", f"127.0.0.1.evil.example/shop/web@{digest}", "REGISTRY_NOT_ALLOWED"),
            ("a neighbouring port", f"127.0.0.1:1/shop/web@{digest}", "REGISTRY_NOT_ALLOWED")):
        yield f"reference: {name}", review(pod(image)), code, None


def same_review_otherwise(world, good):
    """Spellings of one review that must not change the verdict."""
    asked = review(pod(good))
    bodies = {
        "keys in another order": json.dumps(dict(reversed(asked.items())), sort_keys=True),  # AW-07
        "white space": json.dumps(asked, indent=8),
        "escapes": json.dumps(asked).replace("Pod", "\\u0050od"),
        "unknown members at every level": json.dumps(asked | {"x": 1, "request": asked["request"] | {  # AW-04
            "x": [None], "object": asked["request"]["object"] | {"x": {"y": 1.5}}}}),
        "no optional member": json.dumps(asked | {"request": {  # AW-05
            key: value for key, value in asked["request"].items()
            if key not in ("requestKind", "requestResource", "dryRun", "options", "userInfo", "oldObject")}})}
    for name, body in bodies.items():
        world.checks.check(f"same review with {name}", judge(world.server.post(body), asked, ALLOWED))
    for content_type in ("application/json; charset=utf-8", "Application/JSON", "application/json ;charset=UTF-8"):  # AW-10
        reply = world.server.post(asked, content_type=content_type)
        world.checks.check(f"content type {content_type!r}", judge(reply, asked, ALLOWED))
    for uid in ("x" * 1024, "ü \"quoted\" \\ <b>", "0"):  # ADM-16
        asked = review(pod(good), uid=uid)
        world.checks.check(f"uid {uid[:20]!r} comes back", judge(world.server.post(asked), asked, ALLOWED))


def unsupported(good):
    rollout = {"kind": "Rollout", "apiVersion": "argoproj.io/v1alpha1", "metadata": {"name": "web"},
               "spec": {"template": {"spec": {"containers": containers(good)}}}}
    yield "a resource it is not for", review_of(rollout), "UNSUPPORTED_RESOURCE", None  # ADM-11, AW-60
    deployment, _ = workload("Deployment", pod(good)["spec"])
    yield "a Deployment sent as a pod", review(deployment), "UNSUPPORTED_RESOURCE", None  # AW-25
    as_deployment = review_of(deployment)
    as_deployment["request"]["object"] = pod(good)
    yield "a pod sent as a Deployment", as_deployment, "UNSUPPORTED_RESOURCE", None  # AW-25
    for name, thing in (("null", None), ("a list", []), ("a text", "pod")):  # AW-15
        yield f"an object that is {name}", review(thing), "BAD_REQUEST", None
    for name, spec in (("no spec", {}), ("spec null", {"spec": None}), ("no containers", {"spec": {"containers": []}})):  # ADM-14
        without = {key: value for key, value in pod(good).items() if key != "spec"}
        yield f"a pod with {name}", review(without | spec), "BAD_REQUEST", None
    for operation in ("create", "", "PATCH"):  # AW-16
        yield f"operation {operation!r}", review(pod(good), operation=operation), "BAD_REQUEST", None
    broken = pod(good)
    for name, value in (("an object", {}), ("a list with null", [None]), ("numbers", [{"name": "c", "image": 5}]),
                        ("an image that is null", [{"name": "c", "image": None}]), ("an image that is a list", [{"name": "c", "image": [good]}]),
                        ("no image", [{"name": "c"}])):
        yield f"containers: {name}", review(broken | {"spec": {"containers": value}}), {"BAD_REQUEST", "BAD_REFERENCE"}, None


def check_advice(world, good, bad):
    """The other entry never denies."""
    for name, asked, part in (
            ("a signed Deployment", review_of(workload("Deployment", pod(good)["spec"])[0]), None),
            ("an unsigned Deployment", review_of(workload("Deployment", pod(bad)["spec"])[0]), f"{UNSIGNED} spec.template.spec.containers[0].image"),
            ("an unsigned CronJob", review_of(workload("CronJob", pod(bad)["spec"])[0]), f"{UNSIGNED} spec.jobTemplate.spec.template.spec.containers"),
            ("an unsigned pod", review(pod(bad)), f"{UNSIGNED} spec.containers[0].image"),
            ("an unknown resource", review_of({"kind": "Rollout", "apiVersion": "argoproj.io/v1alpha1", "metadata": {"name": "web"}}),
             "not judged: UNSUPPORTED_RESOURCE"),
            ("a pod without a spec", review({"kind": "Pod", "apiVersion": "v1"}), "not judged: BAD_REQUEST")):
        world.checks.check(f"advice: {name}", advised(world.server.post(asked, path="/advise"), asked, part))


def peak(server):
    """The most memory that the process ever had, in bytes."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def check_large(world, good, bad):
    """AW-12: object and old object of 3 MiB, with a third of it in managedFields."""
    entries = {f"k:{{\"name\":\"container-{number}\"}}": {".": {}, "f:terminationMessagePath": {}} for number in range(15000)}
    large = pod(bad)
    large["metadata"]["managedFields"] = [{"manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": entries}}]
    large["spec"]["containers"][0]["env"] = [{"name": f"VARIABLE_{number}", "value": "x" * 200} for number in range(9000)]
    old = copy.deepcopy(large)
    old["spec"]["containers"][0]["image"] = good
    asked = review(large, old, "UPDATE")
    size, own = len(json.dumps(asked)), len(json.dumps(entries))
    world.checks.check("the large review is large", "" if size > 6 * 2 ** 20 and own > 2 ** 20 else f"{size} bytes, {own} of managedFields")
    before, started = peak(world.server), time.monotonic()
    reply = world.server.post(asked)
    took, cost = time.monotonic() - started, peak(world.server) - before
    world.checks.check("a review with two objects of 3 MiB", judge(reply, asked, UNSIGNED, "spec.containers[0].image"))
    world.checks.check("is answered in time", "" if took < 5 else f"after {took:.1f} s")
    world.checks.check("takes a bounded memory", "" if cost < 256 * 2 ** 20 else f"{cost} bytes")
    first = peak(world.server)
    for _ in range(5):
        world.server.post(asked)
    more = peak(world.server) - first
    world.checks.check("and no more when it comes again", "" if more < 64 * 2 ** 20 else f"{more} bytes")


def check(world):
    library = next(iter(world.libraries.values()))
    good, bad = library.digest("signed"), library.digest("unsigned")
    for cases in (places(good, bad), workloads(good, bad), elsewhere(good, bad), claims(good, bad), free_passes(), many(good, bad),
                  spellings(library), references(good), unsupported(good)):
        for name, asked, expected, path in cases:
            world.checks.check(name, judge(world.server.post(asked), asked, expected, path))
    check_advice(world, good, bad)
    check_large(world, good, bad)
    same_review_otherwise(world, good)
