#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A registry token server: the distribution token protocol (GET and POST) and the two oauth2 endpoints of ACR.

Signs with openssl, so --key is an RSA key; the registry trusts --cert. Issuer and audience are both "peers".
"""

import argparse
import base64
import json
import ssl
import subprocess
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def access(scopes):
    """The access claim for the scopes asked, each of the form type:name:action,action."""
    entries = []
    for scope in " ".join(scopes).split():
        kind, name, actions = scope.split(":", 1)[0], scope.split(":", 1)[1].rpartition(":")[0], scope.rpartition(":")[2]
        entries.append({"type": kind, "name": name, "actions": actions.split(",")})
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True, help="signs the tokens")
    parser.add_argument("--cert", required=True, help="certificate of --key")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--user", default="tester:secret")
    parser.add_argument("--reader", default="reader:secret", help="a user who may only pull")
    parser.add_argument("--anonymous-pull", action="store_true")
    parser.add_argument("--lifetime", type=int, default=300, help="seconds")
    options = parser.parse_args()
    with open(options.cert) as file:
        leaf = base64.b64encode(ssl.PEM_cert_to_DER_cert(file.read())).decode()
    refresh_token = str(uuid.uuid4())

    def token(subject, entries):
        now = int(time.time())
        claims = {"iss": "peers", "aud": "peers", "sub": subject, "jti": str(uuid.uuid4()), "access": entries}
        claims |= {"iat": now, "nbf": now - 5, "exp": now + options.lifetime}
        parts = ({"typ": "JWT", "alg": "RS256", "x5c": [leaf]}, claims)
        signed = b".".join(base64url(json.dumps(part).encode()) for part in parts)
        command = ["openssl", "dgst", "-sha256", "-sign", options.key]
        signature = subprocess.run(command, input=signed, capture_output=True, check=True).stdout
        return (signed + b"." + base64url(signature)).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def grant(self, user, scopes):
            entries = access(scopes)
            if not user and not options.anonymous_pull:
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "bad credentials"}]})
            if user != options.user.split(":")[0]:
                for entry in entries:
                    entry["actions"] = [action for action in entry["actions"] if action == "pull"]
            value = token(user, entries)
            self.answer(200, {"token": value, "access_token": value, "expires_in": options.lifetime})

        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
            password = base64.b64decode(credentials).decode() if scheme.lower() == "basic" else ""
            known = password in (options.user, options.reader)
            if scheme and not known:
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "bad credentials"}]})
            self.grant(password.split(":")[0] if known else "", query.get("scope", []))

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            if urlsplit(self.path).path == "/oauth2/exchange":  # ACR: an Entra access token for a refresh token
                if form.get("grant_type") == ["access_token"] and form.get("access_token"):
                    return self.answer(200, {"refresh_token": refresh_token})
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "no access_token"}]})
            password = ":".join(form.get(field, [""])[0] for field in ("username", "password"))
            if form.get("refresh_token") == [refresh_token]:
                password = options.user
            known = password in (options.user, options.reader)
            self.grant(password.split(":")[0] if known else "", form.get("scope", []))

    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
