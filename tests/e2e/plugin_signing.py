# SPDX-License-Identifier: Apache-2.0
"""The real Notation CLI signs with keys of a vault through the program as its plugin; Notation and Countersign judge that."""
import json
import shutil

from images import SELF_SIGNED, Image, Registry, Signers
from scripted_azure import VAULT, ScriptedAzure
from scripted_vault import forbidden
from stack import PEERS, run

ID = f"https://{VAULT}"
CURVE = "ec -pkeyopt ec_paramgen_curve:P-"
KEYS = {"rsa2048": "rsa:2048", "rsa3072": "rsa:3072", "rsa4096": "rsa:4096", "ec256": f"{CURVE}256", "ec384": f"{CURVE}384",
        "ec521": f"{CURVE}521"}
SELF = ("self_signed=true",)


class VaultSigners(Signers):
    """One self-signed certificate for each algorithm, beside the chain; all of them trusted."""

    def __init__(self, work):
        super().__init__(work)
        for name, key in KEYS.items():
            self._certificate(name, key, *SELF_SIGNED)
            shutil.copy(self.folder / f"{name}.crt", self.home / "truststore/x509/ca/trusted")
        self._certificate("web", KEYS["ec256"], "-addext", "extendedKeyUsage=serverAuth", "-addext", "basicConstraints=CA:FALSE")

    def pem(self, name, chain=None):
        """As `az keyvault certificate import` takes it."""
        return (self.folder / f"{name}.key").read_text() + (self.folder / f"{chain or name}.crt").read_text()

    def above(self):
        """What stands above the leaf, root first."""
        file = self.folder / "above.pem"
        file.write_text("".join((self.folder / f"{name}.crt").read_text() for name in ("root", "middle")))
        return file


class Stage:
    def __init__(self, world):
        self.world, self.checks, self.binary = world, world.checks, world.binary
        self.folder = world.work / "plugin"
        self.folder.mkdir()
        self.signers = VaultSigners(self.folder)
        self.registry = Registry(self.folder, "images", "olareg")
        self.azure = ScriptedAzure(self.folder, {})
        self.vault, self.front = self.azure.contents[VAULT], self.azure.fronts[VAULT]
        self.versions = {name: self.vault.import_certificate(name, self.signers.pem(name), exportable=False) for name in (*KEYS, "web")}
        self.versions["chain"] = self.vault.import_certificate("chain", self.signers.pem("leaf", "chain"))
        self.config = self.folder / "azure.yaml"
        self.config.write_text(json.dumps({"version": 1, "azure": self.azure.settings()}))
        self.said, self.images = [], 0

    def install(self):
        """As a user would: `notation plugin install` looks at the file, asks it who it is, and copies it."""
        file = self.folder / "notation-azure-kv"
        shutil.copy(self.binary, file)
        return self.notation("plugin", "install", "--file", file)

    def notation(self, *command):
        done = self.signers.notation(*command, ok=None, NOTATION_LIBEXEC=str(self.folder / "libexec"),
                                     COUNTERSIGN_CONFIG=str(self.config))
        self.said.append(done.stdout + done.stderr)
        return done

    def image(self):
        self.images += 1
        digest = Image(self.folder, f"image-{self.images}").push(self.registry.oras, f"{self.registry.host}/web:{self.images}")
        return f"{self.registry.host}/web@{digest}"

    def sign(self, reference, key, options=(), envelope="cose"):
        flags = [word for option in options for word in ("--plugin-config", option)]
        return self.notation("sign", "--insecure-registry", "--force-referrers-tag=false", "--signature-format", envelope, "--plugin", "azure-kv", "--id", key, *flags,
                             reference)

    def judged(self, reference):
        """What is wrong with the signature, by Notation and by us."""
        theirs = self.notation("verify", "--insecure-registry", reference)
        ours = run(self.binary, "verify", "--notation-config", self.signers.home, "--plain-http", self.registry.host, "--allow-address",
                   "127.0.0.1", reference, ok=None)
        return [f"{done.args[0]}: {done.stdout}{done.stderr}"[:600] for done in (theirs, ours) if done.returncode]

    def accepted(self, name, key, options=(), envelope="cose"):
        reference = self.image()
        done = self.sign(reference, key, options, envelope)
        self.checks.check(name, [done.stderr.strip()] if done.returncode else self.judged(reference))

    def refused(self, name, key, options, *words):
        """Notation passes the words on, and nothing was stored."""
        reference = self.image()
        done = self.sign(reference, key, options)
        wrong = [f"it does not say {word!r}: {done.stderr.strip()}" for word in words if word not in done.stderr]
        if done.returncode == 0:
            wrong.append("it signs")
        if "no associated signature" not in (listed := self.notation("list", "--insecure-registry", reference)).stdout + listed.stderr:
            wrong.append(f"there is a signature: {listed.stdout}{listed.stderr}")
        self.checks.check(name, wrong)


def check_all_algorithms(stage):
    for name in KEYS:
        for envelope in ("cose", "jws"):
            stage.accepted(f"{name}, {envelope}", f"{ID}/keys/{name}", SELF, envelope)


def check_chains(stage):
    version, above = stage.versions["chain"], f"ca_certs={stage.signers.above()}"
    stage.accepted("the chain of the secret", f"{ID}/keys/chain")
    stage.accepted("the chain of the secret, by the certificate's identifier", f"{ID}/certificates/chain/{version}/")
    stage.accepted("the chain of a file, root first", f"{ID}/keys/chain/{version}", (above,), "jws")
    stage.accepted("a self-signed certificate by its secret", f"{ID}/keys/rsa2048", ("as_secret=true",))
    stage.refused("a certificate that is not self-signed", f"{ID}/keys/chain", SELF, "is missing")
    stage.refused("a certificate for web servers", f"{ID}/keys/web", SELF, "has no key usage")
    stage.refused("a file that is not there", f"{ID}/keys/chain", ("ca_certs=/nonexistent.pem",), "/nonexistent.pem")


def check_rights(stage):
    """keys/sign, and certificates/get or secrets/get: nothing else was asked for."""
    asked = {(heard.method, "/".join(heard.path.split("/")[1:2] + heard.path.split("/")[4:])) for heard in stage.front.heard}
    stage.checks.equal("no more rights are needed than documented", asked,
                       {("GET", "certificates"), ("GET", "secrets"), ("POST", "keys/sign")})
    for title, only in (("to sign", "/sign"), ("to read the certificate", "/certificates/")):
        with stage.front.failing(forbidden("ForbiddenByRbac"), only):
            stage.refused(f"without the right {title}", f"{ID}/keys/rsa2048", SELF, "our identity lacks the role")
    stage.vault.enable("rsa3072", stage.versions["rsa3072"], False)
    stage.refused("a version that is disabled", f"{ID}/keys/rsa3072", SELF, "is disabled")


def check_options(stage):
    for option in ("selfsigned=true", "credential_type=azurecli", "self_signed=maybe"):
        stage.refused(option, f"{ID}/keys/rsa2048", (option,), option.partition("=")[0])
    stage.refused("two ways to the chain", f"{ID}/keys/rsa2048", (*SELF, "ca_certs=a.pem"), "self_signed")
    stage.refused("another's vault", "https://attacker.vault.azure.net.evil.example/keys/rsa2048", SELF, "identifier of the key")
    stage.refused("a version that is none", f"{ID}/keys/rsa2048/{'0' * 32}", SELF, "is not in the vault")
    stage.refused("no such key", f"{ID}/keys/missing", SELF, "is not in the vault")


def check_rotation(stage):
    """What was signed by name before and after stays valid."""
    first = stage.image()
    done = stage.sign(first, f"{ID}/keys/ec256", SELF)
    stage.vault.import_certificate("ec256", stage.signers.pem("ec384"), exportable=False)
    stage.checks.check("signed before the rotation", [done.stderr] if done.returncode else stage.judged(first))
    stage.accepted("signed by name after the rotation", f"{ID}/keys/ec256", SELF)
    stage.accepted("signed by the old version after the rotation", f"{ID}/keys/ec256/{stage.versions['ec256']}", SELF)


def check(world):
    try:
        stage = Stage(world)
        with stage.azure:
            check_all(stage)
    finally:
        run(PEERS / "down.sh", world.work / "plugin", ok=None)


def check_all(stage):
    installed = stage.install()
    stage.checks.check("notation plugin install", [installed.stderr] if installed.returncode else "")
    listed = stage.notation("plugin", "list").stdout
    stage.checks.check("notation plugin list", "" if "SIGNATURE_GENERATOR.RAW" in listed else listed)
    check_all_algorithms(stage)
    check_chains(stage)
    check_rights(stage)
    check_options(stage)
    check_rotation(stage)
    text = "".join(stage.said)
    stage.checks.check("nothing that is secret is said", [secret[:20] for secret in stage.azure.secrets() if secret in text])
    stage.checks.check("nobody else was asked", stage.azure.problems() + stage.azure.leaks())
