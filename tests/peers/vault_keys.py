# SPDX-License-Identifier: Apache-2.0
"""What vault-check.py checks of keys: by Microsoft's KeyClient and CryptographyClient, which verifies on its own, and by plain
requests where the SDK would not send what is to be refused."""
import base64
import datetime
import hashlib
import json
import ssl
import subprocess
import urllib.error
import urllib.request

from azure.keyvault.certificates import CertificatePolicy
from azure.keyvault.keys import JsonWebKey, KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, SignatureAlgorithm

CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
# (name, what makes it, the algorithm that signatures of images use, its hash)
KINDS = (("rsa2048", {"size": 2048}, "PS256", "sha256"), ("rsa3072", {"size": 3072}, "PS384", "sha384"),
         ("rsa4096", {"size": 4096}, "PS512", "sha512"), ("p256", {"curve": "P-256"}, "ES256", "sha256"),
         ("p384", {"curve": "P-384"}, "ES384", "sha384"), ("p521", {"curve": "P-521"}, "ES512", "sha512"))
SIZES = {"rsa2048": 256, "rsa3072": 384, "rsa4096": 512, "p256": 64, "p384": 96, "p521": 132}


class Keys:
    """`bench` is vault-check.py's; WORK's authority signed the vault's certificate."""

    def __init__(self, bench, vault, work):
        self.bench, self.vault = bench, vault
        self.client = KeyClient(vault, bench.workload, verify_challenge_resource=False)
        self.tls = ssl.create_default_context(cafile=f"{work}/pki/ca.crt")

    def user(self, key):
        return CryptographyClient(key, self.bench.workload, verify_challenge_resource=False)

    def ask(self, method, path, **body):
        """(status, answer) of a plain request."""
        token = self.bench.workload.get_token("https://vault.azure.net/.default").token
        request = urllib.request.Request(f"{self.vault}{path}?api-version=7.4", json.dumps(body).encode(), method=method, headers={
            "Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.tls) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def refused(self, status, inner, words, method, path, **body):
        code, answer = self.ask(method, path, **body)
        error = answer.get("error", {})
        found = (code, error.get("innererror", {}).get("code", ""))
        assert found == (status, inner) and words in error["message"], (found, answer, path)
        assert error["code"] == {400: "BadParameter", 403: "Forbidden", 404: "KeyNotFound", 409: "Conflict"}[status], answer


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest_of(name, text=b"an image"):
    return hashlib.new(name, text).digest()


def check_signing(keys):
    """Of all six algorithms: the SDK verifies what the vault signs, and so does the vault; raw r and s."""
    for name, kind, algorithm, hash_name in KINDS:
        make = keys.client.create_rsa_key if "size" in kind else keys.client.create_ec_key
        key = make(name, **kind)
        assert key.properties.enabled and not key.properties.managed and not key.key.d, name
        digest, user = digest_of(hash_name), keys.user(key)
        signed = user.sign(SignatureAlgorithm(algorithm), digest)
        assert signed.key_id == key.id and len(signed.signature) == SIZES[name], name
        assert user.verify(SignatureAlgorithm(algorithm), digest, signed.signature).is_valid  # with `cryptography`, not in the vault
        for text, expected in ((b"an image", True), (b"another", False)):
            answer = keys.ask("POST", f"/keys/{name}/{key.properties.version}/verify", alg=algorithm,
                              digest=encoded(digest_of(hash_name, text)), value=encoded(signed.signature))
            assert answer == (200, {"value": expected}), answer
        by_name = keys.ask("POST", f"/keys/{name}//sign", alg=algorithm, value=encoded(digest))  # the newest version
        assert by_name[0] == 200 and by_name[1]["kid"] == key.id, by_name
    for algorithm, hash_name in (("PS512", "sha512"), ("RS256", "sha256"), ("RS384", "sha384")):  # any, for a key of RSA
        user, digest = keys.user(keys.client.get_key("rsa2048")), digest_of(hash_name)
        assert user.verify(SignatureAlgorithm(algorithm), digest, user.sign(SignatureAlgorithm(algorithm), digest).signature).is_valid


def check_refusals(keys):
    """As Key Vault writes them: another key's algorithm, another length, operations that are not allowed, times, disabled keys."""
    digest = encoded(digest_of("sha256"))
    sign = lambda status, inner, words, name, **body: keys.refused(status, inner, words, "POST", f"/keys/{name}/{newest(keys, name)}/sign", **body)
    sign(400, "", "is of type 'RSA', and algorithm 'ES256'", "rsa2048", alg="ES256", value=digest)
    sign(400, "", "is of type 'EC', and algorithm 'PS256'", "p256", alg="PS256", value=digest)
    sign(400, "", "uses curve 'P-384', and algorithm 'ES256' can only be used with curve 'P-256'.", "p384", alg="ES256", value=digest)
    sign(400, "", "Invalid length of 'value': 20 bytes. PS256 requires 32 bytes", "rsa2048", alg="PS256", value=encoded(bytes(20)))
    sign(400, "", "Invalid length of 'value': 32 bytes. ES512 requires 64 bytes", "p521", alg="ES512", value=digest)
    sign(400, "", "not supported", "rsa2048", alg="PS1", value=digest)
    sign(400, "", "alg is required", "rsa2048", value=digest)
    keys.refused(404, "", "was not found", "POST", f"/keys/p256/{'0' * 32}/sign", alg="ES256", value=digest)
    keys.refused(404, "", "was not found", "POST", "/keys/absent//sign", alg="ES256", value=digest)
    keys.client.create_ec_key("verifies", curve="P-256", key_operations=["verify"])
    sign(403, "KeyOperationForbidden", "Operation sign is not permitted on this key.", "verifies", alg="ES256", value=digest)
    now = datetime.datetime.now(datetime.timezone.utc)
    keys.client.create_ec_key("early", curve="P-256", not_before=now + datetime.timedelta(days=1))
    sign(403, "KeyNotYetValid", "not yet valid", "early", alg="ES256", value=digest)
    keys.client.create_ec_key("late", curve="P-256", expires_on=now - datetime.timedelta(days=1))
    sign(403, "KeyExpired", "expired key", "late", alg="ES256", value=digest)
    version = newest(keys, "late")
    assert keys.ask("POST", f"/keys/late/{version}/verify", alg="ES256", digest=digest, value=encoded(bytes(64))) == (200, {"value": False})
    keys.client.update_key_properties("p256", enabled=False)
    sign(403, "KeyDisabled", "Operation sign is not allowed on a disabled key.", "p256", alg="ES256", value=digest)
    assert keys.client.get_key("p256").properties.enabled is False  # what is public is shown all the same
    keys.client.update_key_properties("p256", enabled=True)
    for body in ({"kty": "RSA", "key_size": 1024}, {"kty": "RSA", "key_size": 2049}, {"kty": "EC", "crv": "P-224"}, {"kty": "oct"}, {},
                 {"kty": "EC", "crv": "P-256", "key_ops": ["encrypt"]}, {"kty": "EC", "crv": "P-384", "key_size": 256}):
        keys.refused(400, "", "", "POST", "/keys/weak/create", **body)


def newest(keys, name):
    return keys.client.get_key(name).properties.version


def check_imported(keys):
    """Keys of openssl in JWK; a private part that is another's, or too short, is refused."""
    for name, algorithm in (("p384", "ES384"), ("rsa2048", "PS256")):
        key = made_by_openssl(keys.bench.folder, name)
        held = keys.client.import_key(f"mine-{name}", JsonWebKey(**key))
        digest = digest_of("sha384" if name == "p384" else "sha256")
        user = keys.user(held)
        assert user.verify(SignatureAlgorithm(algorithm), digest, user.sign(SignatureAlgorithm(algorithm), digest).signature).is_valid
        assert held.key.n == key.get("n") and held.key.x == key.get("x") and not held.key.d
    wire = lambda key: {field: encoded(value) if isinstance(value, bytes) else value for field, value in key.items()}
    for key in (wire(made_by_openssl(keys.bench.folder, "rsa1024")),
                wire(made_by_openssl(keys.bench.folder, "p384")) | {"x": encoded(bytes(48))},
                {"kty": "EC", "crv": "P-256", "x": encoded(bytes(32)), "y": encoded(bytes(32))}):
        keys.refused(400, "", "", "PUT", "/keys/other", key=key)


def made_by_openssl(folder, name):
    from cryptography.hazmat.primitives import serialization  # pylint: disable=import-outside-toplevel
    command = f"genrsa {name[3:]}" if name.startswith("rsa") else "ecparam -genkey -name secp384r1 -noout"
    pem = subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=folder).stdout
    numbers = serialization.load_pem_private_key(pem, None).private_numbers()
    whole = lambda number, size=None: number.to_bytes(size or (number.bit_length() + 7) // 8, "big")
    if not name.startswith("rsa"):
        public = numbers.public_numbers
        return {"kty": "EC", "crv": "P-384", "x": whole(public.x, 48), "y": whole(public.y, 48), "d": whole(numbers.private_value, 48)}
    return {"kty": "RSA", "n": whole(numbers.public_numbers.n), "e": whole(numbers.public_numbers.e), "d": whole(numbers.d),
            "p": whole(numbers.p), "q": whole(numbers.q), "dp": whole(numbers.dmp1), "dq": whole(numbers.dmq1), "qi": whole(numbers.iqmp)}


def check_versions(keys):
    """Versions by name, lists with pages, soft delete; a certificate's name is taken, and a key's for certificates."""
    client = keys.client
    first = newest(keys, "p384")
    second = client.create_ec_key("p384", curve="P-384")
    assert newest(keys, "p384") == second.properties.version != first
    assert {each.version for each in client.list_properties_of_key_versions("p384")} == {first, second.properties.version}
    assert client.get_key("p384", first).key.x != second.key.x
    names = [each.name for each in client.list_properties_of_keys()]
    assert names == sorted(set(names)) and {"p384", "rsa2048", "signer"} <= set(names), names
    keys.refused(409, "", "another kind", "POST", "/keys/signer/create", kty="EC")
    keys.refused(409, "", "belongs to a certificate", "DELETE", "/keys/signer")
    keys.refused(409, "", "another kind", "POST", "/certificates/p384/create", policy={"issuer": {"name": "Self"}})
    client.begin_delete_key("p384").wait()
    keys.refused(404, "", "was not found", "GET", "/keys/p384")
    keys.refused(409, "ObjectIsDeletedButRecoverable", "deleted but recoverable", "POST", "/keys/p384/create", kty="EC")
    client.begin_recover_deleted_key("p384").wait()
    assert newest(keys, "p384") == second.properties.version
    client.begin_delete_key("p384").wait()
    client.purge_deleted_key("p384")
    keys.refused(404, "", "was not found", "GET", "/deletedkeys/p384")


def check_certificates(keys):
    """Keys of certificates by the issuer Self and imported ones sign, in all six algorithms; they do what the key usage says."""
    for name, kind, algorithm, hash_name in KINDS:
        key = {"key_type": "RSA", "key_size": kind["size"]} if "size" in kind else {"key_type": "EC", "key_curve_name": kind["curve"]}
        policy = CertificatePolicy(issuer_name="Self", subject="C=US, ST=WA, O=notation, CN=signer", exportable=False, **key,
                                   key_usage=["digitalSignature"], enhanced_key_usage=[CODE_SIGNING])
        check_certificate(keys, keys.bench.certificates.begin_create_certificate(f"self-{name}", policy).result(), algorithm, hash_name)
    check_certificate(keys, keys.bench.certificates.import_certificate("imported", keys.bench.pem), "PS256", "sha256")
    reused = CertificatePolicy(issuer_name="Self", subject="CN=signer", reuse_key=True, key_type="EC", key_curve_name="P-256",
                               key_usage=["digitalSignature"])
    before = keys.client.get_key("self-p256")
    keys.bench.certificates.begin_create_certificate("self-p256", reused).wait()
    after = keys.client.get_key("self-p256")
    assert after.key.x == before.key.x and after.id != before.id
    tls = CertificatePolicy(issuer_name="Self", subject="CN=tls")
    keys.bench.certificates.begin_create_certificate("tls", tls).wait()
    assert sorted(keys.client.get_key("tls").key.key_ops) == ["sign", "unwrapKey", "verify", "wrapKey"]
    keys.bench.certificates.update_certificate_properties("tls", enabled=False)
    keys.refused(403, "KeyDisabled", "disabled", "POST", "/keys/tls//sign", alg="PS256", value=encoded(bytes(32)))
    sec1 = keys.bench.pem.replace(b"PRIVATE KEY", b"RSA PRIVATE KEY")
    code, answer = keys.ask("POST", "/certificates/sec1/import", value=sec1.decode())
    assert code == 400 and "unexpected format" in answer["error"]["message"], answer


def check_certificate(keys, made, algorithm, hash_name):
    from cryptography import x509  # pylint: disable=import-outside-toplevel
    key = keys.client.get_key(made.name, made.properties.version)
    assert made.key_id == key.id and key.properties.managed, key.id
    assert key.key.key_ops[:2] == ["sign", "verify"], key.key.key_ops
    public = x509.load_der_x509_certificate(bytes(made.cer)).public_key().public_numbers()
    mine = int.from_bytes(key.key.n or key.key.x, "big")
    assert mine == (public.n if key.key.n else public.x), "the certificate is another key's"
    digest, user = digest_of(hash_name), keys.user(key)
    assert user.verify(SignatureAlgorithm(algorithm), digest, user.sign(SignatureAlgorithm(algorithm), digest).signature).is_valid
