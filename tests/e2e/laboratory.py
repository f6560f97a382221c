# SPDX-License-Identifier: Apache-2.0
"""Where both verifiers judge the same: authorities, trust policies, images signed by the Notation CLI, layouts of any envelope."""
import contextlib
import dataclasses
import hashlib
import json
import os
import re
import urllib.request

from authority import (CODE_SIGNING, KEYS, OCSP_SIGNING, TIMESTAMPING, Authority, Files, OcspServer, StampServer,
                       crl_at, ocsp_at)
from envelopes import COSE, JWS
from images import MANIFEST, SIGNATURE, Image
from stack import free_port, run

LOOPBACK = ("--allow-address", "127.0.0.1/32")
FORMATS = {"cose": COSE, "jws": JWS}


@dataclasses.dataclass(frozen=True)
class Verdict:
    status: int
    trusted: bool
    logged: frozenset  # checks that failed and were let pass
    said: str
    reason: str = ""  # only ours


@dataclasses.dataclass(frozen=True)
class Target:
    """One image, as each of the two is told of it."""
    theirs: tuple
    ours: tuple


@dataclasses.dataclass(frozen=True)
class Sample:
    """A signed image in the registry."""
    name: str
    digest: str
    media_type: str
    manifest: bytes
    envelope: bytes
    stamped: bool


def digest_of(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def describe(media_type, data):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def read_theirs(done):
    logged = re.findall(r'^Warning: (\w+) was set to "log" and failed', done.stderr, re.MULTILINE)
    said = " ".join(line for line in done.stderr.splitlines() if not line.startswith("Warning"))
    return Verdict(done.returncode, done.returncode == 0, frozenset(logged), said[:300])


def read_ours(done):
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Verdict(done.returncode, False, frozenset(), (done.stderr + done.stdout).strip()[-300:])
    logged = {check["check"] for signature in report["signatures"] if signature["verdict"] == "trusted"
              for check in signature["checks"] if check["result"] == "fail" and check["action"] == "log"}
    return Verdict(done.returncode, done.returncode == 0, frozenset(logged), report["detail"], report["reason"])


class Laboratory(contextlib.ExitStack):
    """Use it in a `with`: its servers live as long."""

    def __init__(self, work, registry, binary):
        super().__init__()
        self.work, self.registry, self.binary = work, registry, binary
        self.repository = f"{registry.host}/lab/app"
        self.pki = work / "pki"
        self.keys = []
        for folder in (work, self.pki, work / "layouts"):
            folder.mkdir()

    def __enter__(self):
        super().__enter__()
        self.files = self.enter_context(Files(self.pki))
        self.root = Authority(self.pki, "root")
        self.stranger = Authority(self.pki, "stranger-root")
        self.clock_root = Authority(self.pki, "clock-root")
        self.clocks = {name: self._clock(name) for name in ("clock", "revoked-clock")}
        for key in KEYS:
            self.issue(self.root, key, key)
        self.issue(self.stranger, "stranger", "p256")
        self._revocable()
        return self

    def start_judging(self):
        """What must happen between signing and judging: an authority of timestamps is revoked."""
        self.clock_root.revoke("revoked-clock")
        self.clock_root.write_list()

    def _clock(self, name):
        self.clock_root.issue(name, "rsa2048", TIMESTAMPING + crl_at(f"{self.files.url}/clock-root.crl"))
        self.clock_root.write_list()
        return self.enter_context(StampServer(self.clock_root, name))

    def _revocable(self):
        """Signers below a middle authority that names a list, with every way to ask about them; one authority was revoked."""
        self.middle = Authority(self.pki, "middle", self.root, crl_at(f"{self.files.url}/root.crl"))
        self.middle.issue("ocsp", "p256", OCSP_SIGNING)
        answers = ocsp_at(self.enter_context(OcspServer(self.middle, "ocsp")).url)
        silence = ocsp_at(f"http://127.0.0.1:{free_port()}")
        lists = crl_at(f"{self.files.url}/middle.crl")
        for name, sources in (("ocsp-good", answers), ("ocsp-revoked", answers), ("crl-good", lists), ("crl-revoked", lists),
                              ("ocsp-down", silence), ("crl-missing", crl_at(f"{self.files.url}/nothing.crl")),
                              ("fallback-good", silence + lists), ("fallback-revoked", silence + lists)):
            self.issue(self.middle, name, "p256", CODE_SIGNING + sources)
            if name.endswith("revoked"):
                self.middle.revoke(name)
        retired = Authority(self.pki, "retired", self.root, crl_at(f"{self.files.url}/root.crl"))
        self.issue(retired, "below-retired", "p256")
        self.root.revoke("retired")
        self.middle.write_list()
        self.root.write_list()

    def issue(self, authority, name, key, extensions=CODE_SIGNING, lifetime=None):
        chain = authority.issue(name, key, extensions, lifetime=lifetime)
        self.keys.append({"name": name, "keyPath": str(self.pki / f"{name}.key"), "certPath": str(chain)})

    def home(self, name, document):
        """A configuration folder of Notation's, for both."""
        home = self.work / "homes" / name
        for kind, store, authority in (("ca", "trusted", self.root), ("ca", "strangers", self.stranger),
                                       ("signingAuthority", "trusted", self.root), ("tsa", "clocks", self.clock_root),
                                       ("tsa", "strangers", self.stranger)):
            folder = home / "truststore/x509" / kind / store
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "root.crt").write_bytes(authority.certificate.read_bytes())
        (home / "trustpolicy.json").write_text(json.dumps(document))
        return home

    def notation(self, home, *words, ok=(0,)):
        return run("notation", *words, ok=ok, env=os.environ | {
            "NOTATION_CONFIG": str(home), "NOTATION_CACHE": str(home / "cache"), "NOTATION_EXPERIMENTAL": "1"})

    def sign(self, name, key, envelope, clock=None, options=()):
        """Makes, pushes and signs an image of its own."""
        digest = Image(self.work, name).push(self.registry.oras, f"{self.repository}:{name}")
        stamp = ["--timestamp-url", clock.url, "--timestamp-root-cert", self.clock_root.certificate] if clock else []
        self._sign(digest, key, envelope, *stamp, *options)
        return Sample(name, digest, FORMATS[envelope], self._get("manifests", digest), self._envelope_of(digest), clock is not None)

    def sign_again(self, sample, key, envelope):
        self._sign(sample.digest, key, envelope)

    def _sign(self, digest, key, envelope, *options):
        home = self.work / "signer"
        home.mkdir(exist_ok=True)
        (home / "signingkeys.json").write_text(json.dumps({"keys": self.keys}))
        self.notation(home, "sign", "--signature-format", envelope, "--key", key, "--force-referrers-tag=false",
                      "--insecure-registry", *options, f"{self.repository}@{digest}")

    def _get(self, kind, name):
        request = urllib.request.Request(f"http://{self.registry.host}/v2/lab/app/{kind}/{name}", headers={"Accept": MANIFEST})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def _envelope_of(self, digest):
        signature, = json.loads(self._get("referrers", digest))["manifests"]
        layer, = json.loads(self._get("manifests", signature["digest"]))["layers"]
        return self._get("blobs", layer["digest"])

    def in_registry(self, sample, *options):
        reference = f"{self.repository}@{sample.digest}"
        return Target((*options, "--insecure-registry", reference),
                      (*options, "--plain-http", self.registry.host, *LOOPBACK, reference))

    def in_layout(self, name, sample, envelope):
        """A layout with the sample's image and any envelope, in the one form that the CLI finds in layouts."""
        layout = self.work / "layouts" / name
        blobs = layout / "blobs/sha256"
        blobs.mkdir(parents=True)
        signature = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": describe(SIGNATURE, b"{}"),
            "layers": [describe(sample.media_type, envelope)], "subject": describe(MANIFEST, sample.manifest),
            "annotations": {"io.cncf.notary.x509chain.thumbprint#S256": "[]"}}).encode()
        for blob in (sample.manifest, envelope, b"{}", signature):
            (blobs / digest_of(blob).removeprefix("sha256:")).write_bytes(blob)
        (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (layout / "index.json").write_text(json.dumps({
            "schemaVersion": 2, "manifests": [describe(MANIFEST, blob) for blob in (sample.manifest, signature)]}))
        words = ("--oci-layout", "--scope", self.repository, f"{layout}@{sample.digest}")
        return Target(words, (*LOOPBACK, *words))

    def judge(self, home, target):
        """(theirs, ours)"""
        theirs = self.notation(home, "verify", *target.theirs, ok=None)
        ours = run(self.binary, "verify", "-o", "json", "--notation-config", home, *target.ours, ok=None,
                   env={"PATH": os.defpath, "HOME": str(self.work)})
        return read_theirs(theirs), read_ours(ours)
