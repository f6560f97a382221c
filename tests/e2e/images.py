# SPDX-License-Identifier: Apache-2.0
"""Registries with images in them: pushed by oras and crane, signed by the Notation CLI."""
import base64
import dataclasses
import enum
import hashlib
import json
import os
import pathlib
import tarfile

from stack import PEERS, free_port, run

SIGNATURE = "application/vnd.cncf.notary.signature"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PROGRAMS = {"olareg": "ociregistry", "ggcr": "ociregistry", "distribution": "registry", "debian": "docker-registry"}
USER, PASSWORD = "tester", "secret"  # what tests/peers/registry-up.sh sets up

SELF_SIGNED = ("-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=codeSigning",
               "-addext", "basicConstraints=CA:FALSE")


class Signers:
    """Keys for `notation sign`: `vault` as Key Vault makes it, `chain` of three certificates, and a `stranger` whom
    nobody trusts. `trusted` are the certificates for the trust store, `home` is Notation's configuration folder."""

    def __init__(self, work):
        self.folder = work / "signers"
        self.home = work / "notation"
        self.folder.mkdir()
        (self.home / "truststore/x509/ca/trusted").mkdir(parents=True)
        for name in ("vault", "stranger"):
            self._certificate(name, "rsa:2048", *SELF_SIGNED)
        self._chain()
        self.trusted = [self.folder / "vault.crt", self.folder / "root.crt"]
        for file in self.trusted:
            (self.home / "truststore/x509/ca/trusted" / file.name).write_bytes(file.read_bytes())
        keys = [{"name": name, "keyPath": str(self.folder / f"{key}.key"), "certPath": str(self.folder / f"{name}.crt")}
                for name, key in (("vault", "vault"), ("stranger", "stranger"), ("chain", "leaf"))]
        (self.home / "signingkeys.json").write_text(json.dumps({"keys": keys}))
        (self.home / "trustpolicy.json").write_text(json.dumps(self.policy()))

    @staticmethod
    def policy():
        return {"version": "1.0", "trustPolicies": [{
            "name": "everything", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
            "trustStores": ["ca:trusted"], "trustedIdentities": ["*"]}]}

    def _certificate(self, name, key, *options):
        run("openssl", "req", "-x509", "-newkey", *key.split(), "-nodes", "-days", 30, "-subj", f"/C=NL/ST=Test/O=Peers/CN={name}",
            "-config", PEERS.parent / "e2e/openssl.cnf", *options,
            "-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.crt")

    def _issued_by(self, name):
        return ("-CA", self.folder / f"{name}.crt", "-CAkey", self.folder / f"{name}.key")

    def _chain(self):
        p256 = "ec -pkeyopt ec_paramgen_curve:P-256"
        authority = ("-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext")
        self._certificate("root", p256, *authority, "basicConstraints=critical,CA:TRUE,pathlen:1")
        self._certificate("middle", p256, *authority, "basicConstraints=critical,CA:TRUE,pathlen:0", *self._issued_by("root"))
        self._certificate("leaf", p256, *SELF_SIGNED, *self._issued_by("middle"))
        parts = [(self.folder / f"{name}.crt").read_text() for name in ("leaf", "middle", "root")]
        (self.folder / "chain.crt").write_text("".join(parts))

    def notation(self, *command, ok=(0,), **environment):
        return run("notation", *command, ok=ok, env=os.environ | {
            "NOTATION_CONFIG": str(self.home), "NOTATION_EXPERIMENTAL": "1",
            "NOTATION_USERNAME": USER, "NOTATION_PASSWORD": PASSWORD} | environment)


class Stored(enum.Enum):
    """How Notation leaves a signature: for the referrers API where there is one, or under the referrers tag in any case,
    which makes olareg forget what it knew itself. The values are those of --force-referrers-tag."""
    AS_THE_REGISTRY_LIKES = "false"
    BY_TAG = "true"


@dataclasses.dataclass
class Registry:
    """A registry on loopback, started by tests/peers/registry-up.sh; down.sh stops what was started under `work`."""
    work: pathlib.Path
    name: str
    kind: str
    tls: bool = False
    auth: str = "none"

    def __post_init__(self):
        self.port = free_port(2)
        self.host = f"127.0.0.1:{self.port}"
        self.ca = self.work / "pki/ca.crt"
        flags = ["--kind", self.kind, "--auth", self.auth] + (["--tls"] if self.tls else [])
        run(PEERS / "registry-up.sh", *flags, self.work, self.name, self.port)
        self.docker = self.work / f"{self.name}-docker"
        self.docker.mkdir()
        login = {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
        (self.docker / "config.json").write_text(json.dumps({"auths": {self.host: login} if self.auth != "none" else {}}))

    def settings(self):
        """Its entry in Countersign's configuration. One registry gets its password from a file, the others from docker's."""
        entry = {"host": self.host, "allowAddresses": ["127.0.0.1"]}
        entry |= {"caFile": str(self.ca)} if self.tls else {"plainHttp": True}
        if self.auth == "basic":
            (self.docker / "password").write_text(PASSWORD + "\n")
            entry["credentials"] = {"kind": "basic", "username": USER, "passwordFile": str(self.docker / "password")}
        if self.auth == "bearer":
            entry["credentials"] = {"kind": "dockerConfig", "file": str(self.docker / "config.json")}
            entry["tokenRealms"] = [f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port + 1}"]
        return entry

    def stop(self):
        run(PEERS / "down.sh", self.work, self.name, f"{self.name}-token")

    def oras(self, *command, **options):
        """`command` names the registry's own references; oras gets the flags that go with it."""
        flags = ["--ca-file", self.ca] if self.tls else ["--plain-http"]
        return run("oras", *command, *flags, "--registry-config", self.docker / "config.json", **options)

    def crane(self, *command):
        flags = [] if self.tls else ["--insecure"]
        return run("crane", *command, *flags, env=self.environment())

    def environment(self):
        return os.environ | {"DOCKER_CONFIG": str(self.docker), "SSL_CERT_FILE": str(self.ca)}

    def sign(self, signers, key, reference, envelope="cose", stored=Stored.AS_THE_REGISTRY_LIKES):
        signers.notation("sign", "--signature-format", envelope, "--key", key, f"--force-referrers-tag={stored.value}",
                         *self.notation_flags(), reference, SSL_CERT_FILE=str(self.ca))

    def notation_flags(self):
        return [] if self.tls else ["--insecure-registry"]


class Image:
    """A whole image with one small layer, made in a folder of its own."""

    def __init__(self, work, name):
        self.name = name
        self.folder = work / "images" / name
        if self.folder.exists():
            return
        self.folder.mkdir(parents=True)
        (self.folder / "hello.txt").write_text(f"I am {name}\n")
        with tarfile.open(self.folder / "layer.tar", "w") as layer:
            layer.add(self.folder / "hello.txt", "hello.txt")
        digest = hashlib.sha256((self.folder / "layer.tar").read_bytes()).hexdigest()
        (self.folder / "config.json").write_text(json.dumps({
            "architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}}))

    def push(self, oras, reference):
        """With `oras`, into a registry or a layout; returns the digest."""
        oras("push", "--no-tty", reference, "--config", "config.json:application/vnd.oci.image.config.v1+json",
             "--annotation", "org.opencontainers.image.created=2026-01-01T00:00:00Z",
             "layer.tar:application/vnd.oci.image.layer.v1.tar", cwd=self.folder)
        return oras("resolve", reference).stdout.strip()


def in_layout(command, *rest, **options):
    return run("oras", command, "--oci-layout", *rest, **options)


def sign_apart(work, signers, image, key="vault"):
    """(manifest, envelope): the bytes of the image's manifest and of the COSE envelope that Notation makes for it,
    in a layout of its own, so that no registry knows of the signature."""
    layout = work / "images" / f"{image.name}-{key}-layout"
    read = lambda digest: (layout / "blobs/sha256" / digest.removeprefix("sha256:")).read_bytes()
    digest = image.push(in_layout, f"{layout}:x")
    signers.notation("sign", "--oci-layout", "--signature-format", "cose", "--key", key, f"{layout}@{digest}")
    for entry in json.loads((layout / "index.json").read_text())["manifests"]:
        manifest = json.loads(read(entry["digest"]))
        if manifest["config"]["mediaType"] == SIGNATURE:
            return read(digest), read(manifest["layers"][0]["digest"])
    raise RuntimeError("Notation left no signature in the layout")


def attach(work, registry, repository, subject_digest, envelope):
    """Pushes a signature manifest about `subject_digest` that holds `envelope`, as only a forger would."""
    file = work / "forged"
    file.write_bytes(envelope)
    registry.oras("blob", "push", "--media-type", "application/cose", repository, file)
    file.with_suffix(".empty").write_text("{}")
    registry.oras("blob", "push", repository, file.with_suffix(".empty"))
    subject = registry.oras("manifest", "fetch", "--descriptor", f"{repository}@{subject_digest}").stdout
    describe = lambda media_type, data: {"mediaType": media_type, "size": len(data),
                                         "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": describe(SIGNATURE, b"{}"),
                "layers": [describe("application/cose", envelope)],
                "subject": {name: value for name, value in json.loads(subject).items() if name in ("mediaType", "digest", "size")},
                "annotations": {"io.cncf.notary.x509chain.thumbprint#S256": "[]"}}
    file.with_suffix(".json").write_text(json.dumps(manifest))
    registry.oras("manifest", "push", "--media-type", MANIFEST, repository, file.with_suffix(".json"))


class Library:
    """The images of one registry, in the repository `shop/web`: signed, docker (made by crane), chain, jws,
    stranger, tampered, borrowed (another image's signature), unsigned."""

    def __init__(self, work, registry, signers):
        self.registry = registry
        self.repository = f"{registry.host}/shop/web"
        self.digests = {}
        for name in ("signed", "chain", "jws", "stranger", "tampered", "borrowed", "unsigned"):
            self.digests[name] = Image(work, name).push(registry.oras, self.tag(name))
        if registry.auth != "bearer":  # crane refuses a token realm on loopback
            self._push_by_crane(Image(work, "docker"))
            registry.sign(signers, "vault", self.digest("docker"))
        for name, key, envelope in (("signed", "vault", "cose"), ("chain", "chain", "cose"), ("jws", "vault", "jws"),
                                    ("stranger", "stranger", "cose")):
            registry.sign(signers, key, self.digest(name), envelope)
        _, good = sign_apart(work, signers, Image(work, "tampered"))
        attach(work, registry, self.repository, self.digests["tampered"], good[:-1] + bytes([good[-1] ^ 1]))
        _, other = sign_apart(work, signers, Image(work, "signed"))
        attach(work, registry, self.repository, self.digests["borrowed"], other)

    def _push_by_crane(self, image):
        """With a manifest of Docker's media type."""
        self.registry.crane("append", "--new_layer", image.folder / "layer.tar", "--new_tag", self.tag(image.name))
        self.digests[image.name] = self.registry.crane("digest", self.tag(image.name)).stdout.strip()

    def tag(self, name):
        return f"{self.repository}:{name}"

    def digest(self, name):
        return f"{self.repository}@{self.digests[name]}"
