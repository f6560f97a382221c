#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""walkthrough.py --binary FILE [--image FOLDER] [--chart FOLDER] [--work FOLDER]: the walk-through of docs/quick-start.md and docs/azure.md,
step by step, as a user would see it: a certificate in Key Vault, an image that it signed, `helm install`, a pod that is created and one
that is forbidden; warnings instead, an exempted namespace, rollback, uninstall.

Real: kube-apiserver, etcd, controllers, helm, kubectl, notation, oras, a registry, a Key Vault on loopback. Stand-ins: Entra's token
endpoint and the registry's token exchange (scripted_azure.py), a kubelet for our pod (kubelet.py), and, for kube-proxy, a Service of
type ExternalName. The values in `loopback` say where they are; everything else is what a user types.
"""
import argparse
import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
# pylint: disable=wrong-import-position
from azure_world import VaultSigners
from checks import Checks
from images import Image, Registry
from kubelet import Pod, image_of
from scripted_azure import REGISTRY, VAULT, ScriptedAzure
from scripted_entra import CLIENT, TENANT
from stack import PEERS, free_port, run, until

ROOT = PEERS.parent.parent
NAMESPACE, RELEASE = "countersign-system", "countersign"
# The command of Ratify's walk-through; only the chart's name is another.
RATIFY = ["--set", "provider.enableMutation=false", "--set", "featureFlags.RATIFY_CERT_ROTATION=true",
          "--set", "akvCertConfig.enabled=true", "--set", f"akvCertConfig.vaultURI=https://{VAULT}", "--set", "akvCertConfig.cert1Name=signer",
          "--set", f"akvCertConfig.tenantId={TENANT}", "--set", "oras.authProviders.azureWorkloadIdentityEnabled=true",
          "--set", f"azureWorkloadIdentity.clientId={CLIENT}", "--set", "logLevel=debug"]


class Walkthrough:
    def __init__(self, options, work, checks):
        self.options, self.work, self.checks = options, work, checks
        self.port = free_port(6)
        self.webhook, self.admin = self.port + 4, self.port + 5
        run(PEERS / "kube-up.sh", work, self.port)
        self.image_folder = options.image or work / "image"
        self.program = "/usr/bin/countersign"  # the entry point of deploy/Dockerfile
        if not options.image:
            self.image_folder.mkdir()
            self.program = image_of(options.binary, self.image_folder)
        self.registry = Registry(work, "acr", "olareg")
        self.azure = ScriptedAzure(work / "azure", {REGISTRY: self.registry.host})
        self.signers = VaultSigners(work)
        self.digests = {}
        self.pod = Pod(self.kubectl, NAMESPACE, RELEASE, self.image_folder, self.program, self.port)
        self.pod.readable_by_pod()

    # What a user types, and what he sees.
    def kubectl(self, *words, ok=(0,)):
        return run("kubectl", "--kubeconfig", self.work / "kubeconfig", *words, ok=ok)

    def kube(self, *words, ok=None):
        print("  $ kubectl " + " ".join(words))
        done = self.kubectl(*words, ok=ok)
        for line in (done.stdout + done.stderr).splitlines()[:8]:
            print("    " + line[:300])
        return done

    def helm(self, *words):
        print("  $ helm " + " ".join(str(word) for word in words if "loopback" not in str(word)).removesuffix(" -f"))
        done = run("helm3", "--kubeconfig", self.work / "kubeconfig", *words)
        for line in done.stdout.splitlines()[:6]:
            print("    " + line)
        if words[0] != "uninstall":
            self.proxy()
        return done

    def step(self, title):
        self.checks.part(title)

    def check(self, name, problem):
        self.checks.check(name, problem)

    def reference(self, name):
        return f"{REGISTRY}/shop/web@{self.digests[name]}"

    def loopback(self):
        """Where this machine's stand-ins are: nothing of it is for users."""
        reach = self.azure.registry_settings(REGISTRY)
        values = {"service": {"port": self.webhook}, "containerPort": self.webhook, "metrics": {"port": self.admin},
                  "drain": {"delaySeconds": 0}, "kubernetes": {"allowAddresses": ["127.0.0.1"]},
                  "files": {"azure-ca.crt": self.azure.ca.read_text()},
                  "azure": {"caFile": "azure-ca.crt", "resolve": self.azure.reach()["resolve"]},
                  "registries": [reach | {"host": "*.azurecr.io", "caFile": "azure-ca.crt"}]}  # as the command by itself has it
        file = self.work / "loopback.yaml"
        file.write_text(json.dumps(values))
        return ["-f", file]

    def run_pod(self, name, image, *options, namespace="default"):
        return self.kube("run", name, f"--image={self.reference(image)}", "-n", namespace, *options)

    # The steps, in their order.
    def certificate_in_the_vault(self):
        self.step("a certificate in Key Vault")
        self.azure.contents[VAULT].import_certificate("signer", self.signers.pem("vault"))
        self.check("the vault has the certificate", [] if self.azure.contents[VAULT].secret("signer") else ["no secret"])

    def signed_image(self):
        self.step("an image, signed by notation, and one that is not")
        for name in ("signed", "unsigned"):
            reference = f"{self.registry.host}/shop/web"
            self.digests[name] = Image(self.work, name).push(self.registry.oras, f"{reference}:{name}")
        self.registry.sign(self.signers, "vault", f"{self.registry.host}/shop/web@{self.digests['signed']}")
        listed = self.registry.oras("discover", f"{self.registry.host}/shop/web@{self.digests['signed']}").stdout
        self.check("the registry lists the signature", [] if "application/vnd.cncf.notary.signature" in listed else [listed])

    def install(self):  # AW-98
        self.step("helm install, with Ratify's values")
        self.kubectl("create", "namespace", NAMESPACE)
        self.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
        self.helm("install", RELEASE, self.options.chart, "-n", NAMESPACE, *RATIFY, *self.loopback())
        created = until(30, lambda: self.kubectl("get", "pods", "-n", NAMESPACE, "-o", "name").stdout.strip())
        self.check("Pod Security restricted lets the pods in", [] if created else [self.events()])  # AW-123, SUP-05
        self.azure.entra.applications[CLIENT].token_file = self.pod.folder / "volumes/azure-identity-token/azure-identity-token"
        self.pod.start()
        self.pod.wait_ready()
        self.check("the pod is ready", [])
        registered = self.kubectl("get", "validatingwebhookconfiguration", RELEASE, "-o", "jsonpath={.webhooks[*].clientConfig.caBundle}").stdout
        self.check("the webhook configuration has the pod's authority", [] if len(registered.split()) == 2 else [registered])

    def proxy(self):
        """In place of kube-proxy: the Service leads to this machine, until helm writes it again."""
        self.kubectl("patch", "service", RELEASE, "-n", NAMESPACE, "--type=merge", "-p", json.dumps(
            {"spec": {"type": "ExternalName", "externalName": "localhost", "clusterIP": None, "clusterIPs": None}}))

    def events(self):
        return self.kubectl("get", "events", "-n", NAMESPACE, "-o", "jsonpath={.items[*].message}").stdout[-600:]

    def decide(self):
        self.step("kubectl run")
        until(20, lambda: self.kubectl("run", "probe", f"--image={self.reference('unsigned')}", "--dry-run=server", ok=None).returncode)
        self.expect("the signed image is created", self.run_pod("signed", "signed"), 0, "pod/signed created")
        denied = self.run_pod("unsigned", "unsigned")
        self.expect("the unsigned one is forbidden", denied, 1, "Error from server (Forbidden)")
        self.expect("and the message says why", denied, 1, "SIGNATURE_NOT_FOUND")
        self.expect("a Deployment is only warned of", self.kube("create", "deployment", "web", f"--image={self.reference('unsigned')}"), 0,
                    "Warning: countersign: would deny: SIGNATURE_NOT_FOUND")

    def warn(self):
        self.step("warn, do not deny: helm upgrade, without a restart")
        rules = json.dumps([{"name": "all", "action": "verify", "mode": "warn"}])
        before = self.pod.process.pid
        self.helm("upgrade", RELEASE, self.options.chart, "-n", NAMESPACE, "--reuse-values", "--set-json", f"admission.rules={rules}")
        self.check("the pod's template is the same", ["it would be restarted"] if self.pod.roll() else [])
        warned = lambda: "SIGNATURE_NOT_FOUND" in self.kubectl("run", "later", f"--image={self.reference('unsigned')}", "--dry-run=server",
                                                              ok=None).stderr
        allowed = lambda: not self.kubectl("run", "later", f"--image={self.reference('unsigned')}", "--dry-run=server", ok=None).returncode
        until(90, allowed)
        self.check("the same process answers", [] if self.pod.process.poll() is None and self.pod.process.pid == before else ["another"])
        self.check("the user is warned", [] if warned() else ["no warning"])
        self.expect("the unsigned image is created, with a warning", self.run_pod("warned", "unsigned"), 0, "Warning: ")

    def rollback(self):
        self.step("helm rollback: denied again")
        self.helm("rollback", RELEASE, "1", "-n", NAMESPACE)
        self.pod.roll()
        denied = lambda: self.kubectl("run", "later", f"--image={self.reference('unsigned')}", "--dry-run=server", ok=None).returncode
        self.check("it is denied again", [] if until(90, denied) else ["still allowed"])

    def exempt(self):
        self.step("a namespace that is not judged")
        self.kubectl("create", "namespace", "legacy")
        self.helm("upgrade", RELEASE, self.options.chart, "-n", NAMESPACE, "--reuse-values", "--set-json", 'webhook.excludedNamespaces=["legacy"]')
        self.pod.roll()
        allowed = lambda: not self.kubectl("run", "probe", f"--image={self.reference('unsigned')}", "-n", "legacy", "--dry-run=server",
                                           ok=None).returncode
        until(20, allowed)
        self.expect("the unsigned image is created there", self.run_pod("old", "unsigned", namespace="legacy"), 0, "pod/old created")
        self.expect("and nowhere else", self.run_pod("new", "unsigned"), 1, "Forbidden")

    def outage(self):
        self.step("while nobody answers")
        self.pod.stop()
        self.expect("pods are refused", self.run_pod("closed", "signed"), 1, "failed calling webhook")
        self.expect("but not in the release's own namespace", self.kube("run", "own", "--image=registry.example.com/any:1", "-n", NAMESPACE,
                                                                        "--dry-run=server", "--overrides", RESTRICTED), 0, "pod/own created")

    def uninstall(self):  # AW-100: no pod of ours is left
        self.step("helm uninstall leaves nothing behind")
        self.helm("uninstall", RELEASE, "-n", NAMESPACE)
        left = self.kubectl("get", "validatingwebhookconfigurations,clusterroles,clusterrolebindings", "-l",
                            f"app.kubernetes.io/instance={RELEASE}", "-o", "name").stdout
        left += self.kubectl("get", "all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets", "-n",
                             NAMESPACE, "-l", f"app.kubernetes.io/instance={RELEASE}", "-o", "name").stdout
        gone = [line for line in left.splitlines() if not line.startswith("pod/") and "replicaset" not in line]
        self.check("nothing of the release is left", gone)
        self.expect("pods are created again", self.run_pod("free", "unsigned"), 0, "pod/free created")

    def expect(self, name, done, status, part):
        said = done.stdout + done.stderr
        self.check(name, [] if done.returncode == status and part in said else [f"exit status {done.returncode}: {said[-400:]}"])

    def steps(self):
        return (self.certificate_in_the_vault, self.signed_image, self.install, self.decide, self.warn, self.rollback, self.exempt,
                self.outage, self.uninstall)

    def walk(self):
        for step in self.steps():
            with self.checks.guarded(step.__name__):
                step()
        self.check("Azure was asked nothing that no good client asks", self.azure.problems())


RESTRICTED = json.dumps({"spec": {"securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
                                  "containers": [{"name": "own", "image": "registry.example.com/any:1", "securityContext": {
                                      "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}]}})


def main(walk=Walkthrough, description=__doc__):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda name: pathlib.Path(name).resolve(strict=True), required=True)
    parser.add_argument("--image", type=lambda name: pathlib.Path(name).resolve(strict=True), help="the files of the built image")
    parser.add_argument("--chart", type=pathlib.Path, default=ROOT / "charts/countersign")
    parser.add_argument("--work", type=pathlib.Path, default=None)
    options = parser.parse_args()
    checks = Checks()
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="walkthrough-"))
    work.mkdir(exist_ok=True)
    try:
        (work / "azure").mkdir()
        walkthrough = walk(options, work, checks)
        try:
            with walkthrough.azure:
                walkthrough.walk()
        finally:
            walkthrough.pod.stop()
    finally:
        for folder in (work, work / "azure"):
            run(PEERS / "down.sh", folder)
    status = checks.close()
    if status == 0 and not options.work:
        shutil.rmtree(work)
    elif status:
        print(f"the work folder stays: {work}")
    return status


if __name__ == "__main__":
    sys.exit(main())
