# SPDX-License-Identifier: Apache-2.0
"""Azure Key Vault: a front of the real vault peer that can be told to fail, and a client that fills the peer."""
import base64
import json

from recorder import Answer, Recorder, ask, json_answer
from scripted_entra import VAULTS, Mint

CANARY = "canary-vault-text"  # in every message of an error
HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "date"}

MESSAGES = {
    "ForbiddenByRbac": "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
                       "definitions were changed recently, please observe propagation time.\r\nCaller: appid=2222;oid=4444\r\n"
                       "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nAssignment: (not found)",
    "AccessDenied": "The user, group or application 'appid=2222;oid=4444' does not have secrets get permission on key vault 'kvdemo'.",
    "ForbiddenByFirewall": "Client address is not authorized and caller is not a trusted service.\r\nClient address: 10.1.2.3",
    "ForbiddenByConnection": "Public network access is disabled and request is not from a trusted service nor via an approved "
                             "private link.",
}


def failure(status, code, message, inner="", **headers):
    error = {"code": code, "message": f"{message} {CANARY}"} | ({"innererror": {"code": inner}} if inner else {})
    return lambda _server, _heard: json_answer(status, {"error": error}, **headers)


def forbidden(inner):
    return failure(403, "Forbidden", MESSAGES[inner], inner)


def throttled(**headers):
    return failure(429, "Throttled", "Request was not processed because too many requests were received. Reason: "
                   "VaultRequestTypeLimitReached", **headers)


def challenge(authority, resource=VAULTS):
    """401 as for a token that is worth nothing, with the tenant or resource that it should have been for."""
    return failure(401, "Unauthorized", "AKV10032: Invalid issuer.",
                   **{"WWW-Authenticate": f'Bearer authorization="{authority}", resource="{resource}"'})


class VaultFront(Recorder):
    """One vault by its name; what it has is the peer's."""

    def __init__(self, pair, port, ca):
        super().__init__(pair)
        self.port, self.ca = port, ca

    def answer(self, heard):
        headers = {name: value for name, value in heard.headers if name.lower() not in HOP_BY_HOP | {"host"}}
        status, received, body = ask(self.port, self.ca, heard.header("Host"), heard.method, heard.target, headers, heard.body)
        return Answer(status, body, {name: value for name, value in received.items() if name.lower() not in HOP_BY_HOP})


class Vault:
    """What an operator does with the vault `host` at the peer's port."""

    def __init__(self, port, ca, host):
        self.port, self.ca, self.host = port, ca, host
        self.token = Mint(port, ca).token(VAULTS)

    def call(self, method, path, body=None):
        status, _, data = ask(self.port, self.ca, self.host, method, f"{path}?api-version=7.4",
                              {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
                              json.dumps(body).encode() if body is not None else b"")
        if status not in (200, 202, 204):
            raise RuntimeError(f"{method} {path}: {status} {data.decode(errors='replace')[:300]}")
        return json.loads(data) if data else {}

    def import_certificate(self, name, content, exportable=True, tags=None):
        """PEM text, or PKCS#12 bytes without a password; the new version."""
        value = content if isinstance(content, str) else base64.b64encode(content).decode()
        return version_of(self.call("POST", f"/certificates/{name}/import", {
            "value": value, "tags": tags or {}, "policy": {"key_props": {"exportable": exportable}}}))

    def create_certificate(self, name, subject, content_type="application/x-pem-file", tags=None):
        """By the policy that Notation's plugin documents; the new version."""
        self.call("POST", f"/certificates/{name}/create", {"tags": tags or {}, "policy": {
            "issuer": {"name": "Self"}, "key_props": {"exportable": True, "kty": "RSA", "key_size": 2048, "reuse_key": False},
            "secret_props": {"contentType": content_type},
            "x509_props": {"subject": subject, "ekus": ["1.3.6.1.5.5.7.3.3"], "key_usage": ["digitalSignature"], "validity_months": 12}}})
        return version_of(self.call("GET", f"/certificates/{name}"))

    def set_secret(self, name, value, **attributes):
        return version_of(self.call("PUT", f"/secrets/{name}", {"value": value, "contentType": "application/x-pem-file",
                                                                "attributes": attributes}))

    def secret(self, name):
        return self.call("GET", f"/secrets/{name}")["value"]

    def enable(self, name, version, enabled):
        self.call("PATCH", f"/certificates/{name}/{version}", {"attributes": {"enabled": enabled}})

    def tag(self, name, version, tags):
        self.call("PATCH", f"/certificates/{name}/{version}", {"tags": tags})

    def delete(self, name):
        self.call("DELETE", f"/certificates/{name}")

    def recover(self, name):
        self.call("POST", f"/deletedcertificates/{name}/recover")


def version_of(bundle):
    return bundle["id"].rpartition("/")[2]
