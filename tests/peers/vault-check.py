#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""vault-check.py WORK PORT: drives the vault of vault-up.sh with Microsoft's own SDK, so that it does not drift from what
real clients accept. WORK/pki/ca.crt signed its certificate, PORT + 1 is the metadata service, a page has 3 entries.
vault-check.sh runs this; it needs what vault-check.txt names."""
import base64
import datetime
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

WORK, PORT = sys.argv[1], int(sys.argv[2])
os.environ["REQUESTS_CA_BUNDLE"] = f"{WORK}/pki/ca.crt"
os.environ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = f"http://127.0.0.1:{PORT + 1}"
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

from azure.core.exceptions import HttpResponseError  # noqa: E402
from azure.identity import ManagedIdentityCredential, WorkloadIdentityCredential  # noqa: E402
from azure.keyvault.certificates import CertificateClient, CertificateContentType, CertificatePolicy  # noqa: E402
from azure.keyvault.secrets import SecretClient  # noqa: E402

import vault_keys  # noqa: E402

VAULT, OTHER_NAME = f"https://127.0.0.1:{PORT}", f"https://localhost:{PORT}"
PEM, PKCS12 = CertificateContentType.pem, CertificateContentType.pkcs12
KEY = b"PRIVATE KEY-----"


class Bench:
    """Clients, and a certificate with its key in both forms."""

    def __init__(self, folder):
        self.folder = folder
        for command in ("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=signer -keyout k -out c",
                        "pkcs12 -export -inkey k -in c -passout pass:x -out p"):
            subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=folder)
        self.pem = (folder / "k").read_bytes() + (folder / "c").read_bytes()
        self.pfx = (folder / "p").read_bytes()
        (folder / "token").write_text("header.claims.signature")
        self.workload = WorkloadIdentityCredential(
            tenant_id="11111111-1111-1111-1111-111111111111", client_id="22222222-2222-2222-2222-222222222222",
            token_file_path=str(folder / "token"), authority=VAULT, disable_instance_discovery=True)
        self.certificates = CertificateClient(VAULT, self.workload, verify_challenge_resource=False)
        self.secrets = SecretClient(VAULT, ManagedIdentityCredential(), verify_challenge_resource=False)


def refused(status, code, call, *arguments, **options):
    """The call must fail like this; `code` is the error's, or that of the error inside it."""
    try:
        call(*arguments, **options)
    except HttpResponseError as error:
        inner = getattr(error.error, "innererror", None) or {}
        assert error.status_code == status and code in (error.error.code, inner.get("code")), error
        return error
    raise AssertionError(f"{call.__name__} of {arguments} was served")


def version_of(certificate):
    return certificate.properties.version


def check_imports(bench):
    """Both forms, versions, the newest one, paged lists of versions."""
    certificates, secrets = bench.certificates, bench.secrets
    first = certificates.import_certificate("signer", bench.pem, tags={"use": "signing"})
    assert version_of(certificates.get_certificate("signer")) == version_of(first)
    assert secrets.get_secret("signer").properties.content_type == "application/x-pem-file"
    assert secrets.get_secret("signer").properties.tags == {"use": "signing"}
    for _ in range(4):
        newest = certificates.import_certificate("signer", bench.pfx, password="x")
    assert newest.cer == first.cer
    assert secrets.get_secret("signer").properties.content_type == "application/x-pkcs12"
    listed = list(certificates.list_properties_of_certificate_versions("signer"))
    assert len({each.version for each in listed}) == 5
    by_age = sorted(listed, key=lambda each: each.created_on)
    assert len({each.created_on for each in listed}) == 5  # no two have the same age
    assert by_age[0].version == version_of(first) and by_age[-1].version == version_of(newest)
    assert len(list(secrets.list_properties_of_secret_versions("signer"))) == 5
    pages = list(certificates.list_properties_of_certificate_versions("signer", max_page_size=2).by_page())
    assert [len(list(page)) for page in pages] == [2, 2, 1], pages


def check_disabled(bench):
    """A disabled version's secret is withheld, its certificate is not; there is no step back to an older version."""
    newest = version_of(bench.certificates.get_certificate("signer"))
    bench.certificates.update_certificate_properties("signer", newest, enabled=False)
    assert bench.certificates.get_certificate("signer").properties.enabled is False
    refused(403, "SecretDisabled", bench.secrets.get_secret, "signer", newest)
    refused(403, "SecretDisabled", bench.secrets.get_secret, "signer")
    bench.certificates.update_certificate_properties("signer", newest, enabled=True)
    assert bench.secrets.get_secret("signer").properties.version == newest


def check_secrets(bench):
    """Plain ones: attributes and tags at their making and after it."""
    secrets = bench.secrets
    begin = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    end = begin + datetime.timedelta(days=365)
    secrets.set_secret("plain", "one")
    made = secrets.set_secret("plain", "two", not_before=begin, expires_on=end, tags={"a": "b"}, content_type="text/plain")
    got = secrets.get_secret("plain").properties  # served, though its time has not come
    assert (got.version, got.not_before, got.expires_on) == (made.properties.version, begin, end), got
    assert (got.tags, got.content_type) == ({"a": "b"}, "text/plain"), got
    secrets.update_secret_properties("plain", expires_on=begin, tags={"c": "d"})
    got = secrets.get_secret("plain").properties
    assert (got.not_before, got.expires_on, got.tags) == (begin, begin, {"c": "d"}), got
    refused(404, "SecretNotFound", secrets.get_secret, "absent")
    refused(404, "SecretNotFound", secrets.get_secret, "plain", "0" * 32)
    refused(404, "CertificateNotFound", bench.certificates.get_certificate, "plain")
    refused(409, "Conflict", secrets.set_secret, "signer", "x")
    refused(409, "Conflict", bench.certificates.import_certificate, "plain", bench.pem)


def check_created(bench):
    """By a policy, as `az keyvault certificate create` does. A key that is not exportable stays in the vault."""
    for name, content_type, exportable in (("pem", PEM, True), ("pfx", PKCS12, True), ("pem-kept", PEM, False),
                                           ("pfx-kept", PKCS12, False)):
        policy = CertificatePolicy(issuer_name="Self", subject="C=US, ST=WA, O=notation, CN=signer", exportable=exportable,
                                   key_type="RSA", key_size=2048, reuse_key=False, content_type=content_type, validity_in_months=6,
                                   key_usage=["digitalSignature"], enhanced_key_usage=["1.3.6.1.5.5.7.3.3"])
        made = bench.certificates.begin_create_certificate(name, policy, tags={"use": "signing"}).result()
        assert made.policy.exportable is exportable and made.policy.issuer_name == "Self"
        secret = bench.secrets.get_secret(name)
        assert secret.properties.content_type == content_type.value and secret.id.endswith(version_of(made))
        text = opened(bench, secret.value) if content_type == PKCS12 else secret.value.encode()
        assert (KEY in text) is exportable, name
        assert text.count(b"BEGIN CERTIFICATE") == 1
        body = text.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----")[0]
        assert base64.b64decode(b"".join(body.split())) == bytes(made.cer)
    facts = subprocess.run("openssl x509 -noout -subject -issuer -text".split(), input=secret_text(bench, "pem"), check=True,
                           capture_output=True).stdout.decode()
    for fact in ("O = notation", "X509v3 Key Usage: critical\n                Digital Signature\n", "Code Signing", "CA:FALSE", "2048 bit"):
        assert fact in facts, facts
    policy = CertificatePolicy(issuer_name="Unknown", exportable=False, key_type="RSA")
    kept = bench.certificates.import_certificate("imported-kept", bench.pem, policy=policy)
    assert kept.policy.exportable is False and KEY not in secret_text(bench, "imported-kept")


def secret_text(bench, name):
    return bench.secrets.get_secret(name).value.encode()


def opened(bench, value):
    (bench.folder / "opened").write_bytes(base64.b64decode(value))
    command = "openssl pkcs12 -nodes -passin pass: -in opened"
    return subprocess.run(command.split(), check=True, capture_output=True, cwd=bench.folder).stdout


def check_lists(bench):
    """Names, once each, as the newest version is; over several pages; disabled ones, too."""
    listed = {each.name: each for each in bench.certificates.list_properties_of_certificates()}
    assert set(listed) == {"signer", "pem", "pfx", "pem-kept", "pfx-kept", "imported-kept"}, listed
    assert listed["pem"].tags == {"use": "signing"} and listed["pem"].version is None and listed["pem"].x509_thumbprint
    assert not listed["signer"].tags  # only the first version had some
    secrets = {each.name: each for each in bench.secrets.list_properties_of_secrets()}
    assert set(secrets) == {"plain", *listed}
    assert secrets["plain"].tags == {"c": "d"} and secrets["plain"].expires_on and not secrets["plain"].managed
    assert secrets["pem"].managed and secrets["pem"].content_type == "application/x-pem-file"
    bench.certificates.update_certificate_properties("pfx", enabled=False, tags={"use": "none"})
    found = [each for each in bench.certificates.list_properties_of_certificates() if each.name == "pfx"][0]
    assert found.enabled is False and found.tags == {"use": "none"}
    other = CertificateClient(OTHER_NAME, bench.workload, verify_challenge_resource=False)
    assert not list(other.list_properties_of_certificates())  # another name, another vault


def check_deleted(bench):
    """A soft delete is 404; recovery brings back the same versions; a purge makes room."""
    certificates, secrets = bench.certificates, bench.secrets
    before = version_of(certificates.get_certificate("signer"))
    refused(409, "Conflict", secrets.begin_delete_secret, "signer")
    deleted = certificates.begin_delete_certificate("signer").result()
    assert deleted.deleted_on and deleted.recovery_id.endswith("/deletedcertificates/signer")
    refused(404, "CertificateNotFound", certificates.get_certificate, "signer")
    refused(404, "SecretNotFound", secrets.get_secret, "signer")
    assert "signer" not in [each.name for each in certificates.list_properties_of_certificates()]
    assert not list(certificates.list_properties_of_certificate_versions("signer"))
    refused(409, "ObjectIsDeletedButRecoverable", certificates.import_certificate, "signer", bench.pem)
    certificates.begin_recover_deleted_certificate("signer").wait()
    assert version_of(certificates.get_certificate("signer")) == before
    assert len(list(certificates.list_properties_of_certificate_versions("signer"))) == 5

    secrets.begin_delete_secret("plain").wait()
    refused(404, "SecretNotFound", secrets.get_secret, "plain")
    secrets.begin_recover_deleted_secret("plain").wait()
    assert secrets.get_secret("plain").value == "two"
    secrets.begin_delete_secret("plain").wait()
    secrets.purge_deleted_secret("plain")
    refused(404, "SecretNotFound", secrets.get_deleted_secret, "plain")
    assert secrets.set_secret("plain", "three").value == "three"


def check_tokens(bench):
    """Only a token that was issued here for this very audience is good; the registry's audience gets tokens, too."""
    for scope, status, code in (("https://vault.azure.net/.default", 200, b""), ("https://vault.azure.net//.default", 401, b"AKV10022"),
                                ("https://containerregistry.azure.net/.default", 401, b"AKV10022"), (None, 401, b"AKV10000")):
        token = bench.workload.get_token(scope).token if scope else "header.claims.signature"
        assert token.count(".") == 2
        request = urllib.request.Request(f"{VAULT}/secrets/plain?api-version=7.4", headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=f"{WORK}/pki/ca.crt")) as answer:
                assert answer.status == status
        except urllib.error.HTTPError as error:
            assert error.code == status and code in error.read(), scope
            assert 'resource="https://vault.azure.net"' in error.headers["WWW-Authenticate"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(folder))
        keys = vault_keys.Keys(bench, VAULT, WORK)
        for subject, checks in ((bench, (check_imports, check_disabled, check_secrets, check_created, check_lists, check_deleted, check_tokens)),
                                (keys, (vault_keys.check_signing, vault_keys.check_refusals, vault_keys.check_imported,
                                        vault_keys.check_versions, vault_keys.check_certificates))):
            for check in checks:
                check(subject)
                print(f"ok   vault: {check.__doc__.splitlines()[0]}", flush=True)


if __name__ == "__main__":
    main()
