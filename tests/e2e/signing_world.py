# SPDX-License-Identifier: Apache-2.0
"""What the checks of the part "signing" share: signers of every algorithm, by keys of files and of a vault; places where images
and their signatures are; and both programs, which sign and verify in each."""
import concurrent.futures
import contextlib
import json
import os
import shutil

from authority import CODE_SIGNING, KEYS, Authority
from images import Image, Registry, in_layout
from policies import STAMPED, STRICT, Policy
from scripted_azure import VAULT, ScriptedAzure
from stack import run
from timestamp_authority import clock

LOOPBACK = ("--allow-address", "127.0.0.1/32")
SCOPE = "registry.example/sign/app"  # what layouts stand for
THREADS = 4  # more than cores: clients wait for registries, and for what others write in the meantime
PATIENCE = 180  # seconds; the program itself gives up before
STRANGERS = Policy("strict strangers", "refused", stores=("ca:strangers",))


class Place:
    """Where images are. `ours` and `theirs` are how each program is told of one."""
    listed = ""  # what we say of a signature that was put there

    def __init__(self, name):
        self.name = name


class InRegistry(Place):
    def __init__(self, name, registry, listed, repository="sign/app"):
        super().__init__(name)
        self.registry, self.listed = registry, listed
        self.repository = f"{registry.host}/{repository}"

    def push(self, image):
        return image.push(self.registry.oras, f"{self.repository}:{image.name}")

    def ours(self, _name, digest):
        return ("--plain-http", self.registry.host, *LOOPBACK, f"{self.repository}@{digest}")

    def ours_by_configuration(self, _name, digest):
        return (f"{self.repository}@{digest}",)

    def theirs(self, _name, digest):
        return ("--insecure-registry", f"{self.repository}@{digest}")

    theirs_to_sign = theirs

    def signatures(self, _name, digest):
        """[(descriptor in the list, manifest)], as oras sees them."""
        found = json.loads(self.registry.oras("discover", "--format", "json", "--depth", "1", f"{self.repository}@{digest}").stdout)
        return [(entry, json.loads(self.registry.oras("manifest", "fetch", f"{self.repository}@{entry['digest']}").stdout))
                for entry in found.get("referrers") or found.get("manifests") or []]


class InLayout(Place):
    """Each image in a layout of its own."""
    listed = "layout"

    def __init__(self, name, folder):
        super().__init__(name)
        self.folder = folder
        folder.mkdir()

    def push(self, image):
        return image.push(in_layout, f"{self.folder / image.name}:x")

    def ours(self, name, digest):
        return ("--oci-layout", "--scope", SCOPE, *LOOPBACK, f"{self.folder / name}@{digest}")

    def ours_by_configuration(self, name, digest):
        return ("--oci-layout", "--scope", SCOPE, f"{self.folder / name}@{digest}")

    def theirs(self, name, digest):
        return ("--oci-layout", "--scope", SCOPE, f"{self.folder / name}@{digest}")

    def theirs_to_sign(self, name, digest):
        return ("--oci-layout", f"{self.folder / name}@{digest}")

    def signatures(self, name, digest):
        read = lambda entry: json.loads((self.folder / name / "blobs/sha256" / entry["digest"].removeprefix("sha256:")).read_bytes())
        listed = [(entry, read(entry)) for entry in json.loads((self.folder / name / "index.json").read_text())["manifests"]]
        return [(entry, manifest) for entry, manifest in listed if manifest.get("subject", {}).get("digest") == digest]


class SigningWorld(contextlib.ExitStack):
    """Use it in a `with`. `keys` are the names of KEYS; the key NAME is in a file, `vault-NAME` in the vault `VAULT`, where its
    certificate, with the whole chain, has the same name."""

    def __init__(self, world):
        super().__init__()
        self.world, self.checks, self.binary = world, world.checks, world.binary
        self.folder = world.work / "signing"
        self.pki = self.folder / "pki"
        for folder in (self.folder, self.pki):
            folder.mkdir()
        self.api = InRegistry("referrers API", Registry(self.folder, "sign-api", "olareg"), "referrersApi")
        self.tag = InRegistry("referrers tag", Registry(self.folder, "sign-tag", "distribution"), "referrersTag")
        self.layouts = InLayout("layout", self.folder / "layouts")
        self.places = (self.api, self.tag, self.layouts)
        self.keys, self.versions, self.images = [], {}, {}

    def __enter__(self):
        super().__enter__()
        self.azure = self.enter_context(ScriptedAzure(self.folder, {}))
        self.vault, self.front = self.azure.contents[VAULT], self.azure.fronts[VAULT]
        self.clock_root, self.clock = self.enter_context(clock(self.pki))
        self.root = Authority(self.pki, "root")
        self.stranger = Authority(self.pki, "stranger-root")
        self.middle = Authority(self.pki, "middle", self.root)
        for key in KEYS:
            self.issue(key, key)
            self.issue(f"vault-{key}", key)
            self.keep(f"vault-{key}")
        self.config = self.folder / "countersign.yaml"
        self.config.write_text(json.dumps(self.configuration()))
        plugin = self.folder / "libexec/plugins/azure-kv/notation-azure-kv"
        plugin.parent.mkdir(parents=True)
        shutil.copy2(self.binary, plugin)  # the same program under another name
        self.strict, self.stamped, self.strangers = (self.home(policy) for policy in (STRICT, STAMPED, STRANGERS))
        return self

    def issue(self, name, key, extensions=CODE_SIGNING, authority=None, **options):
        """A signer: NAME.key and NAME.chain, leaf first."""
        chain = (authority or self.middle).issue(name, key, extensions, **options)
        self.keys.append({"name": name, "keyPath": str(self.key(name)), "certPath": str(chain)})

    def key(self, name):
        return self.pki / f"{name}.key"

    def chain(self, name):
        return self.pki / f"{name}.chain"

    def keep(self, name):
        """Into the vault: the key does not come out again."""
        self.versions[name] = self.vault.import_certificate(name, self.key(name).read_text() + self.chain(name).read_text(), exportable=False)

    def key_url(self, name, version=True):
        return f"https://{VAULT}/keys/{name}" + (f"/{self.versions[name]}" if version else "")

    def configuration(self):
        return {"version": 1, "azure": self.azure.settings(), "registries": [place.registry.settings() for place in (self.api, self.tag)],
                "revocation": {"allowAddresses": ["127.0.0.1"]},  # the timestamp authority is reached likewise
                "trustPolicy": STRICT.document(""), "trustStores": [
                    {"name": "ca:trusted", "source": "files", "paths": [str(self.root.certificate)]}]}

    def home(self, policy):
        """A configuration folder of Notation's, for both."""
        home = self.folder / "homes" / policy.name.replace(" ", "-")
        for kind, store, authority in (("ca", "trusted", self.root), ("ca", "strangers", self.stranger), ("tsa", "clocks", self.clock_root)):
            store = home / "truststore/x509" / kind / store
            store.mkdir(parents=True)
            (store / "root.crt").write_bytes(authority.certificate.read_bytes())
        (home / "trustpolicy.json").write_text(json.dumps(policy.document(SCOPE)))
        return home

    def notation(self, home, *words, ok=None):
        return run("notation", *words, ok=ok, timeout=PATIENCE, env=os.environ | {
            "NOTATION_CONFIG": str(home), "NOTATION_CACHE": str(home / "cache"), "NOTATION_EXPERIMENTAL": "1",
            "NOTATION_LIBEXEC": str(self.folder / "libexec"), "COUNTERSIGN_CONFIG": str(self.config)})

    def countersign(self, *words):
        return run(self.binary, *words, ok=None, timeout=PATIENCE, env={"PATH": os.defpath, "HOME": str(self.folder)})

    # --- each of the two, in each place

    def sign_ours(self, *words):
        """`countersign sign`; the report, or what is wrong."""
        done = self.countersign("sign", "-o", "json", *words)
        if done.returncode != 0:
            return None, f"countersign sign ended with {done.returncode}: {(done.stderr + done.stdout).strip()[-400:]}"
        try:
            return json.loads(done.stdout), ""
        except ValueError:
            return None, f"countersign sign says no JSON: {done.stdout[:300]!r}"

    def sign_theirs(self, *words):
        home = self.folder / "signer"
        done = self.notation(home, "sign", *words)
        return "" if done.returncode == 0 else f"notation sign ended with {done.returncode}: {done.stderr.strip()[-400:]}"

    def register_keys(self):
        """For `notation sign --key`: after the last of them was issued."""
        home = self.folder / "signer"
        home.mkdir(exist_ok=True)
        (home / "signingkeys.json").write_text(json.dumps({"keys": self.keys}))

    def local(self, name):
        return ("--key", self.key(name), "--certificates", self.chain(name))

    def by_vault(self, name, version=True):
        return ("--config", self.config, "--key-vault-key", self.key_url(name, version))

    def verified(self, home, place, name, digest, *options):
        """What each program says of an image, where it does not trust it: {"notation": ..., "countersign": ...}."""
        theirs = self.notation(home, "verify", *options, *place.theirs(name, digest))
        ours = self.countersign("verify", "-o", "json", "--notation-config", home, *options, *place.ours(name, digest))
        refused = {}
        if theirs.returncode != 0:
            refused["notation"] = theirs.stderr.strip()[-300:]
        if ours.returncode != 0:
            refused["countersign"] = f"{ours.returncode} {(ours.stderr + ours.stdout).strip()[-300:]}"
        return refused

    def image(self, place, name):
        """The digest of an image of this name there."""
        if (place, name) not in self.images:
            self.images[place, name] = place.push(Image(self.folder, name))
        return self.images[place, name]


def at_once(work, items):
    """[work(item), ...] by a few threads."""
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))
