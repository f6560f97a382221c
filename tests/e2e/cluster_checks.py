# SPDX-License-Identifier: Apache-2.0
"""What talks to the Kubernetes API: two replicas with a certificate that keeps itself, labels of namespaces, events; with a
real kube-apiserver and the least rights of docs/certificates.md and docs/credentials.md."""
import base64
import shutil
import time

from cluster_world import PER_MINUTE, SECRET, WEBHOOK, Api, Load, Replica, aged_authority, registration, rights
from pull_secrets import PROGRAMS, Cluster
from stack import PEERS, run, until

ACCOUNT = "system:serviceaccount:countersign:countersign"
LOOK, SETTLE, MEND, WATCH = 10, 60, 60, 60  # seconds: limits.h, limits_registries.h


def fill(cluster, replicas):
    for namespace in ("countersign", "shop", "closed"):
        cluster.add_namespace(namespace)
    cluster.kubectl("-n", "countersign", "create", "serviceaccount", "countersign")
    cluster.token.write_text(cluster.kubectl("-n", "countersign", "create", "token", "countersign").stdout)
    cluster.kubectl("label", "namespace", "closed", "images=closed")
    cluster.apply(*rights(), registration(replicas),
                  {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""},
                   "metadata": {"name": "countersign-tls", "namespace": "countersign", "labels": {"made-by": "the-chart"}}})


def held(api):
    return {name: base64.b64decode(value).decode() for name, value in api.send("GET", SECRET)[1]["data"].items()}


def bundles(api):
    status, answer = api.send("GET", WEBHOOK)
    return [base64.b64decode(each["clientConfig"].get("caBundle") or "").decode() for each in answer["webhooks"]] if status == 200 else []


def check_start(world, api, replicas):
    checks = world.checks
    checks.check("a pod is let in through both replicas", "" if until(60, lambda: api.pod("shop") is None) else api.pod("shop"))
    secret = held(api)
    checks.equal("two replicas that start at once serve one certificate", {replica.leaf() for replica in replicas}, {secret["tls.crt"]})
    checks.equal("the caBundle of every webhook is the one authority", bundles(api), [secret["ca.crt"]] * 2)
    labels = api.send("GET", SECRET)[1]["metadata"]["labels"]
    checks.equal("what the chart wrote beside it stays", labels.get("made-by"), "the-chart")


def check_rights(world, cluster):
    """SUP-07"""
    for allowed, *question in (
            (True, "get", "secret/countersign-tls", "-n", "countersign"), (True, "update", "secret/countersign-tls", "-n", "countersign"),
            (False, "list", "secrets", "-n", "countersign"), (False, "watch", "secrets", "-n", "countersign"),
            (False, "get", "secret/other", "-n", "countersign"), (False, "create", "secrets", "-n", "countersign"),
            (False, "delete", "secret/countersign-tls", "-n", "countersign"), (False, "list", "secrets", "-A"),
            (False, "get", "secret/pull", "-n", "shop"),
            (True, "get", "validatingwebhookconfiguration/countersign"), (True, "patch", "validatingwebhookconfiguration/countersign"),
            (False, "patch", "validatingwebhookconfiguration/other"), (False, "update", "validatingwebhookconfiguration/countersign"),
            (False, "delete", "validatingwebhookconfiguration/countersign"), (False, "create", "validatingwebhookconfigurations"),
            (False, "list", "validatingwebhookconfigurations"), (False, "patch", "mutatingwebhookconfiguration/countersign"),
            (True, "get", "namespace/shop"), (False, "list", "namespaces"), (False, "update", "namespace/shop"),
            (True, "create", "events", "-n", "shop"), (False, "list", "events", "-n", "shop"), (False, "get", "pods", "-n", "shop"),
            (False, "create", "pods", "-n", "shop"), (False, "impersonate", "users"), (False, "bind", "clusterroles"),
            (False, "escalate", "clusterroles"), (False, "create", "serviceaccounts/token", "-n", "countersign")):
        said = cluster.kubectl("auth", "can-i", *question, "--as", ACCOUNT, ok=None).stdout.strip()
        world.checks.equal(f"the service account {'may' if allowed else 'may not'} {' '.join(question)}", said, "yes" if allowed else "no")


def check_labels(world, cluster, api):
    checks = world.checks
    checks.check("a namespace with the label is closed", "" if "IMAGE_DENIED" in (api.pod("closed") or "") else "it is not")
    cluster.kubectl("label", "namespace", "closed", "images-")
    checks.check("without the label it is open within seconds", "" if until(LOOK + 5, lambda: api.pod("closed") is None) else api.pod("closed"))
    cluster.kubectl("label", "namespace", "closed", "images=closed")
    checks.check("and closed again", "" if until(LOOK + 5, lambda: api.pod("closed")) else "it stays open")


def events(api):
    return api.send("GET", "/api/v1/namespaces/closed/events")[1]["items"]


def check_events(world, api):
    checks = world.checks
    checks.equal("dry runs have made no event", len(events(api)), 0)
    api.pod("closed", "first", dry=False)
    checks.check("a denial becomes an event", "" if until(15, lambda: events(api)) else "there is none")
    for event in events(api)[:1]:
        wrong = [f"{name}: {event.get(name)!r}" for name, value in (
            ("type", "Warning"), ("reason", "IMAGE_DENIED"), ("action", "ImageDenied"), ("reportingComponent", "countersign"),
            ("count", 1)) if event.get(name) != value]
        involved = event["involvedObject"]
        wrong += [] if (involved["kind"], involved["namespace"], involved["name"]) == ("Pod", "closed", "first") else [str(involved)]
        checks.check("it is about the pod, and says why", wrong + ([] if "IMAGE_DENIED" in event["message"] else [event["message"]]))
    for number in range(60):
        api.pod("closed", f"pod-{number}", dry=False)
    time.sleep(5)
    # Both replicas may have been called: each has a rate of its own.
    checks.check("many denials are few events", "" if len(events(api)) <= 2 * PER_MINUTE else f"{len(events(api))} events")


def check_mending(world, api, replicas):
    checks = world.checks
    status, answer = api.send("GET", WEBHOOK)
    nothing = [{"op": "add", "path": f"/webhooks/{number}/clientConfig/caBundle", "value": ""} for number in range(len(answer["webhooks"]))]
    api.send("PATCH", WEBHOOK, nothing, "application/json-patch+json")
    checks.check("an emptied caBundle is mended", "" if until(MEND + 3 * LOOK, lambda: all(bundles(api))) else "it is not")
    checks.check("and told", "" if any("somebody had changed it" in replica.log() for replica in replicas) else "no line of a log")
    checks.check("and counted", "" if any(replica.metric("countersign_certificate_bundles_mended") for replica in replicas) else "no metric")
    checks.check("pods are let in again", "" if until(20, lambda: api.pod("shop") is None) else api.pod("shop"))


def check_registered_anew(world, cluster, api, replicas):  # CHA-19, AW-88
    checks = world.checks
    fits = lambda: {replica.metric("countersign_certificate_bundle_fits") for replica in replicas}
    checks.check("the metric says that bundle and certificate fit", "" if until(3 * LOOK, lambda: fits() == {1.0}) else str(fits()))
    api.send("DELETE", WEBHOOK)
    checks.check("and that they do not, when the configuration has gone", "" if until(3 * LOOK, lambda: 1.0 not in fits()) else str(fits()))
    lack = "there is no validating webhook configuration countersign"
    checks.check("a deleted webhook configuration is noticed",
                 "" if until(3 * LOOK, lambda: all(lack in replica.log() for replica in replicas)) else "no line of a log")
    cluster.apply(registration(replicas))
    checks.check("made anew, it has the caBundle", "" if until(3 * LOOK, lambda: all(bundles(api))) else "it has not")
    checks.check("and pods are judged", "" if until(20, lambda: api.pod("shop") is None) else api.pod("shop"))
    checks.check("and denied", "" if "IMAGE_DENIED" in (api.pod("closed") or "") else "they are not")


def check_registration(world, api, replicas):  # SUP-09
    """In three steps, since each is seen within a minute."""
    def patched(*operations):
        api.send("PATCH", WEBHOOK, [dict(zip(("op", "path", "value"), each)) for each in operations], "application/json-patch+json")

    def told(*texts):
        lacking = lambda: [text for text in texts for replica in replicas if f"registration countersign: {text}" not in replica.details()]
        until(WATCH + LOOK, lambda: not lacking())
        gaps = sum(text.startswith("GAP") for text in texts)
        counted = {replica.metric("countersign_webhook_registration_gaps") for replica in replicas}
        return lacking() + ([] if counted == {gaps} else [f"the metric says {counted}"])

    checks, first, other = world.checks, "replica0.countersign.test", "replica1.countersign.test"
    checks.check("a registration without a gap: said by both", told("no gap"))
    before = api.send("GET", WEBHOOK)[1]["webhooks"]
    patched(("replace", "/webhooks/0/failurePolicy", "Ignore"))
    checks.check("failurePolicy Ignore: counted and told", told(f"GAP: {first}: failurePolicy is not Fail"))
    nowhere = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "DoesNotExist"}]}
    patched(("replace", "/webhooks", before), ("add", "/webhooks/0/objectSelector", {"matchLabels": {"judge": "me"}}),
            ("add", "/webhooks/1/namespaceSelector", nowhere),
            *(("replace", f"/webhooks/{number}/rules/0/resources", ["pods"]) for number in range(len(replicas))))
    gaps = ["objectSelector", "no namespace can match", "its rules lack UPDATE of pods/ephemeralcontainers"]
    checks.check("selectors, and rules without a subresource: counted and told",
                 told(f"GAP: {first}: {gaps[0]}", f"GAP: {other}: {gaps[1]}", f"GAP: {gaps[2]}"))
    checks.check("each is in the log", [text for text in ("failurePolicy is not", *gaps) for replica in replicas if text not in replica.log()])
    patched(("replace", "/webhooks", before))
    checks.check("whole again, that is said, too", told("no gap"))


def check_registration_unread(world, cluster, replica):  # SUP-09
    """Without the right to look one line says so, and nothing else suffers."""
    cluster.kubectl("patch", "clusterrole", "countersign", "--type=json", "-p", '[{"op": "remove", "path": "/rules/0"}]')
    unknown = lambda: replica.metric("countersign_webhook_registration_gaps") == -1
    problems = [] if until(WATCH + LOOK, unknown) else [replica.details()]
    world.checks.check("without the right it is not checked, and that is said", problems + (
        [] if "registration countersign: not checked: " in replica.details() else [replica.details()]))
    cluster.apply(*rights())


def check_rotation(world, cluster, api, replicas):
    checks = world.checks
    certificate, key = aged_authority(cluster.folder / "aged")
    secret = api.send("GET", SECRET)[1]
    secret["data"] = {"ca.crt": base64.b64encode(certificate).decode(), "ca.key": base64.b64encode(key).decode(), "tls.crt": "", "tls.key": ""}
    api.send("PUT", SECRET, secret)
    two = until(MEND + 3 * LOOK, lambda: all(each.count("BEGIN") == 2 for each in bundles(api)) and api.pod("shop") is None)
    checks.check("an authority that is due has a next one beside it in the bundle", "" if two else f"{bundles(api)} {api.pod('shop')}")
    old = held(api)
    checks.equal("the old one serves on meanwhile", old["ca.crt"].encode(), certificate)
    until(3 * LOOK, lambda: {replica.leaf() for replica in replicas} == {old["tls.crt"]})
    with Load(api) as load:
        switched = until(SETTLE + 6 * LOOK, lambda: held(api)["ca.crt"].encode() != certificate)
        checks.check("the next one takes over after the bundle has settled", "" if switched else str(held(api).keys()))
        new = held(api)["tls.crt"]
        followed = until(3 * LOOK, lambda: {replica.leaf() for replica in replicas} == {new})
        checks.check("both replicas serve what it issued", "" if followed else "one does not")
        time.sleep(2 * LOOK)
    checks.check(f"of {load.calls} calls meanwhile none failed", load.failed[:3])
    checks.equal("the old one stays in the bundle while its leaves are valid", [each.count("BEGIN") for each in bundles(api)], [2, 2])
    checks.equal("and its key is gone", [name for name in held(api) if "old" in name and "key" in name], [])


def check(world):
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if lacking:
        world.missing("the cluster", f"{', '.join(lacking)} not built (tests/peers/build.sh cluster)")
        return
    folder = world.work / "cluster"
    folder.mkdir()
    replicas = []
    try:
        cluster = Cluster(folder)
        api = Api(cluster)
        replicas = [Replica(world.binary, cluster, name) for name in ("one", "other")]
        fill(cluster, replicas)
        for replica in replicas:
            replica.start()
        check_start(world, api, replicas)
        check_rights(world, cluster)
        check_labels(world, cluster, api)
        check_events(world, api)
        check_mending(world, api, replicas)
        check_registered_anew(world, cluster, api, replicas)
        check_registration(world, api, replicas)
        check_rotation(world, cluster, api, replicas)
        check_registration_unread(world, cluster, replicas[0])
        logs = "".join(replica.log() for replica in replicas)
        secrets = ("PRIVATE KEY", "BEGIN", cluster.token.read_text().strip())
        world.checks.check("no key and no token is in a log", [secret[:8] for secret in secrets if secret in logs])
    finally:
        for replica in replicas:
            replica.stop()
        run(PEERS / "down.sh", folder, ok=None)
