# SPDX-License-Identifier: Apache-2.0
"""What the API server may send: every place of an image, every operation, odd but legal reviews."""
import copy
import json

from reviews import ALLOWED, containers, judge, pod, review

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
    deployment = {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "web"},
                  "spec": {"template": {"spec": {"containers": containers(good)}}}}
    apps = {"kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
            "resource": {"group": "apps", "version": "v1", "resource": "deployments"}}
    yield "a resource it is not for", review(deployment, **apps), "UNSUPPORTED_RESOURCE", None  # ADM-11
    yield "a Deployment sent as a pod", review(deployment), "UNSUPPORTED_RESOURCE", None  # AW-25
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


def check(world):
    library = next(iter(world.libraries.values()))
    good, bad = library.digest("signed"), library.digest("unsigned")
    for cases in (places(good, bad), claims(good, bad), free_passes(), many(good, bad), references(good), unsupported(good)):
        for name, asked, expected, path in cases:
            world.checks.check(name, judge(world.server.post(asked), asked, expected, path))
    same_review_otherwise(world, good)
