# SPDX-License-Identifier: Apache-2.0
"""credentials: pullSecrets, with a real kube-apiserver that keeps the secrets and calls the webhook, and private registries."""
import base64
import json
import os
import shutil

from images import PASSWORD, USER
from reviews import ALLOWED, containers, judge, pod, review
from stack import PEERS, Certificates, Server, free_port, run, until

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kubectl")
REGISTRIES = ("distribution-basic", "olareg-bearer")  # private ones that suite.py starts
# What the webhook may read, by namespace: secrets and service accounts. Nothing in `closed`.
READABLE = {"shop": (["pull", "wrong", "missing"], ["default", "build"]), "bank": (["pull"], ["default"])}


class Cluster:
    def __init__(self, folder, flags=""):
        """`flags` are more ones for the API server."""
        self.folder = folder
        self.port = free_port(4)
        run(PEERS / "kube-up.sh", folder, self.port, env=os.environ | {"KUBE_APISERVER_FLAGS": flags})
        self.token = folder / "token"

    def kubectl(self, *command, ok=(0,), **options):
        return run("kubectl", "--kubeconfig", self.folder / "kubeconfig", *command, ok=ok, **options)

    def apply(self, *things):
        self.kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(things)}))

    def add_namespace(self, name):
        self.kubectl("create", "namespace", name)
        if not until(30, lambda: self.kubectl("-n", name, "get", "serviceaccount", "default", ok=None).returncode == 0):
            raise RuntimeError(f"{name} has no service account")

    def add_webhook_account(self):
        """The least that it needs: the verb get, on objects by name (docs/credentials.md)."""
        rbac = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "countersign"}}
        account = {"kind": "ServiceAccount", "name": "countersign", "namespace": "countersign"}
        for namespace, (secrets, accounts) in READABLE.items():
            meta = {"metadata": {"name": "countersign", "namespace": namespace}}
            rules = [{"apiGroups": [""], "resources": [resource], "verbs": ["get"], "resourceNames": names}
                     for resource, names in (("secrets", secrets), ("serviceaccounts", accounts))]
            self.apply(rbac | meta | {"kind": "Role", "rules": rules},
                       rbac | meta | {"kind": "RoleBinding", "subjects": [account], "roleRef": {
                           "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "countersign"}})
        self.kubectl("-n", "countersign", "create", "serviceaccount", "countersign")
        self.token.write_text(self.kubectl("-n", "countersign", "create", "token", "countersign").stdout)

    def credentials(self):
        return {"kind": "pullSecrets", "apiServer": f"https://127.0.0.1:{self.port}", "tokenFile": str(self.token),
                "caFile": str(self.folder / "pki/ca.crt")}

    def register(self, server):
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["pods"]}
        self.apply({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                    "metadata": {"name": "countersign"}, "webhooks": [{
                        "name": "images.countersign.test", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                        "failurePolicy": "Fail", "timeoutSeconds": 10, "rules": [rule],
                        "clientConfig": {"url": server.url(), "caBundle": base64.b64encode(server.ca.read_bytes()).decode()}}]})

    def run_pod(self, namespace, image, **spec):
        thing = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": namespace},
                 "spec": {"containers": containers(image)} | spec}
        return self.kubectl("apply", "--dry-run=server", "-f", "-", ok=None, input=json.dumps(thing))


def problems(done, expected):
    text = (done.stdout + done.stderr).strip()
    if expected == ALLOWED:
        return [] if done.returncode == 0 else [text[-300:]]
    denied = done.returncode == 1 and 'webhook "images.countersign.test" denied the request' in text
    return [] if denied and expected in text else [f"exit {done.returncode}: {text[-300:]}"]


def named(*names):
    return [{"name": name} for name in names]


def check_registry(world, cluster, server, library):
    signed, unsigned, host = library.digest("signed"), library.digest("unsigned"), library.registry.name
    for name, namespace, image, spec, expected in (
            ("a secret of its namespace", "shop", signed, {"imagePullSecrets": named("pull")}, ALLOWED),
            ("no secret, in another namespace", "bank", signed, {}, "REGISTRY_AUTH"),  # REG-79
            ("a secret of another namespace's name", "bank", signed, {"imagePullSecrets": named("pull")}, "REGISTRY_AUTH"),
            ("a wrong secret", "shop", signed, {"imagePullSecrets": named("wrong")}, "REGISTRY_AUTH"),
            ("no secret, but an image that was admitted", "shop", signed, {}, "REGISTRY_AUTH"),
            ("a wrong secret before the right one", "shop", signed, {"imagePullSecrets": named("wrong", "pull")}, ALLOWED),  # REG-77
            ("a secret that is not there", "shop", signed, {"imagePullSecrets": named("missing")}, "REGISTRY_AUTH"),
            ("its service account's secret", "shop", signed, {"serviceAccountName": "build"}, ALLOWED),
            ("secrets that the webhook may not read", "closed", signed, {"imagePullSecrets": named("pull")}, "BAD_CONFIG"),
            ("a secret and an unsigned image", "shop", unsigned, {"imagePullSecrets": named("pull")}, "SIGNATURE_NOT_FOUND")):
        world.checks.check(f"{host}: a pod with {name} is {expected}", problems(cluster.run_pod(namespace, image, **spec), expected))
    # The API server gives pods their account's secrets; a template has them not.
    asked = review(pod(signed, serviceAccountName="build"))
    world.checks.check(f"{host}: a pod template's service account is looked up", judge(server.post(asked), asked, ALLOWED))


def fill(cluster, libraries):
    """`shop` has the right secret, a wrong one, and a service account; `closed` has what the webhook may not read."""
    for namespace in ("shop", "bank", "closed", "countersign"):
        cluster.add_namespace(namespace)
    cluster.add_webhook_account()
    for namespace, name, password in (("shop", "pull", PASSWORD), ("shop", "wrong", "wrong"), ("closed", "pull", PASSWORD)):
        config = cluster.folder / "config.json"
        config.write_text(json.dumps({"auths": {library.registry.host: {"username": USER, "password": password}
                                                for library in libraries}}))
        cluster.kubectl("-n", namespace, "create", "secret", "docker-registry", name, f"--from-file=.dockerconfigjson={config}")
    cluster.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "build", "namespace": "shop"},
                   "imagePullSecrets": named("pull")})


def check_log(world, cluster, log):
    world.checks.equal("a secret that is not there is logged once a registry", log.count('"shop/missing"'), len(REGISTRIES))
    world.checks.check("the webhook's token is not in the log", "it is" if cluster.token.read_text().strip() in log else "")


def check(world):
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if lacking:
        world.missing("pull secrets", f"{', '.join(lacking)} not built (tests/peers/build.sh cluster)")
        return
    folder = world.work / "pull-secrets"
    folder.mkdir()
    libraries = [world.libraries[name] for name in REGISTRIES]
    try:
        cluster = Cluster(folder)
        fill(cluster, libraries)
        entries = [library.registry.settings() | {"credentials": cluster.credentials()} for library in libraries]
        with Server(world.binary, folder, Certificates(folder / "webhook-pki"), lambda common: world.sections(common, entries)) as server:
            cluster.register(server)
            until(30, lambda: "denied the request" in cluster.run_pod("bank", libraries[0].digest("signed")).stderr)
            for library in libraries:
                check_registry(world, cluster, server, library)
        check_log(world, cluster, (folder / "server.log").read_text(errors="replace"))
    finally:
        run(PEERS / "down.sh", folder, ok=None)
