#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""behind_gatekeeper.py --binary FILE [--image FOLDER] [--chart FOLDER] [--work FOLDER]: the walk-through of docs/install.md, "Behind
Gatekeeper", as a user would see it: the chart's Provider, the template and the constraint of deploy/gatekeeper; a signed pod is created,
an unsigned one forbidden by Gatekeeper with our reason; warnings first, an excluded namespace, nobody who answers, a new certificate and a
new authority under load, and the way out.

Real and stand-in as in walkthrough.py; Gatekeeper is real, too. It calls us by the Service's name, as the Provider says: instead of the
cluster's DNS it has a file, and instead of kube-proxy a balancer that listens where that file leads.
"""
import base64
import dataclasses
import json
import re
import ssl
import sys
import threading

from walkthrough import NAMESPACE, RATIFY, RELEASE, RESTRICTED, ROOT, Walkthrough, main
# pylint: disable=wrong-import-order
from balancer import Balancer
from cluster_world import aged_authority
from scripted_entra import CLIENT
from stack import PEERS, free_port, run, until

FILES = ROOT / "deploy/gatekeeper"
SERVICE = f"{RELEASE}-gatekeeper"
CRD = "countersignimages.constraints.gatekeeper.sh"
CONSTRAINT = ("countersignimages", "signed-images")
DENIED = 'admission webhook "validation.gatekeeper.sh" denied the request: [signed-images] '
MENDING_SECONDS = 110  # once a minute at most, and a few looks of ten seconds
ROTATION_SECONDS = 180  # a minute for the bundles to settle, and some looks


@dataclasses.dataclass
class Endpoint:
    """Of the Service, as the balancer wants it."""
    port: int
    admin: int


class Calls:
    """Dry runs of one pod, one after another while the `with` lasts; what failed."""

    def __init__(self, walk):
        self.walk, self.over, self.made, self.failed = walk, threading.Event(), 0, []
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.is_set():
            done = self.walk.try_pod("signed")
            self.made += 1
            if done.returncode:
                self.failed.append(done.stderr.strip()[-300:])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class BehindGatekeeper(Walkthrough):
    def __init__(self, options, work, checks):
        super().__init__(options, work, checks)
        self.listener = free_port()
        self.address = "127.83.{}.{}".format(*divmod(self.listener, 256))  # the Service's own, so that its port is free
        hosts = work / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{self.address} {SERVICE}.{NAMESPACE}.svc\n")
        # Short, so that each call is a question to us.
        run("env", f"GATEKEEPER_HOSTS={hosts}", "GATEKEEPER_TTL=1s", PEERS / "gatekeeper-up.sh", work, free_port(3))

    def proxy(self):
        """The API server calls Gatekeeper alone."""

    def try_pod(self, image, namespace="default"):
        return self.kubectl("run", "probe", f"--image={self.reference(image)}", "-n", namespace, "--dry-run=server", ok=None)

    def provider(self):
        return json.loads(self.kubectl("get", "provider", "ratify-provider", "-o", "json").stdout)

    def authority(self):
        return self.kubectl("get", "secret", f"{RELEASE}-tls", "-n", NAMESPACE, "-o", r"jsonpath={.data.ca\.crt}").stdout

    # The steps, in their order.
    def install(self):  # AW-98
        self.step("helm install, behind Gatekeeper")
        self.kubectl("create", "namespace", NAMESPACE)
        self.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
        authority = self.work / "gatekeeper-ca.crt"
        secret = self.kubectl("get", "secret", "gatekeeper-webhook-server-cert", "-n", "gatekeeper-system", "-o",
                              'go-template={{index .data "ca.crt" | base64decode}}')
        authority.write_text(secret.stdout)
        self.helm("install", RELEASE, self.options.chart, "-n", NAMESPACE, "--set", "webhook.enabled=false", "--set", "gatekeeper.enabled=true",
                  "--set-file", f"gatekeeper.clientCA={authority}", *RATIFY, *self.loopback())
        self.check("Gatekeeper takes the chart's Provider, with a certificate that is nobody's", [] if self.provider()["spec"]["caBundle"] else ["none"])
        self.azure.entra.applications[CLIENT].token_file = self.pod.folder / "volumes/azure-identity-token/azure-identity-token"
        self.pod.start()
        self.pod.wait_ready()
        self.check("the pod is ready", [])
        own = lambda: self.provider()["spec"]["caBundle"] == self.authority()
        self.check("the Provider has the pod's authority", [] if until(20, own) else [self.provider()["spec"]["caBundle"][:80]])

    def loopback(self):
        words = super().loopback()
        values = json.loads(words[1].read_text())
        words[1].write_text(json.dumps(values | {"gatekeeper": {"containerPort": self.listener}}))
        return words

    def constrain(self):
        self.step("template and constraint, with warnings first")
        self.kube("apply", "-f", str(FILES / "template.yaml"), ok=(0,))
        self.kube("wait", "--for=create", f"crd/{CRD}", "--timeout=30s", ok=(0,))
        self.kube("wait", "--for=condition=Established", f"crd/{CRD}", "--timeout=30s", ok=(0,))
        self.kube("apply", "-f", str(FILES / "constraint.yaml"), ok=(0,))
        self.enforce("warn")
        self.check("the user is warned", [] if until(30, lambda: "SIGNATURE_NOT_FOUND" in self.try_pod("unsigned").stderr) else ["no warning"])
        self.expect("the unsigned image is created, with a warning", self.run_pod("warned", "unsigned"), 0, "Warning: [signed-images] ")

    def enforce(self, action):
        self.kube("patch", *CONSTRAINT, "--type=merge", "-p", json.dumps({"spec": {"enforcementAction": action}}), ok=(0,))

    def decide(self):
        self.step("kubectl run")
        self.enforce("deny")
        until(30, lambda: self.try_pod("unsigned").returncode)
        self.expect("the signed image is created", self.run_pod("signed", "signed"), 0, "pod/signed created")
        denied = self.run_pod("unsigned", "unsigned")
        self.expect("the unsigned one is forbidden, by Gatekeeper", denied, 1, DENIED)
        self.expect("and the message says why", denied, 1, f"containers unsigned: image {self.reference('unsigned')}: SIGNATURE_NOT_FOUND")
        trace = re.search(r"\(trace ([\w-]+)\)", denied.stderr)
        self.check("the trace in it is in our log", [] if trace and f'"{trace[1]}"' in self.pod.log() else [denied.stderr[-200:]])

    def exempt(self):
        self.step("a namespace that is not judged")
        self.expect("the release's own", self.kube("run", "own", "--image=registry.example.com/any:1", "-n", NAMESPACE, "--dry-run=server",
                                                   "--overrides", RESTRICTED), 0, "pod/own created")
        self.kubectl("create", "namespace", "legacy")
        self.kube("patch", *CONSTRAINT, "--type=json", "-p",
                  json.dumps([{"op": "add", "path": "/spec/match/excludedNamespaces/-", "value": "legacy"}]), ok=(0,))
        until(20, lambda: not self.try_pod("unsigned", "legacy").returncode)
        self.expect("the unsigned image is created there", self.run_pod("old", "unsigned", namespace="legacy"), 0, "pod/old created")
        self.expect("and nowhere else", self.run_pod("new", "unsigned"), 1, DENIED)

    def outage(self):
        self.step("while nobody answers")
        self.pod.stop()
        until(20, lambda: self.try_pod("signed").returncode)
        self.expect("pods are refused", self.run_pod("closed", "signed"), 1, f"{DENIED}Countersign could not judge: ")
        self.pod.start()
        self.pod.wait_ready()
        self.check("and created when it is back", [] if until(20, lambda: not self.try_pod("signed").returncode) else [self.try_pod("signed").stderr[-300:]])

    def rotate(self):
        self.step("a new certificate, and a new authority")
        leaf = lambda: self.kubectl("get", "secret", f"{RELEASE}-tls", "-n", NAMESPACE, "-o", r"jsonpath={.data.tls\.crt}").stdout
        bundled = lambda number: self.provider_authorities() == number and not self.try_pod("signed").returncode
        aged, key = aged_authority(self.work / "aged")
        # As if two thirds of the authority's year had passed.
        self.kubectl("patch", "secret", f"{RELEASE}-tls", "-n", NAMESPACE, "--type=merge", "-p", json.dumps(
            {"stringData": {"ca.crt": aged.decode(), "ca.key": key.decode()}, "data": {"tls.crt": "", "tls.key": ""}}))
        self.check("an authority that is due has the next one beside it in the Provider", [] if until(MENDING_SECONDS, lambda: bundled(2)) else [
            f"{self.provider_authorities()} authorities: {self.try_pod('signed').stderr[-300:]}"])
        before = self.authority(), leaf()
        with Calls(self) as calls:
            switched = until(ROTATION_SECONDS, lambda: self.authority() != before[0] and leaf() != before[1])
            followed = switched and until(30, lambda: base64.b64decode(leaf()).decode().startswith(self.served()))
            late = calls.made + 10
            until(30, lambda: calls.made > late)
        self.check("the next one takes over", [] if followed else ["it is not served" if switched else "it is not in the Secret"])
        self.check(f"of {calls.made} pods meanwhile none is refused", calls.failed[:3] or ([] if calls.made > 20 else ["too few"]))
        self.expect("the unsigned image is forbidden still", self.run_pod("later", "unsigned"), 1, "SIGNATURE_NOT_FOUND")

    def served(self):
        return ssl.get_server_certificate((self.address, 443)).strip()

    def provider_authorities(self):
        done = self.kubectl("get", "provider", "ratify-provider", "-o", "go-template={{.spec.caBundle | base64decode}}")
        return done.stdout.count("BEGIN CERTIFICATE")

    def uninstall(self):  # AW-100: no pod of ours is left
        self.step("the way out: constraint, template, release")
        self.kube("delete", *CONSTRAINT, ok=(0,))
        self.kube("delete", "-f", str(FILES / "template.yaml"), ok=(0,))
        self.helm("uninstall", RELEASE, "-n", NAMESPACE)
        left = self.kubectl("get", "providers,clusterroles,clusterrolebindings,validatingwebhookconfigurations", "-l",
                            f"app.kubernetes.io/instance={RELEASE}", "-o", "name").stdout
        left += self.kubectl("get", "services,deployments,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies", "-n", NAMESPACE, "-l",
                             f"app.kubernetes.io/instance={RELEASE}", "-o", "name").stdout
        self.check("nothing of the release is left", left.split())
        gone = lambda: self.kubectl("get", "crd", CRD, ok=None).returncode
        self.check("nor the constraint's kind", [] if until(30, gone) else ["it is there"])
        until(20, lambda: not self.try_pod("unsigned").returncode)
        self.expect("pods are created again", self.run_pod("free", "unsigned"), 0, "pod/free created")

    def steps(self):
        return (self.certificate_in_the_vault, self.signed_image, self.install, self.constrain, self.decide, self.exempt, self.outage, self.rotate,
                self.uninstall)

    def walk(self):
        with Balancer(Endpoint(self.listener, self.admin), address=(self.address, 443)):
            super().walk()


if __name__ == "__main__":
    sys.exit(main(BehindGatekeeper, __doc__))
