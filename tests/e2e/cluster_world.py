# SPDX-License-Identifier: Apache-2.0
"""What cluster_checks.py works with: an administrator, replicas, rights, load."""
import json
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

from reviews import containers
from stack import free_port, run

WEBHOOK = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/countersign"
SECRET = "/api/v1/namespaces/countersign/secrets/countersign-tls"
PER_MINUTE = 5  # events


class Api:
    """Requests of a cluster administrator, without the start of a kubectl for each."""

    def __init__(self, cluster):
        self.origin = f"https://127.0.0.1:{cluster.port}"
        self.context = ssl.create_default_context(cafile=cluster.folder / "pki/ca.crt")
        self.context.load_cert_chain(cluster.folder / "pki/admin.crt", cluster.folder / "pki/admin.key")

    def send(self, method, path, thing=None, kind="application/json"):
        request = urllib.request.Request(self.origin + path, method=method, headers={"Content-Type": kind},
                                         data=None if thing is None else json.dumps(thing).encode())
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def pod(self, namespace, name="web", dry=True):
        """None when it is let in, else why not."""
        thing = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace},
                 "spec": {"containers": containers("registry.example/a:1")}}
        status, answer = self.send("POST", f"/api/v1/namespaces/{namespace}/pods{'?dryRun=All' if dry else ''}", thing)
        return None if status == 201 else answer["message"]


class Replica:
    def __init__(self, program, cluster, name):
        self.program, self.folder, self.port, self.admin = program, cluster.folder / name, free_port(), free_port()
        self.folder.mkdir()
        self.config = self.folder / "countersign.yaml"
        self.config.write_text(json.dumps({
            "version": 1,
            "server": {"listen": f"127.0.0.1:{self.port}", "registration": "countersign", "admin": {"listen": f"127.0.0.1:{self.admin}"},
                       "tls": {"selfManaged": {"secret": "countersign/countersign-tls", "webhook": "countersign",
                                               "dnsNames": ["localhost", "countersign.countersign.svc"]}}},
            "kubernetes": {"apiServer": f"https://127.0.0.1:{cluster.port}", "tokenFile": str(cluster.token),
                           "caFile": str(cluster.folder / "pki/ca.crt"), "allowAddresses": ["127.0.0.1"]},
            "admission": {"default": "allow", "rules": [
                {"name": "closed", "namespaceSelector": {"matchLabels": {"images": "closed"}}, "action": "deny"}]},
            "trustPolicy": {"version": "1.0", "trustPolicies": [
                {"name": "none", "registryScopes": ["registry.example/a"], "signatureVerification": {"level": "skip"}}]},
            "events": {"enabled": True, "perMinute": PER_MINUTE}}))
        self.process = None

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen([self.program, "serve", "--config", self.config], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def log(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=5) as answer:
            values = [line.split()[-1] for line in answer.read().decode().splitlines() if line.startswith(name + " ")]
        return float(values[0]) if values else None

    def details(self):
        """`/readyz?verbose`, whatever its status."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/readyz?verbose", timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def leaf(self):
        """What it serves, PEM; None when it does not."""
        try:
            return ssl.get_server_certificate(("127.0.0.1", self.port))
        except OSError:
            return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def registration(replicas):
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["pods", "pods/ephemeralcontainers"]}
    return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "countersign"}, "webhooks": [{
                "name": f"replica{number}.countersign.test", "admissionReviewVersions": ["v1"], "sideEffects": "NoneOnDryRun",
                "failurePolicy": "Fail", "timeoutSeconds": 10, "rules": [rule],
                "clientConfig": {"url": f"https://localhost:{replica.port}/validate"}} for number, replica in enumerate(replicas)]}


def rights():
    """docs/certificates.md and docs/credentials.md."""
    rbac = "rbac.authorization.k8s.io"
    account = {"kind": "ServiceAccount", "name": "countersign", "namespace": "countersign"}
    here, everywhere = {"name": "countersign", "namespace": "countersign"}, {"name": "countersign"}
    for kind, meta, rules in (
            ("Role", here, [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "update"],
                             "resourceNames": ["countersign-tls"]}]),
            ("ClusterRole", everywhere, [
                {"apiGroups": ["admissionregistration.k8s.io"], "resources": ["validatingwebhookconfigurations"],
                 "verbs": ["get", "patch"], "resourceNames": ["countersign"]},
                {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
                {"apiGroups": [""], "resources": ["events"], "verbs": ["create"]}])):
        yield {"apiVersion": f"{rbac}/v1", "kind": kind, "metadata": meta, "rules": rules}
        yield {"apiVersion": f"{rbac}/v1", "kind": kind + "Binding", "metadata": meta, "subjects": [account],
               "roleRef": {"apiGroup": rbac, "kind": kind, "name": "countersign"}}


def aged_authority(folder):
    """An authority that is due to be rotated, whoever looks: two thirds of its time have passed, and the thirtieth
    (kRenewalJitterShare) within which each replica takes a moment of its own, too."""
    folder.mkdir()
    key, request, certificate, config = folder / "ca.key", folder / "ca.csr", folder / "ca.crt", folder / "ca.cnf"
    (folder / "db").touch()
    config.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder / 'db'}\nnew_certs_dir={folder}\nrand_serial=yes\ndefault_md=sha256\n"
                      "policy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=critical,CA:TRUE,pathlen:0\n"
                      "keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=aged", "-keyout", key, "-out", request)

    def day(distance):
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + distance * 86400))
    run("openssl", "ca", "-batch", "-config", config, "-selfsign", "-keyfile", key, "-in", request, "-out", certificate,
        "-startdate", day(-260), "-enddate", day(100), "-notext")
    return certificate.read_bytes(), key.read_bytes()


class Load:
    """Pods without end, by several clients; what failed."""

    def __init__(self, api, clients=4):
        self.api, self.calls, self.failed, self.over = api, 0, [], threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]

    def run(self):
        while not self.over.is_set():
            why = self.api.pod("shop")
            self.calls += 1
            if why:
                self.failed.append(why)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
