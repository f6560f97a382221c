# SPDX-License-Identifier: Apache-2.0
"""Rules that demand several signers and several verifications, with signatures by the Notation CLI; rules that need labels
which nobody can read; warnings of `config check`; and `policy test` over the same configuration."""
import json

from images import Image
from reviews import ALLOWED, judge, pod, review
from stack import Certificates, Server, run

FEW, NONE, UNKNOWN = "TOO_FEW_SIGNERS", "SIGNATURE_NOT_FOUND", "NAMESPACE_UNAVAILABLE"
# Namespaces, each with a rule of its own; the image `both` is signed by `vault` and by `chain`, `twice` by `vault` only.
RULES = {
    "one": {}, "two": {"minSignatures": 2}, "three": {"minSignatures": 3},
    "all": {"all": ["vault", "chain"]}, "any": {"any": ["vault", "chain"]},
    "each-two": {"all": ["vault", "chain"], "minSignatures": 2}, "chain": {"all": ["chain"]},
    "labels": {"namespaceSelector": {"matchLabels": {"team": "shop"}}}}
# (namespace, image, what becomes of it)
EXPECTED = (
    ("one", "both", ALLOWED), ("one", "signed", ALLOWED),
    ("two", "both", ALLOWED), ("two", "signed", FEW), ("two", "chain", FEW), ("two", "twice", FEW), ("two", "stranger", "UNTRUSTED"),
    ("two", "unsigned", NONE), ("three", "both", FEW),
    ("all", "both", ALLOWED), ("all", "signed", "UNTRUSTED"), ("all", "chain", "UNTRUSTED"), ("all", "unsigned", NONE),
    ("any", "both", ALLOWED), ("any", "signed", ALLOWED), ("any", "chain", ALLOWED), ("any", "stranger", "UNTRUSTED"),
    ("any", "unsigned", NONE),
    ("each-two", "both", FEW), ("chain", "chain", ALLOWED), ("chain", "signed", "UNTRUSTED"),
    ("labels", "both", UNKNOWN), ("labels", "unsigned", UNKNOWN), ("elsewhere", "both", "NO_POLICY"))


def policy(*stores):
    return {"version": "1.0", "trustPolicies": [{
        "name": "apps", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
        "trustStores": [f"ca:{store}" for store in stores], "trustedIdentities": ["*"]}]}


def configuration(world, registries):
    """Everything but `server`."""
    roots = {"vault": "vault.crt", "chain": "root.crt"}
    return {
        "version": 1,
        "admission": {"rules": [{"name": name, "namespaces": [name], "action": "verify"} | demand for name, demand in RULES.items()]},
        "trustPolicy": policy("vault", "chain"),
        "verifications": [{"name": name, "trustPolicy": policy(name)} for name in roots],
        "trustStores": [{"name": f"ca:{name}", "source": "files", "paths": [str(world.signers.folder / file)]}
                        for name, file in roots.items()],
        "registries": registries}


class Images:
    def __init__(self, world, library):
        self.registry, self.library = library.registry, library
        self.own = {}
        for name, keys in (("both", ("vault", "chain")), ("twice", ("vault", "vault")), ("count-all", ("vault", "chain")),
                           ("count-one", ("vault", "chain"))):
            repository = f"{self.registry.host}/rules/{name}"
            self.own[name] = f"{repository}@{Image(world.work, f'rules-{name}').push(self.registry.oras, f'{repository}:v1')}"
            for envelope, key in zip(("cose", "jws"), keys):
                self.registry.sign(world.signers, key, self.own[name], envelope)

    def reference(self, name):
        return self.own.get(name) or self.library.digest(name)


def ask(server, namespace, image):
    asked = review(pod(image), namespace=namespace)
    return asked, server.post(asked)


def check_decisions(world, server, images):
    for namespace, name, expected in EXPECTED:
        asked, reply = ask(server, namespace, images.reference(name))
        world.checks.check(f"{name} under the rule {namespace} is {expected}", judge(reply, asked, expected))


def check_words(world, server, images):
    """POL-13: who reads the record sees who signed, and under what."""
    _, reply = ask(server, "all", images.reference("both"))
    verified = json.loads(reply.body)["response"]["auditAnnotations"].get("verified", "")
    world.checks.check("the record names both verifications",
                       [f"{part} is not in {verified!r}" for part in ("policy vault/apps signature sha256:", "policy chain/apps signature sha256:")
                        if part not in verified])
    _, reply = ask(server, "all", images.reference("signed"))
    message = json.loads(reply.body)["response"]["status"]["message"]
    world.checks.check("the denial names the verification", "" if "chain/apps" in message else message)


def requests(server):
    return sum(value for _, value in server.metrics("countersign_registry_requests_total"))


def check_requests(world, server, images):
    """An image is resolved and its signatures are fetched once, whatever the number of verifications."""
    costs = {}
    for namespace, name in (("two", "count-one"), ("all", "count-all")):
        before = requests(server)
        ask(server, namespace, images.reference(name))
        costs[namespace] = requests(server) - before
    world.checks.equal("two verifications cost as many requests as one that wants both signatures", costs["all"], costs["two"])


def check_command(world, images):
    """`config check` and `policy test` of the program, with the same configuration."""
    folder = world.work / "policy-cases"
    folder.mkdir()
    config = folder / "countersign.yaml"
    sections = configuration(world, [images.registry.settings()])
    config.write_text(json.dumps(sections, indent=2))
    done = run(world.binary, "config", "check", "--strict", config, ok=None)
    world.checks.check("config check has nothing to warn of", done.stderr if done.returncode else "")
    for namespace, name, expected in EXPECTED:
        allowed = expected == ALLOWED
        case = {"manifest": pod(images.reference(name)), "expect": [
            {"image": images.reference(name), "decision": "allow" if allowed else "deny",
             "rule": namespace if namespace in RULES else "default"} | ({} if allowed else {"reason": expected})]}
        case["manifest"]["metadata"]["namespace"] = namespace
        (folder / f"{namespace}-{name}.yaml").write_text(json.dumps(case))
    labelled = {"manifest": pod(images.reference("both")), "namespace": "labels", "namespaceLabels": {"team": "shop"},
                "expect": [{"decision": "allow"}]}
    labelled["manifest"]["metadata"]["namespace"] = "labels"
    (folder / "labelled.yaml").write_text(json.dumps(labelled))
    done = run(world.binary, "policy", "test", folder, ok=None)
    world.checks.check("policy test comes to what the webhook answered",
                       [] if (done.returncode, f"{len(EXPECTED) + 1} passed, 0 failed" in done.stdout) == (0, True)
                       else [f"exit {done.returncode}", (done.stdout + done.stderr)[-600:]])
    labelled["expect"][0]["decision"] = "deny"
    (folder / "labelled.yaml").write_text(json.dumps(labelled))
    done = run(world.binary, "policy", "test", "-o", "json", folder, ok=None)
    world.checks.check("policy test tells a difference by exit status 1",
                       [] if done.returncode == 1 and json.loads(done.stdout)["failed"] == 1 else [f"exit {done.returncode}", done.stdout[-300:]])
    sections["admission"]["rules"].insert(0, {"name": "first", "action": "deny"})
    config.write_text(json.dumps(sections, indent=2))
    done = run(world.binary, "config", "check", config, ok=None)
    warned = done.stderr.count(": warning: rule ")
    world.checks.check("config check warns of rules that never match",
                       [] if (done.returncode, done.stdout, warned) == (0, "OK\n", len(RULES)) else [f"exit {done.returncode}, {warned} warnings"])
    done = run(world.binary, "config", "check", "--strict", config, ok=None)
    world.checks.equal("with --strict it ends with 2", done.returncode, 2)


def check(world):
    library = world.libraries["distribution"]
    images = Images(world, library)
    folder = world.work / "rules"
    folder.mkdir()
    certificates = Certificates(folder / "pki")
    configure = lambda common: common | configuration(world, [library.registry.settings()])
    with Server(world.binary, folder, certificates, configure) as server:
        check_decisions(world, server, images)
        check_words(world, server, images)
        check_requests(world, server, images)
    check_command(world, images)
