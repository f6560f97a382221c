#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The end-to-end test; run.sh finds the programs and starts this. Each part is a module with check(world)."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import admission_policies
import azure_checks
import bad_configuration
import bad_requests
import changes
import chaos
import ci_checks
import cluster_checks
import differential
import documents
import gatekeeper_checks
import hostile_clients
import hostile_registry
import indexes
import matrix
import mirrors
import overload
import plugin_signing
import pods
import pull_secrets
import replicas
import round_trips
import rules
import signed_images
import signing_checks
import transports
from bad_registry import BadRegistry, Sink
from checks import Checks
from contents import Content, digest
from faults import CANARY as UPSTREAM_CANARY
from images import Image, Library, Registry, Signers, sign_apart
from stack import PEERS, Certificates, Server, free_port, run

# (name, kind, TLS, authentication): with and without the referrers API; anonymous, Basic, Bearer.
REGISTRIES = (("distribution", "distribution", False, "none"),
              ("olareg", "olareg", False, "none"),
              ("ggcr", "ggcr", False, "none"),
              ("distribution-basic", "distribution", True, "basic"),
              ("olareg-bearer", "olareg", True, "bearer"),
              ("distribution-bearer", "distribution", True, "bearer"))

PARTS = (("registries", "signed images in real registries", signed_images.check),
         ("matrix", "every registry, transport and authentication", matrix.check),
         ("indexes", "images for several platforms, and copied signatures", indexes.check),
         ("costs", "requests and round trips", round_trips.check),
         ("mirrors", "mirrors", mirrors.check),
         ("secrets", "pull secrets in a real Kubernetes API server", pull_secrets.check),
         ("cluster", "a certificate that keeps itself, labels and events in a real Kubernetes API server", cluster_checks.check),
         ("vap", "admission policies of deploy/vap beside the webhook, in a real Kubernetes API server", admission_policies.check),
         ("transports", "proxies, TLS and client certificates", transports.check),
         ("differential", "countersign verify beside notation verify, on good and on altered signatures", differential.check),
         ("pods", "pods and references", pods.check),
         ("rules", "rules: several signers, several verifications, labels", rules.check),
         ("requests", "requests that are none", bad_requests.check),
         ("replicas", "two replicas, one of which is killed, frozen or replaced", replicas.check),
         ("overload", "registries that hang or are gone, and their neighbours", overload.check),
         ("clients", "clients that misuse their connection", hostile_clients.check),
         ("faults", "registries that misbehave", hostile_registry.check),
         ("chaos", "a registry that fails under load", chaos.check),
         ("changes", "everything that changes while calls come", changes.check),
         ("configuration", "configurations that can't be used", bad_configuration.check),
         ("documents", "what the pages show", documents.check),
         ("signing", "signing: COSE and JWS, keys of files and of Key Vault, registries and layouts", signing_checks.check),
         ("plugin", "the Notation CLI signs through our plugin", plugin_signing.check),
         ("azure", "Azure: identities, Key Vault, Container Registry", azure_checks.check),
         ("pipelines", "the pipelines of deploy/ci", ci_checks.check),
         ("gatekeeper", "a real Gatekeeper, and its external data provider", gatekeeper_checks.check))
CLUSTER_PARTS = (("kubernetes", "a real Kubernetes API server"),
                 ("workloads", "a real Kubernetes API server: both entries, controllers, other webhooks"))
PEER_PROGRAMS = ("notation", "oras", "crane", "ociregistry", "registry")
CLUSTER_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kubectl")


PASSWORD_CANARY = "canary-password"


def bad_lines(log):
    wrong = []
    for line in log.splitlines():
        try:
            if not isinstance(json.loads(line), dict):
                wrong.append(line[:100])
        except ValueError:
            wrong.append(line[:100])
    return (["nothing was logged"] if not log else []) + wrong[:3]


class World:
    """What the parts share."""

    def __init__(self, options, work, checks):
        self.options, self.work, self.checks = options, work, checks
        self.binary, self.client = options.binary, options.client
        self.certificates = Certificates(work / "webhook-pki")
        self.signers = Signers(work)
        self.libraries = {}
        self.server = self.bad = self.sink = self.bad_digest = None
        self.nobody = f"127.0.0.1:{free_port()}"

    def missing(self, name, why):
        """Something that the machine lacks: visible, and with --require a failure."""
        if self.options.require:
            self.checks.check(name, why)
        else:
            self.checks.skip(name, why)

    def fill_registries(self):
        for name, kind, tls, auth in REGISTRIES:
            self.libraries[name] = Library(self.work, Registry(self.work, name, kind, tls, auth), self.signers)

    def hostile_content(self):
        """An image and a good signature of it, for the registry that misbehaves."""
        manifest, envelope = sign_apart(self.work, self.signers, Image(self.work, "hostile"))
        self.bad_digest = digest(manifest)
        return Content(manifest, envelope)

    def configure(self, sections):
        entries = [library.registry.settings() for library in self.libraries.values()]
        entries += [entry | {"credentials": {"kind": "basic", "username": "u", "password": PASSWORD_CANARY}}
                    for entry in self.bad.settings(hostile_registry.REPOSITORIES)]
        entries.append({"host": self.nobody, "plainHttp": True, "allowAddresses": ["127.0.0.1"]})
        return self.sections(sections, entries)

    def sections(self, common, entries):
        """A server's whole configuration: everything must be signed."""
        return common | {
            "admission": {"default": "deny", "rules": [{"name": "all", "action": "verify", "mode": "enforce", "references": "any"}]},
            "trustPolicy": self.signers.policy(),
            "trustStores": [{"name": "ca:trusted", "source": "files", "paths": [str(file) for file in self.signers.trusted]}],
            "registries": entries}


def run_parts(world, wanted):
    checks = world.checks
    checks.part("start registries, push and sign")
    world.fill_registries()
    with Sink() as world.sink, BadRegistry(world.hostile_content(), world.sink.origin) as world.bad, \
            Server(world.binary, world.work, world.certificates, world.configure) as world.server:
        for name, title, part in PARTS:
            if name in wanted:
                checks.part(title)
                with checks.guarded(title):
                    part(world)
        checks.part("the end")
        log = (world.work / "server.log").read_text(errors="replace")
        pages = log + "".join(world.server.probe(page).body for page in ("/metrics", "/readyz?verbose"))
        environment = pathlib.Path(f"/proc/{world.server.process.pid}/environ").read_text(errors="replace")
        checks.check("no password is in the log, in a page or in the environment",  # LOG-01
                     "" if PASSWORD_CANARY not in pages + environment else "it is")
        checks.check("nothing that a registry said in an error is in the log",  # LOG-08
                     "" if UPSTREAM_CANARY not in log else "it is")
        checks.check("every line of the log is a JSON object", bad_lines(log))  # LOG-02
        checks.equal("SIGTERM ends the server with 0", world.server.stop(), 0)


def run_kubernetes(world, name, title):
    """A script that starts an API server and prints the same lines; they are counted here."""
    world.checks.part(title)
    lacking = [program for program in CLUSTER_PROGRAMS if not shutil.which(program)]
    if lacking:
        world.missing("Kubernetes", f"{', '.join(lacking)} not built (tests/peers/build.sh cluster)")
        return
    script = pathlib.Path(__file__).with_name(f"{name}.sh")
    with subprocess.Popen([script, world.binary, world.work / name], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            world.checks.passed += line.startswith("ok ")
            world.checks.failed += line.startswith("FAIL ")
    world.checks.equal(f"{name}.sh came to its end", process.returncode, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--client", type=pathlib.Path)
    parser.add_argument("--require", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    clusters = {name for name, _ in CLUSTER_PARTS}
    names = [name for name, _, _ in PARTS] + sorted(clusters)
    unknown = set(options.parts) - set(names)
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = options.parts or names

    checks = Checks()
    work = pathlib.Path(tempfile.mkdtemp(prefix="countersign-e2e-"))
    world = World(options, work, checks)
    try:
        lacking = [program for program in PEER_PROGRAMS if not shutil.which(program)]
        if lacking:
            world.missing("the end-to-end test", f"{', '.join(lacking)} not built (tests/peers/build.sh default)")
        elif set(wanted) - clusters:
            with checks.guarded("the test"):
                run_parts(world, wanted)
        for name, title in CLUSTER_PARTS:
            if name in wanted:
                with checks.guarded(name):
                    run_kubernetes(world, name, title)
    finally:
        run(PEERS / "down.sh", work, ok=None)
        if options.keep or checks.failed:
            print(f"logs and data are in {work}")
        else:
            shutil.rmtree(work)
    return checks.close()


if __name__ == "__main__":
    os.environ |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    sys.exit(main())
