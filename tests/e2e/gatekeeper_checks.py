# SPDX-License-Identifier: Apache-2.0
"""The part "gatekeeper": a real API server, a real Gatekeeper before it, and Countersign as its external data provider."""
import contextlib
import json
import shutil
import threading
import time

from forwarder import Forwarder
from gatekeeper_asking import ENTRY, ask, request_for
from gatekeeper_burst import check_burst
from gatekeeper_shapes import check_shapes
from gatekeeper_shipped import check_gaps, check_shipped
from gatekeeper_templates import TEMPLATES, constraint, provider, template
from pull_secrets import PROGRAMS, Cluster
from reviews import ALLOWED, containers
from stack import PEERS, Certificates, Server, free_port, run, until

WEBHOOK_SECONDS = 3  # what the API server gives Gatekeeper
AT_ONCE_SECONDS = 20  # where Gatekeeper keeps answers for 180; our own pause for a host that failed is in it
# Namespaces by what their constraint looks at; in `tenant` keys carry the namespace.
NAMESPACES = {"plain": ("ThreeRules", False), "counted": ("CountsKeys", False), "lax": ("IgnoresErrors", False),
              "tenant": ("CountsKeys", True), "free": ("CountsKeys", True)}


class Gate(Forwarder):
    """In front of a registry: it can hang, or answer nothing but 503."""

    def __init__(self, behind):
        super().__init__(behind)
        self.open = threading.Event()
        self.open.set()

    def admit(self, path, headers):
        seen = super().admit(path, headers)
        self.open.wait(30)
        return seen

    @contextlib.contextmanager
    def hanging(self):
        self.open.clear()
        try:
            yield
        finally:
            self.open.set()


class Stage:
    """What the steps share. `pair` and `ca` are the provider's, whatever plays it."""

    def __init__(self, world, folder, gate, cluster):
        self.world, self.checks, self.folder, self.gate, self.cluster = world, world.checks, folder, gate, cluster
        self.library = world.libraries["olareg"]
        self.certificates = Certificates(folder / "provider-pki")
        self.pair, self.ca = self.certificates.issue("scripted"), self.certificates.ca
        self.port = free_port()
        self.server = None

    def configure(self, common):
        """The endpoint has a listener of its own."""
        certificate, key = self.certificates.issue("provider")
        whole = self.world.sections(common, [self.gate.settings()])
        whole["admission"]["rules"].insert(0, {"name": "free", "namespaces": ["free"], "action": "allow"})
        return whole | {"gatekeeper": {"listen": f"127.0.0.1:{self.port}", "tls": {"certificate": str(certificate), "key": str(key), "clients": {
            "authorities": str(self.folder / "pki/ca.crt"), "names": ["gatekeeper"]}}}}

    def client(self):
        """Gatekeeper's certificate, for curl."""
        pki = self.folder / "pki/gatekeeper"
        return "--cert", pki / "tls.crt", "--key", pki / "tls.key"

    def image(self, name):
        return f"{self.gate.host}/shop/web@{self.library.digests[name]}"

    def run_pod(self, namespace, *images, **spec):
        """(output, seconds); the output is ALLOWED when the pod was."""
        began = time.monotonic()
        thing = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": namespace},
                 "spec": {"containers": containers(*images)} | spec}
        done = self.cluster.kubectl("apply", "--dry-run=server", "-f", "-", ok=None, input=json.dumps(thing))
        text = ALLOWED if done.returncode == 0 else (done.stdout + done.stderr).strip()
        return text, time.monotonic() - began

    def expect(self, name, said, *parts):
        """A denial by Gatekeeper with these parts, or ALLOWED."""
        if parts == (ALLOWED,):
            self.checks.check(name, "" if said == ALLOWED else said[-400:])
            return
        lacking = [part for part in ('webhook "validation.gatekeeper.sh" denied the request', *parts) if part not in said]
        self.checks.check(name, f"no {lacking} in: {said[-500:]}" if lacking else "")

    def wait_for_denials(self, namespace, image):
        if not until(60, lambda: "denied the request" in self.run_pod(namespace, image)[0]):
            raise RuntimeError(f"Gatekeeper does not judge pods of {namespace}: {self.run_pod(namespace, image)[0][-300:]}")

    def recovers(self, name, namespace, image):
        """Soon allowed, long before Gatekeeper forgets."""
        began = time.monotonic()
        well = until(AT_ONCE_SECONDS, lambda: self.run_pod(namespace, image)[0] == ALLOWED)
        self.checks.check(name, "" if well else f"still denied after {time.monotonic() - began:.0f} s: {self.run_pod(namespace, image)[0][-300:]}")


def set_up(stage):
    cluster = stage.cluster
    run(PEERS / "gatekeeper-up.sh", stage.folder, free_port(3))
    cluster.apply(*(template(kind) for kind in TEMPLATES))
    for kind in TEMPLATES:
        until(30, lambda kind=kind: cluster.kubectl("get", "crd", f"{kind.lower()}.constraints.gatekeeper.sh", ok=None).returncode == 0)
    cluster.apply(provider("countersign", f"https://127.0.0.1:{stage.port}{ENTRY}", stage.ca))
    for namespace, (kind, namespaced) in NAMESPACES.items():
        cluster.add_namespace(namespace)
        until(30, lambda item=constraint(kind, namespace, provider="countersign", namespaced=namespaced):
              cluster.kubectl("apply", "-f", "-", ok=None, input=json.dumps(item)).returncode == 0)
        if namespace != "free":
            stage.wait_for_denials(namespace, stage.image("tampered"))


def check_verdicts(stage):
    for namespace in ("plain", "counted", "lax", "tenant"):
        stage.expect(f"{namespace}: a signed image", stage.run_pod(namespace, stage.image("signed"))[0], ALLOWED)
        stage.expect(f"{namespace}: the same image twice", stage.run_pod(namespace, *[stage.image("signed")] * 2)[0], ALLOWED)
        for name in ("unsigned", "stranger"):
            stage.expect(f"{namespace}: an image that is {name}", stage.run_pod(namespace, stage.image(name))[0], stage.image(name))
    for namespace in ("plain", "counted", "tenant"):
        said = stage.run_pod(namespace, stage.image("signed"), stage.image("unsigned"), stage.image("signed"))[0]
        stage.expect(f"{namespace}: one of three unsigned, with our reason", said, "SIGNATURE_NOT_FOUND", stage.image("unsigned"), "trace ")
        stage.checks.check(f"{namespace}: the others are not blamed", "they are" if stage.image("signed") in said.split("denied the request")[-1] else "")
        stage.expect(f"{namespace}: a stranger's signature, with our reason", stage.run_pod(namespace, stage.image("stranger"))[0], "UNTRUSTED")
    init = {"initContainers": containers(stage.image("unsigned"), prefix="i")}
    stage.expect("counted: an unsigned init container", stage.run_pod("counted", stage.image("signed"), **init)[0], "SIGNATURE_NOT_FOUND")
    stage.expect("counted: a registry that nobody listed", stage.run_pod("counted", "registry.example/a:1")[0], "REGISTRY_NOT_ALLOWED")
    stage.expect("counted: what is no reference", stage.run_pod("counted", "UPPER/a")[0], "BAD_REFERENCE")
    stage.expect("free: the rules of the namespace in the key", stage.run_pod("free", stage.image("unsigned"))[0], ALLOWED)


def check_hang(stage):
    """AW-114: in time, transient, and nothing that outlives the trouble."""
    names = {"plain": "chain", "counted": "jws", "lax": "docker"}
    with stage.gate.hanging():
        for namespace, name in names.items():
            for attempt in ("first", "second"):
                said, seconds = stage.run_pod(namespace, stage.image(name))
                stage.expect(f"{namespace}: the registry hangs, {attempt} try", said, " transient: ")
                stage.checks.check(f"{namespace}: denied in time, {attempt} try", "" if seconds < WEBHOOK_SECONDS + 2 else f"after {seconds:.1f} s")
        answer, seconds = ask(stage, [stage.image("chain"), "[free]" + stage.image("unsigned"), "", stage.image("jws")])
        items = answer["response"]["items"]
        stage.checks.check("the provider answers in 2.8 s while the registry hangs", "" if seconds < 2.8 else f"{seconds:.2f} s")
        stage.checks.equal("other keys keep their verdicts beside transient ones",
                           [item.get("error", "good").partition(": ")[0].partition(" ")[2] or item.get("error", "good").partition(":")[0]
                            for item in items], ["transient", "good", "BAD_REFERENCE", "transient"])
    for namespace, name in names.items():
        stage.recovers(f"{namespace}: allowed at once when the registry is back", namespace, stage.image(name))


def check_provider_down(stage):
    kept = "registry.example/kept:1"
    stage.expect("free: the provider is well", stage.run_pod("free", kept)[0], ALLOWED)
    stage.server.stop()
    for namespace in ("plain", "counted", "lax", "free"):
        stage.expect(f"{namespace}: the provider is down", stage.run_pod(namespace, f"registry.example/{namespace}:new")[0], "system error: ")
    stage.expect("free: what Gatekeeper keeps still counts", stage.run_pod("free", kept)[0], ALLOWED)
    stage.server.start()
    until(10, stage.server.ready)
    for namespace in ("plain", "counted"):
        stage.expect(f"{namespace}: the provider is back", stage.run_pod(namespace, f"registry.example/{namespace}:new")[0], "REGISTRY_NOT_ALLOWED")


def post(stage, body, *options):
    """By curl, so that its TLS can be told what to do."""
    return run("curl", "--silent", "--show-error", "--max-time", "10", "--cacert", stage.ca, "-H", "Content-Type: application/json",
               "--data-binary", body, *stage.client(), *options, ok=None)


def check_transport(stage):
    """AW-113: a listener of its own speaks TLS 1.3 only, unless it is told otherwise, takes Gatekeeper's certificate and no
    other, and has no other endpoint."""
    own, shared = f"https://127.0.0.1:{stage.port}", f"https://127.0.0.1:{stage.server.port}"
    body = json.dumps(request_for([stage.image("signed")]))
    for version, good in (("1.2", False), ("1.3", True)):
        done = post(stage, body, f"--tlsv{version}", "--tls-max", version, own + ENTRY)
        stage.checks.equal(f"TLS {version} at the provider's listener", '"isSuccess":true' in done.stdout, good)
    make = lambda name: run("bash", "-c", f". {PEERS}/lib.sh; make_cert {stage.folder}/pki {name} /CN={name}")
    make("stranger")
    other = stage.certificates.issue("gatekeeper")
    for what, (certificate, key) in (("another name", (stage.folder / "pki/stranger.crt", stage.folder / "pki/stranger.key")),
                                     ("another authority", other)):
        done = post(stage, body, "--cert", certificate, "--key", key, own + ENTRY)
        stage.checks.equal(f"a client with a certificate of {what}", done.stdout, "")
    for what, url, status in (("the provider is not at the webhook's listener", f"{shared}{ENTRY}", "404"),
                              ("the webhook is not at the provider's", f"{own}/validate", "404"),
                              ("there is no mutation", f"{own}/ratify/gatekeeper/v1/mutate", "404"),
                              ("what is no request is 400", own + ENTRY, "400")):
        ca = ["--cacert", stage.server.ca] if url.startswith(shared) else []
        done = post(stage, "{}", "-o", "/dev/null", "-w", "%{http_code}", *ca, url)
        stage.checks.equal(what, done.stdout, status)


def check_records(stage):
    lines = [json.loads(line) for line in stage.server.log().splitlines() if '"gatekeeper"' in line]
    decisions = [line for line in lines if line.get("entry") == "gatekeeper" and "allowed" in line]
    stage.checks.check("a log line for every key, with its trace", "" if decisions and all(line.get("id") for line in decisions) else str(decisions[:1]))
    keys = stage.server.metrics("countersign_provider_keys_total")
    stage.checks.check("keys are counted by outcome", "" if {"accepted", "refused"} <= {labels["outcome"] for labels, _ in keys} else str(keys))


STEPS = (check_verdicts, check_transport, check_hang, check_provider_down, check_shapes, check_burst, check_shipped, check_gaps,
         check_records)


def check(world):
    lacking = [program for program in (*PROGRAMS, "gatekeeper") if not shutil.which(program)]
    if lacking:
        missing = world.missing if "gatekeeper" in world.options.parts else world.checks.skip
        missing("Gatekeeper", f"{', '.join(lacking)} not built (tests/peers/build.sh cluster long)")
        return
    folder = world.work / "gatekeeper"
    folder.mkdir()
    try:
        with Gate(world.libraries["olareg"].registry.host) as gate:
            stage = Stage(world, folder, gate, Cluster(folder))
            with Server(world.binary, folder, Certificates(folder / "webhook-pki"), stage.configure) as stage.server:
                set_up(stage)
                for step in STEPS:
                    with world.checks.guarded(step.__name__):
                        step(stage)
    finally:
        run(PEERS / "down.sh", folder, ok=None)
