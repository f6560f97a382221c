# SPDX-License-Identifier: Apache-2.0
"""What must not be signed, and what can't: tables of signers, requests, vaults, timestamp authorities and places."""
import base64
import contextlib
import json
import os
import re

import recorder
import scripted_vault
from authority import openssl
from images import Image
from scripted_azure import VAULT
from signing_bench import COULD_NOT, NO_RIGHT, USAGE, Case, certificates
from signing_world import LOOPBACK, SCOPE
from stack import free_port
from timestamp_authority import FAULTS

TLS = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n"


# --- the signer

def bad_certificates(bench):
    stage = bench.stage
    stage.issue("expired", "p256", lifetime=-60)
    for key in ("rsa1024", "p224", "secp256k1"):
        stage.issue(f"weak-{key}", key)
    stage.issue("for-tls", "p256", TLS)
    (stage.pki / "no-root.chain").write_text("".join(certificates(stage.chain("p256"))[:2]))
    (stage.pki / "no-leaf.chain").write_text("".join(certificates(stage.chain("p256"))[1:]))
    (stage.pki / "too-many.chain").write_text(stage.chain("p256").read_text() + stage.stranger.certificate.read_text())
    (stage.pki / "none.chain").write_text("no certificate\n")

    def case(name, key, chain, *says):
        return Case(name, ("--key", stage.key(key), "--certificates", stage.chain(chain), *bench.reach, bench.reference()), USAGE, says)
    yield case("a certificate that is another key's", "p256", "p384", "certificate", "key")
    yield case("an expired certificate", "expired", "expired", "CN=expired", "expired|ended|not after|outside|time")
    for key, words in (("rsa1024", "RSA|1024"), ("p224", "EC|P-224|curve"), ("secp256k1", "EC|secp256k1|curve")):
        yield case(f"a weak key, {key}", f"weak-{key}", f"weak-{key}", "key", words)
    yield case("a certificate for TLS", "for-tls", "for-tls", "CN=for-tls", "usage|serverAuth")
    yield case("a chain without its root", "p256", "no-root", "CN=middle|CN=root")
    yield case("a chain without the signer's", "p256", "no-leaf", "certificate")
    yield case("a certificate too many", "p256", "too-many", "CN=stranger-root")
    yield case("a file without certificates", "p256", "none", "none.chain")


def bad_keys(bench):
    stage = bench.stage
    key, locked = stage.key("p256"), stage.pki / "locked.key"
    openssl("pkcs8", "-topk8", "-in", key, "-passout", "pass:canary-passphrase", "-out", locked)
    (stage.pki / "right").write_text("canary-passphrase\n")
    (stage.pki / "wrong").write_text("canary-other\n")
    (stage.pki / "garbage.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    chain = ("--certificates", stage.chain("p256"))

    def case(name, *words, says):
        return Case(name, (*words, *bench.reach, bench.reference()), USAGE, says)
    yield case("a key's file that is not there", "--key", stage.pki / "absent.key", *chain, says=("absent.key",))
    yield case("an encrypted key without a passphrase", "--key", locked, *chain, says=("locked.key", "passphrase"))
    yield case("an encrypted key with another passphrase", "--key", locked, "--passphrase-file", stage.pki / "wrong", *chain,
               says=("locked.key|passphrase",))
    yield case("a passphrase's file that is not there", "--key", locked, "--passphrase-file", stage.pki / "absent", *chain, says=("absent",))
    yield case("a key that is none", "--key", stage.pki / "garbage.key", *chain, says=("garbage.key",))
    yield case("certificates that are not there", "--key", key, "--certificates", stage.pki / "absent.chain", says=("absent.chain",))
    yield case("a key without certificates", "--key", key, says=("certificate",))
    yield case("no key at all", says=("--key",))
    yield case("two keys", "--key", key, *chain, "--key-vault-key", stage.key_url("vault-p256"), says=("--key",))


# --- what is signed

def bad_requests(bench):
    def case(name, *words, says):
        return Case(name, (*bench.good, *words, *bench.reach, bench.reference()), USAGE, says)
    yield case("metadata under a reserved name", "-m", "io.cncf.notary.x509chain.thumbprint=x", says=(r"io\.cncf\.notary",))
    yield case("metadata without a value", "-m", "alone", says=("alone",))
    yield case("metadata without a name", "-m", "=value", says=("metadata|key",))
    yield case("metadata twice", "-m", "a=1", "-m", "a=2", says=(r"\ba\b",))
    for expiry in ("0s", "0", "-1h", "soon", "36501d"):
        yield case(f"an expiry of {expiry}", "--expiry", expiry, says=("expiry",))
    yield case("another format", "--signature-format", "pgp", says=("pgp",))
    yield case("a timestamp authority whose root is not named", "--timestamp-url", bench.stage.clock.url, says=("--timestamp-root-cert",))
    yield case("a root of no timestamp authority", "--timestamp-root-cert", bench.stage.clock_root.certificate, says=("--timestamp-url",))
    yield Case("no reference", bench.good, USAGE, ("reference",))
    yield Case("a reference that is none", (*bench.good, *bench.reach, f"{bench.front.host}/Bad/App@sha256:1"), USAGE, ("Bad/App|reference",))


# --- the vault

def bad_vaults(bench):
    stage, front = bench.stage, bench.stage.front
    words = (*bench.by_vault("vault-p256"), bench.reference())
    stage.issue("plain", "p256")
    stage.vault.call("POST", "/keys/plain/create", {"kty": "EC", "crv": "P-256"})
    stage.issue("off", "p256")
    stage.keep("off")
    stage.vault.enable("off", stage.versions["off"], False)

    @contextlib.contextmanager
    def unreachable():
        front.down()
        try:
            yield
        finally:
            front.up()
    failing = lambda fault, only: lambda: front.failing(fault, only=only)
    yield Case("an unreachable vault", words, COULD_NOT, (re.escape(VAULT),), unreachable)
    for inner, hint in (("ForbiddenByRbac", "sign"), ("AccessDenied", "sign"), ("ForbiddenByFirewall", "firewall|network")):
        yield Case(f"a vault that lets nobody sign, {inner}", words, NO_RIGHT, (re.escape(VAULT), "vault-p256", hint),
                   failing(scripted_vault.forbidden(inner), "/sign"))
    yield Case("a vault that shows no certificate", words, NO_RIGHT, (re.escape(VAULT),),
               failing(scripted_vault.forbidden("ForbiddenByRbac"), "/secrets/"))
    yield Case("a disabled key", (*bench.by_vault("off"), bench.reference()), USAGE, ("off", "disabled"))
    yield Case("a key without a certificate", (*bench.by_vault("plain", version=False), bench.reference()), USAGE, ("plain",))
    yield Case("a key that is not there", (*bench.by_vault("nowhere", version=False), bench.reference()), USAGE, ("nowhere",))
    yield Case("a vault that is none", ("--config", bench.config, "--key-vault-key", "https://evil.example/keys/a", bench.reference()), USAGE,
               ("evil.example",))
    yield Case("a certificate's address instead of a key's", ("--config", bench.config, "--key-vault-key", f"https://{VAULT}/secrets/vault-p256",
                                                              bench.reference()), USAGE, ("/keys/|key",))
    yield Case("a vault that signs with another key", words, COULD_NOT, ("signature",), failing(signed_by_another(stage), "/sign"))
    yield Case("a vault that answers in HTML", words, COULD_NOT, (re.escape(VAULT),), failing(recorder.html(), "/sign"))
    yield Case("both ways to the chain", (*bench.by_vault("vault-p256"), "--self-signed", "--ca-certs", stage.chain("p256"), bench.reference()),
               USAGE, ("--self-signed|--ca-certs",))
    yield Case("a chain that is not self-signed", (*bench.by_vault("vault-p256"), "--self-signed", bench.reference()), USAGE,
               ("CN=middle|self-signed|CN=vault-p256",))
    yield Case("another authority's certificates", (*bench.by_vault("vault-p256"), "--ca-certs", stage.stranger.certificate, bench.reference()),
               USAGE, ("CN=",))


def signed_by_another(stage):
    """A good answer about the right key, with a signature of another one."""
    def fault(server, heard):
        answer = server.answer(heard)
        document = json.loads(answer.body)
        other = stage.vault.call("POST", f"/keys/vault-p256/{stage.versions['vault-p256']}/sign", {
            "alg": "ES256", "value": base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()})
        return recorder.json_answer(200, document | {"value": other["value"]})
    return fault


# --- the timestamp authority

def bad_clocks(bench):
    stage = bench.stage

    def case(name, url, around=contextlib.nullcontext, status=COULD_NOT):
        words = (*bench.good, "--timestamp-url", url, "--timestamp-root-cert", stage.clock_root.certificate, *bench.reach, bench.reference())
        return Case(name, words, status, (re.escape(url.rstrip("/")) + "|timestamp",), around)
    yield case("an unreachable timestamp authority", f"http://127.0.0.1:{free_port()}/")
    for name, fault in FAULTS.items():
        yield case(f"a timestamp authority: {name}", stage.clock.url, lambda fault=fault: stage.clock.failing(fault))
    yield case("a timestamp authority that nobody knows", stage.strange_clock.url)
    yield case("an address that is none", "ftp://127.0.0.1/", status=USAGE)


# --- the registry

def bad_places(bench):
    front, stage = bench.front, bench.stage
    sign = lambda reference: (*bench.good, *bench.reach, reference)
    yield Case("an image that is not there", sign(f"{bench.repository}@sha256:{'0' * 64}"), COULD_NOT, ("0000",))
    yield Case("a tag that is not there", sign(bench.reference("nowhere")), COULD_NOT, ("nowhere",))
    yield Case("a repository that is not there", sign(f"{front.host}/no/where:x"), COULD_NOT, ("no/where",))
    nobody = f"127.0.0.1:{free_port()}"
    yield Case("a registry that is not there", (*bench.good, *LOOPBACK, "--plain-http", nobody, f"{nobody}/a:b"), COULD_NOT, (nobody,))
    yield Case("a layout that is not there", (*bench.good, "--oci-layout", "--scope", SCOPE, f"{stage.folder}/no-layout@{bench.digest}"),
               COULD_NOT, ("no-layout",))
    first, second = (Image(stage.folder, name).push(stage.tag.registry.oras, f"{stage.tag.registry.host}/bad/app:{name}")
                     for name in ("moving", "moved"))
    for digest in (second, first):  # the registry keeps what a tag once named; then moving it adds nothing
        stage.tag.registry.oras("tag", f"{stage.tag.registry.host}/bad/app@{digest}", "moving")
    yield Case("a tag that is moved meanwhile", sign(bench.reference("moving")), COULD_NOT, ("moving",), lambda: moved(bench, first, second))


@contextlib.contextmanager
def moved(bench, first, second):
    """After its first answer about the tag the registry's tag names another image; the registry is left as it was."""
    registry = bench.stage.tag.registry
    place = lambda digest: f"{registry.host}/bad/app@{digest}"
    done = []

    def move(server, heard):
        answer = server.answer(heard)
        if not done:
            done.append(registry.oras("tag", place(second), "moving"))
        return answer
    try:
        with bench.front.failing(move, only="/manifests/moving"):
            yield
    finally:
        registry.oras("tag", place(first), "moving")


ALL = (bad_certificates, bad_keys, bad_requests, bad_vaults, bad_clocks, bad_places)
