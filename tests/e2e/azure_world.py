# SPDX-License-Identifier: Apache-2.0
"""What the checks of the part "azure" share: vaults with certificates in them, images signed by their keys in registries
behind the names of Azure Container Registry, and servers that are set up for it."""
import contextlib
import json
import re
import signal
import time

import verdicts
from images import SELF_SIGNED, Image, Registry, Signers
from reviews import judge, pod, review
from scripted_azure import BY_TAG, REGISTRY, SECOND, VAULT, ScriptedAzure
from stack import Certificates, Server, run, until

NONE = "SIGNATURE_NOT_FOUND"
PATIENCE = 15  # seconds for what happens at once
LONG = 90  # for what may wait for the next refresh, which comes within 66 s


class VaultSigners(Signers):
    """Keys whose certificates are, will be or were in a vault: `vault` and `chain` of Signers, and these, all as Key Vault
    makes them (RSA 2048, self-signed, no CA)."""

    def __init__(self, work):
        super().__init__(work)
        for name in ("kept", "first", "second", "other"):
            self._certificate(name, "rsa:2048", *SELF_SIGNED)
            self.register(name)

    def register(self, name):
        file = self.home / "signingkeys.json"
        keys = json.loads(file.read_text())
        keys["keys"].append({"name": name, "keyPath": str(self.folder / f"{name}.key"), "certPath": str(self.folder / f"{name}.crt")})
        file.write_text(json.dumps(keys))

    def pem(self, name):
        """As `az keyvault certificate import` takes it."""
        return (self.folder / f"{name}.key").read_text() + (self.folder / f"{name}.crt").read_text()

    def pfx(self, key, chain):
        file = self.folder / f"{chain}.pfx"
        run("openssl", "pkcs12", "-export", "-inkey", self.folder / f"{key}.key", "-in", self.folder / f"{chain}.crt", "-passout", "pass:",
            "-out", file)
        return file.read_bytes()

    def adopt(self, name, secret):
        """A key that was made in the vault: the secret has it, because it is exportable."""
        blocks = {block[1]: block[0] for block in re.finditer(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n", secret, re.DOTALL)}
        (self.folder / f"{name}.key").write_text(blocks["PRIVATE KEY"])
        (self.folder / f"{name}.crt").write_text(blocks["CERTIFICATE"])
        self.register(name)


class AzureWorld:
    """`azure` is the stage; `images` has the digest of each image in `shop/web`, which is called after the key that signed
    it, or `unsigned`; in the registry BY_TAG there are `vault`, `stranger` and `unsigned` only."""

    def __init__(self, world):
        self.world, self.checks, self.binary = world, world.checks, world.binary
        self.folder = world.work / "azure"
        self.folder.mkdir()
        self.signers = VaultSigners(self.folder)
        self.certificates = Certificates(self.folder / "webhook-pki")
        registries = {REGISTRY: Registry(self.folder, "acr", "olareg"), BY_TAG: Registry(self.folder, "acr-by-tag", "distribution")}
        self.azure = ScriptedAzure(self.folder, {name: registry.host for name, registry in registries.items()})
        self.vault, self.second = (self.azure.contents[name] for name in (VAULT, SECOND))
        self.front = self.azure.fronts[VAULT]
        self.images, self.said, self.servers = {}, [], []
        self.fill_vaults()
        keys = ("vault", "chain", "created", "kept", "first", "second", "other", "stranger")
        self.fill(registries[REGISTRY], (*keys, "unsigned"))
        self.fill(registries[BY_TAG], ("vault", "stranger", "unsigned"))
        self.fill(registries[REGISTRY], ("other",), "shop/second")

    def __enter__(self):
        self.azure.__enter__()
        return self

    def __exit__(self, *problem):
        self.azure.__exit__(*problem)

    def fill_vaults(self):
        """`signer` and `issued` are imported, `made` is the vault's own, `kept` does not let its key go."""
        vault, signers = self.vault, self.signers
        vault.import_certificate("signer", signers.pem("vault"), tags={"use": "signing"})
        vault.import_certificate("issued", signers.pfx("leaf", "chain"), tags={"use": "signing", "team": "a"})
        vault.import_certificate("kept", signers.pfx("kept", "kept"), exportable=False)
        vault.create_certificate("made", "C=NL, ST=Test, O=Peers, CN=made")
        signers.adopt("created", vault.secret("made"))
        vault.import_certificate("bystander", signers.pem("other"), tags={"use": "other"})
        self.second.import_certificate("signer", signers.pem("other"))

    def fill(self, registry, names, repository="shop/web"):
        for name in names:
            reference = f"{registry.host}/{repository}"
            self.images[name] = Image(self.folder, name).push(registry.oras, f"{reference}:{name}")
            if name != "unsigned":
                registry.sign(self.signers, name, f"{reference}@{self.images[name]}")

    def reference(self, image, registry=REGISTRY, repository="shop/web"):
        return f"{registry}/{repository}@{self.images[image]}"

    def configuration(self, stores, azure=None, registries=None, statements=None):
        """Sections beside those of the server. `statements`: (scope, store) instead of one for everything."""
        policies = [{"name": f"statement-{number}", "registryScopes": [scope], "signatureVerification": {"level": "strict"},
                     "trustStores": [store], "trustedIdentities": ["*"]}
                    for number, (scope, store) in enumerate(statements or [("*", "ca:vault")])]
        return {"version": 1, "azure": self.azure.settings() if azure is None else azure, "trustStores": stores,
                "registries": registries or [self.azure.registry_settings(name) for name in (REGISTRY, BY_TAG)],
                "trustPolicy": {"version": "1.0", "trustPolicies": policies},
                "admission": {"default": "deny", "rules": [{"name": "all", "action": "verify", "mode": "enforce", "references": "any"}]}}

    def file(self, configuration):
        folder = self.folder / "configurations"
        folder.mkdir(exist_ok=True)
        file = folder / f"{len(list(folder.iterdir()))}.yaml"
        file.write_text(json.dumps(configuration))
        return file

    def verify(self, configuration, image, registry=REGISTRY, environment=None):
        verdict = verdicts.ask(self.binary, self.file(configuration), self.reference(image, registry), env=environment)
        self.said.append(verdict.text)
        return verdict

    def command(self, *words):
        """Another command of the program; its output is searched for secrets in the end."""
        done = run(self.binary, *words, ok=None)
        self.said.append(done.stdout + done.stderr)
        return done

    def server(self, name, configuration, environment=None):
        """Not started yet."""
        folder = self.folder / name
        folder.mkdir()
        self.servers.append(Server(self.binary, folder, self.certificates, lambda common: configuration | common, environment))
        return self.servers[-1]


def store(*certificates, vault=VAULT, name="ca:vault", **more):
    """A trust store; certificates are names or mappings."""
    entries = [{"name": each} if isinstance(each, str) else each for each in certificates]
    return {"name": name, "source": "azureKeyVault", "vault": f"https://{vault}", "certificates": entries} | more


@contextlib.contextmanager
def started(server):
    """Without waiting for it to be ready."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def decide(server, reference, expected, *options):
    """What is wrong with the decision about a pod with this image."""
    asked = review(pod(reference))
    return judge(server.post(asked, *options), asked, expected)


def settles(server, reference, expected, seconds=PATIENCE):
    """The same, for a decision that may take a moment to change."""
    until(seconds, lambda: not decide(server, reference, expected))
    return decide(server, reference, expected)


def reload(server):
    """All trust stores are read again, in so far as that can be done."""
    before = server.log().count('"reloaded"')
    server.process.send_signal(signal.SIGHUP)
    if not until(LONG, lambda: server.log().count('"reloaded"') > before):
        raise RuntimeError("SIGHUP reloads nothing")


def unsaid(server, mark, words, seconds=PATIENCE):
    """Which of the words (regular expressions) the log has not said since its first `mark` characters."""
    said = lambda word: re.search(word, server.log()[mark:], re.IGNORECASE)
    until(seconds, lambda: all(map(said, words)))
    return [f"the log does not say {word!r}: {server.log()[mark:][-300:]}" for word in words if not said(word)]


def recovered(server, item, seconds=LONG):
    """Waits until the item could be loaded again, by the log. A host that failed often may be left alone for a while."""
    mark = len(server.log())
    deadline = time.monotonic() + seconds
    while not re.search(rf'a trust store was loaded[^\n]*"{item}"', server.log()[mark:]):
        if time.monotonic() > deadline:
            return [f"{item} is not loaded again after {seconds} s: {server.log()[-300:]}"]
        reload(server)
        time.sleep(1)
    return []
