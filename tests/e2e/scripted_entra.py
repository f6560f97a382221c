# SPDX-License-Identifier: Apache-2.0
"""Microsoft Entra's token endpoint and the instance metadata service, strict about what they are asked and ready to fail.
The tokens come from the real vault peer, which takes no others."""
import base64
import dataclasses
import hashlib
import json
import pathlib
import re
import ssl
import tempfile
import time

from recorder import Answer, Recorder, ask, json_answer
from stack import run

TENANT, CLIENT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
PRINCIPAL, OBJECT = "33333333-3333-3333-3333-333333333333", "44444444-4444-4444-4444-444444444444"
AUTHORITY, METADATA = "login.microsoftonline.com", "169.254.169.254"
VAULTS, REGISTRIES = "https://vault.azure.net", "https://containerregistry.azure.net"
CORRELATION = "c0ffee00-0000-4000-8000-00000000cafe"
TRACE = "decade00-0000-4000-8000-00000000cafe"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CANARY = "canary-entra-text"  # in every description of an error


@dataclasses.dataclass
class Application:
    """How an application proves that it is who it says: with the token file's content now, a secret, or a key."""
    token_file: pathlib.Path = None
    secret: str = ""
    certificate: pathlib.Path = None


class Mint:
    """Tokens of the vault peer at a port, for any audience; remembers each."""

    def __init__(self, port, ca):
        self.port, self.ca = port, ca
        self.issued = {}

    def token(self, audience):
        form = f"grant_type=client_credentials&client_secret=x&scope={audience}/.default".encode()
        _, _, body = ask(self.port, self.ca, "localhost", "POST", f"/{TENANT}/oauth2/v2.0/token",
                         {"Content-Type": "application/x-www-form-urlencoded"}, form)
        token = json.loads(body)["access_token"]
        self.issued[token] = audience
        return token


def aadsts(code, code_of_http=401, error="invalid_client"):
    """A refusal of Entra. Its text would say what was sent, so it belongs into no log."""
    return lambda _server, heard: json_answer(code_of_http, {
        "error": error, "error_codes": [code], "timestamp": "2026-01-01 00:00:00Z", "trace_id": TRACE,
        "correlation_id": CORRELATION, "error_uri": f"https://login.microsoftonline.com/error?code={code}",
        "error_description": f"AADSTS{code}: {CANARY} {heard.body[-400:].decode()}\r\nCorrelation ID: {CORRELATION}"})


class Entra(Recorder):
    def __init__(self, pair, mint):
        super().__init__(pair)
        self.mint = mint
        self.applications = {}
        self.life = 3599  # seconds, of each token

    def answer(self, heard):
        tenant = re.fullmatch(r"/([\w.-]+)/oauth2/v2\.0/token", heard.path)
        if heard.method != "POST" or not tenant:
            self.wrong(f"{heard.method} {heard.target}")
            return Answer(404)
        if tenant[1] != TENANT:
            return aadsts(90002, 400, "invalid_request")(self, heard)
        self.check_shape(heard)
        form = {name: values[0] for name, values in heard.form.items()}
        scope = form.get("scope", "")
        if scope not in (f"{VAULTS}/.default", f"{REGISTRIES}/.default"):
            return aadsts(70011, 400, "invalid_scope")(self, heard)
        application = self.applications.get(form.get("client_id"))
        code = 700016 if application is None else refusal(application, form, tenant[1])
        if code:
            return aadsts(code)(self, heard)
        return json_answer(200, {"token_type": "Bearer", "expires_in": self.life, "ext_expires_in": self.life,
                                 "access_token": self.mint.token(scope.removesuffix("/.default"))})

    def check_shape(self, heard):
        form = heard.form
        proof = {"client_assertion", "client_assertion_type"} if "client_assertion" in form else {"client_secret"}
        if set(form) != {"grant_type", "client_id", "scope"} | proof or any(len(values) != 1 for values in form.values()):
            self.wrong(f"the fields of a token request are {sorted(form)}")
        if form.get("grant_type") != ["client_credentials"] or form.get("client_assertion_type", [ASSERTION_TYPE]) != [ASSERTION_TYPE]:
            self.wrong("grant_type or client_assertion_type is another")
        if heard.header("Content-Type") != "application/x-www-form-urlencoded" or heard.header("Authorization") or "?" in heard.target:
            self.wrong("a token request with another type, an Authorization header or a query")


def refusal(application, form, tenant):
    """The code of Entra's no, or 0."""
    if application.token_file:
        return 0 if form.get("client_assertion") == application.token_file.read_text().strip() else 50027
    if application.secret:
        return 0 if form.get("client_secret") == application.secret else 7000215
    return 0 if proves(form.get("client_assertion", ""), application.certificate, form["client_id"], tenant) else 700027


def unpacked(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def proves(assertion, certificate, client, tenant):
    """RFC 7523: is it signed by this certificate's key, and does it say what Entra wants to hear?"""
    parts = assertion.split(".")
    if len(parts) != 3:
        return False
    header, claims = (json.loads(unpacked(part)) for part in parts[:2])
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text()[certificate.read_text().index("-----BEGIN CERTIFICATE"):])
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    now = time.time()
    return (header.get("x5t#S256") == thumbprint and header.get("alg") in ("PS256", "RS256")
            and claims.get("aud") == f"https://{AUTHORITY}/{tenant}/oauth2/v2.0/token"
            and claims.get("iss") == claims.get("sub") == client and bool(claims.get("jti"))
            and claims.get("nbf", 0) <= now <= claims.get("exp", 0) <= now + 660
            and signed(f"{parts[0]}.{parts[1]}".encode(), unpacked(parts[2]), certificate, header["alg"]))


def signed(message, signature, certificate, algorithm):
    pss = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32") if algorithm == "PS256" else ()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "message").write_bytes(message)
        (folder / "signature").write_bytes(signature)
        run("openssl", "x509", "-in", certificate, "-pubkey", "-noout", "-out", folder / "key")
        done = run("openssl", "dgst", "-sha256", *pss, "-verify", folder / "key", "-signature", folder / "signature",
                   folder / "message", ok=None)
    return done.returncode == 0


class Metadata(Recorder):
    """The instance metadata service of a node with the identities `clients`. Its numbers are texts."""

    def __init__(self, mint, clients=(CLIENT,)):
        super().__init__()
        self.mint, self.clients = mint, list(clients)

    def answer(self, heard):
        if heard.method != "GET" or heard.path != "/metadata/identity/oauth2/token" or heard.header("Host") != METADATA:
            self.wrong(f"{heard.method} {heard.target} of {heard.header('Host')!r}")
            return Answer(404)
        if heard.header("Metadata") != "true" or heard.header("X-Forwarded-For"):
            self.wrong("no Metadata: true, or a proxy on the way")
            return refused("Required metadata header not specified")
        query = {name: values[0] for name, values in heard.query.items()}
        if query.get("api-version") != "2018-02-01" or query.get("resource") not in (VAULTS, REGISTRIES):
            self.wrong(f"{heard.target}: api-version or resource")
            return refused("Invalid resource")
        if "client_id" not in query and len(self.clients) > 1:
            return refused("Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the "
                           "token request")
        if query.get("client_id", self.clients[0] if self.clients else None) not in self.clients:
            return refused("Identity not found")
        now = int(time.time())
        return json_answer(200, {"access_token": self.mint.token(query["resource"]), "token_type": "Bearer", "resource": query["resource"],
                                 "client_id": query.get("client_id", ""), "expires_in": "3599", "ext_expires_in": "3599",
                                 "expires_on": str(now + 3599), "not_before": str(now - 300)})


def refused(text):
    return json_answer(400, {"error": "invalid_request", "error_description": text})
