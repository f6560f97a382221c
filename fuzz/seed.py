#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""seed.py DATA OUT: one folder of seeds per fuzz target, from the case folders of tests/data.

A file goes to the target that reads its kind; files over 64 KiB are left out, since libFuzzer would cut them.
"""
import base64
import hashlib
import json
import pathlib
import re
import sys

MOST = 64 * 1024


def kinds(content):
    """The targets that `content` is a seed for."""
    if content[:1] in (b"\xd2", b"\x84"):  # COSE_Sign1, tagged or not
        return ["cose", "cbor"]
    if content[:1] not in (b"{", b"["):
        return []
    found = ["json"]
    if b'"AdmissionReview"' in content:
        found.append("admission_review")
    if b'"schemaVersion"' in content:
        found.append("manifest")
    if b'"protected"' in content and b'"payload"' in content:
        found.append("jws")
    if b'"trustPolicies"' in content:
        found.append("trust_policy")
    return found


def elements(content):
    """The DER elements that `content` is made of, as (tag, content, whole)."""
    while content:
        tag, size, head = content[0], content[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(content[2:head], "big")
        yield tag, content[head : head + size], content[: head + size]
        content = content[head + size :]


def inside(content, *path):
    """The elements inside of the one that is reached by these positions."""
    for position in path:
        content = list(elements(content))[position][1]
    return list(elements(content))


def crl_fields(content):
    """What follows the issuer in a revocation list."""
    return b"".join(whole for _, _, whole in inside(content, 0, 0)[3:])


def ocsp_fields(content):
    """What follows the certificate's name in the first answer of an OCSP response."""
    octets = inside(content, 0, 1, 0)[1][1]
    data = inside(octets, 0, 0)
    responses = next(content for tag, content, _ in data if tag == 0x30)
    return b"".join(whole for _, _, whole in inside(responses, 0)[1:])


def revocation(file, content):
    """The seeds that an answer about revocation gives, by target."""
    target, fields = ("crl", crl_fields) if file.suffix == ".crl" else ("ocsp", ocsp_fields)
    yield target, content
    try:
        yield target, fields(content)
    except (IndexError, StopIteration):
        pass  # one of the malformed or unsuccessful answers


# Header values and the like, which are no files. The first bytes of a seed for retry_after are a time.
HEADERS = {
    "retry_after": [
        b"\0\0\0\0\x00120",
        b"\0\x69\xa3\x84\x00Sun, 01 Mar 2026 00:00:10 GMT",
        b"\0\x69\xa3\x84\x00Sunday, 01-Mar-26 00:00:10 GMT",
        b"\0\x69\xa3\x84\x00Sun Mar  1 00:00:10 2026",
    ],
    "keyring": [
        b'*-good\nprefix-good\n{"auths":{"r.example/a":{"auth":"dTpw"},"https://index.docker.io/v1/":{"identitytoken":"i"}}}',
        b'a[^b-d]?\\*\naxx*\n{"auths":{"*.example:5000":{}},"credsStore":"x","credHelpers":{"[fd00::1]:5000":"y"}}',
        b'*a*a*a*b\naaaaaaaa\n{"*.example":{"username":"u","password":"p"},"r.example/a/b":{"registrytoken":"t"}}',
    ],
    "plugin_request": [
        b'{"contractVersion":"1.0","keyId":"https://kv.vault.azure.net/keys/a","pluginConfig":{"self_signed":"true"},"keySpec":"EC-256","hashAlgorithm":"SHA-256","payload":"cGF5bG9hZA=="}',
        b'{"contractVersion":"1.1","keyId":"k","pluginConfig":{"ca_certs":"a.pem","credential_type":"managedid","as_secret":"false"},"x":[]}',
    ],
    "provider_request": [
        b'{"apiVersion":"externaldata.gatekeeper.sh/v1beta1","kind":"ProviderRequest","request":{"keys":["a","[team]r.example/b:1","[::1]/c","a"]}}',
        b'{"apiVersion":"externaldata.gatekeeper.sh/v1alpha1","kind":"ProviderRequest","request":{"keys":["","[x","[]a"]}}',
    ],
    "timestamp_reply": [  # a refusal: rejection, "no", badAlg
        b"\0\0" + bytes.fromhex("300f300d02010230040c026e6f03020780"),
    ],
    "warning": [b'299 - "old"', b'299 - "a \\"b\\" c" "date", 299 - "d"\n214 proxy "e"'],
}

SECRET = b"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n"


def vault_secrets(certificates):
    """Answers of a vault with these certificates behind a key."""
    for der in certificates:
        text = base64.encodebytes(der).replace(b"\n", b"\\n")
        pem = b"-----BEGIN CERTIFICATE-----\\n" + text + b"-----END CERTIFICATE-----\\n"
        yield b'{"value":"' + SECRET + pem + b'","contentType":"application/x-pem-file","attributes":{"enabled":true}}'


def der(tag, *parts):
    """One DER element around these."""
    content = b"".join(parts)
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    head = bytes([len(content)]) if len(content) < 0x80 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + head + content


def bags(certificates):
    """The bags of a PKCS#12 file with these certificates, as its target wants them."""
    kind, x509 = bytes.fromhex("060b2a864886f70d010c0a0103"), bytes.fromhex("060a2a864886f70d01091601")
    yield b"\x02" + der(0x30, *(
        der(0x30, kind, der(0xA0, der(0x30, x509, der(0xA0, der(0x04, certificate))))) for certificate in certificates))


NAMES = ("image", "reference", "scope")


def images(content):
    """Every string at a member that holds an image's name."""
    try:
        stack = [json.loads(content)]
    except ValueError:
        return
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield from (value[name].encode() for name in NAMES if isinstance(value.get(name), str))
            stack += value.values()
        elif isinstance(value, list):
            stack += value


STAMP = b"io.cncf.notary.timestampSignature"
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # the type of what a token holds


def countersignature(content):
    """Signature and token of an envelope."""
    if content[:1] == b"{":
        envelope = json.loads(content)
        token = envelope["header"][STAMP.decode()]
        return base64.urlsafe_b64decode(envelope["signature"] + "=="), base64.b64decode(token)
    start = content.index(STAMP) + len(STAMP)
    if content[start] != 0x59:  # a byte string of 256 to 65535 bytes
        raise ValueError
    size = int.from_bytes(content[start + 1 : start + 3], "big")
    token = content[start + 3 : start + 3 + size]
    for head in (b"\x58\x40", b"\x58\x60", b"\x58\x84", b"\x59\x01\x00", b"\x59\x01\x80", b"\x59\x02\x00"):
        signature = content[-int.from_bytes(head[1:], "big") :]
        if content.endswith(head + signature):
            return signature, token
    raise ValueError


def der_content(content, at):
    """Where the content of the element at `at` begins and ends."""
    first = content[at + 1]
    start = at + 2 + (first & 0x7F if first > 0x7F else 0)
    size = int.from_bytes(content[at + 2 : start], "big") if first > 0x7F else first
    return start, start + size


def timestamps(content):
    """Seeds of the timestamp target: message and token, and what the token holds."""
    if STAMP not in content:
        return
    try:
        signature, token = countersignature(content)
        yield len(signature).to_bytes(2, "big") + signature + hashlib.sha256(token).digest()[:4] + token
        wrapped, _ = der_content(token, token.index(TST_INFO) + len(TST_INFO))
        start, end = der_content(token, wrapped)
        yield token[start:end]
    except (ValueError, TypeError, KeyError, IndexError):  # broken on purpose
        return


NONCE = bytes.fromhex("02080102030405060708")  # what the target timestamp_reply asks with


def with_nonce(token):
    """The token with that nonce in its TSTInfo; its signature no longer holds."""
    kind, signed = (whole for _, _, whole in inside(token, 0))
    version, digests, _, *rest = (whole for _, _, whole in inside(signed, 0, 0))
    fields = list(elements(der_inner(token)))
    names = [whole for tag, _, whole in fields if tag >= 0xA0]  # what stands behind a nonce
    info = der(0x30, *(whole for tag, _, whole in fields if tag < 0xA0), NONCE, *names)
    content = der(0x30, TST_INFO, der(0xA0, der(0x04, info)))
    return der(0x30, kind, der(0xA0, der(0x30, version, digests, content, *rest)))


def der_inner(token):
    """The fields of the TSTInfo that a token holds."""
    wrapped, _ = der_content(token, token.index(TST_INFO) + len(TST_INFO))
    start, end = der_content(token, wrapped)
    return b"".join(whole for _, _, whole in inside(token[start:end], 0))


def replies(content):
    """Seeds of the timestamp_reply target: a message, and an authority's answer about it."""
    if STAMP not in content:
        return
    try:
        signature, token = countersignature(content)
        head = len(signature).to_bytes(2, "big") + signature
        yield head + der(0x30, der(0x30, b"\x02\x01\x00"), token)
        yield head + der(0x30, der(0x30, b"\x02\x01\x00"), with_nonce(token))
    except (ValueError, TypeError, KeyError, IndexError):  # broken on purpose
        return


CERTIFICATE = re.compile(rb"\x30\x82..\x30\x82..\xa0\x03\x02\x01\x02", re.DOTALL)  # of version 3
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def chain(content):
    """The certificates of a PEM file or an envelope, one behind the other."""
    try:
        if content[:1] == b"{":
            return b"".join(map(base64.b64decode, json.loads(content)["header"]["x5c"]))
        if PEM.search(content):
            return b"".join(map(base64.b64decode, PEM.findall(content)))
    except (ValueError, TypeError, KeyError):  # broken on purpose
        return b""
    found, at = b"", 0
    while content[:1] in (b"\xd2", b"\x84") and (match := CERTIFICATE.search(content, at)):
        at = match.start() + 4 + int.from_bytes(match.group()[2:4], "big")
        found += content[match.start() : at]
    return found


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    seeds = {kind: list(values) for kind, values in HEADERS.items()}
    for file in sorted(data.rglob("*")):
        if not file.is_file() or file.stat().st_size > MOST:
            continue
        content = file.read_bytes()
        for kind in kinds(content):
            seeds.setdefault(kind, []).append(content)
        if "responses" in file.parts and file.suffix != ".json":
            for kind, seed in revocation(file, content):
                seeds.setdefault(kind, []).append(seed)
        seeds.setdefault("timestamp", []).extend(timestamps(content))
        seeds.setdefault("timestamp_reply", []).extend(replies(content))
        if certificates := chain(content):
            seeds.setdefault("certificate", []).append(certificates)
            each = [whole for _, _, whole in elements(certificates)]
            seeds.setdefault("vault_secret", []).extend(vault_secrets(each))
            seeds.setdefault("pkcs12", []).extend(bags(each))
        if b'"AdmissionReview"' in content or file.name == "case.json":
            seeds.setdefault("image_ref", []).extend(images(content))
    for kind, contents in seeds.items():
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        for content in contents:
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    for kind in sorted(seeds):
        print(f"seeds: {kind} {len(set(seeds[kind]))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
