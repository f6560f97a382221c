# SPDX-License-Identifier: Apache-2.0
"""Azure Container Registry in front of a real registry: challenge, /oauth2/exchange, /oauth2/token, and blobs that live at
a data endpoint."""
import base64
import contextlib
import http.client
import json
import re
import time

from forwarder import ask as ask_registry
from recorder import Answer, Recorder, json_answer
from scripted_entra import REGISTRIES, TENANT
from scripted_vault import HOP_BY_HOP

CANARY = "canary-acr-text"  # in every message of an error
READS, WRITES = ("GET",), ("GET", "HEAD", "POST", "PUT", "PATCH")
FORM = "application/x-www-form-urlencoded"


def error(status, code, message, **headers):
    return json_answer(status, {"errors": [{"code": code, "message": f"{message} {CANARY}", "detail": None}]}, **headers)


def no_role(_server, _heard):
    """The exchange with an identity that has no role."""
    return error(401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information.")


def firewall(_server, _heard):
    """Without a challenge, already at /v2/."""
    return error(403, "DENIED", "client with IP '10.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.")


def jwt(**claims):
    part = lambda content: base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
    return f"{part({'typ': 'JWT', 'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


class DataEndpoint(Recorder):
    """Where blobs live. Whoever brings an Authorization header has shown it to the wrong one."""

    def __init__(self, pair, behind):
        super().__init__(pair)
        self.behind = behind

    def answer(self, heard):
        if heard.header("Authorization"):
            self.wrong("a data endpoint was shown an Authorization header")
        return forwarded(self.behind, heard.path, {})


def forwarded(behind, target, headers):
    status, received, body = ask_registry(behind, target, headers)
    return Answer(status, body, {name: value for name, value in received if name.lower() not in HOP_BY_HOP})


def passed_on(behind, heard):
    """A request of any method; the registry's own address is in no answer."""
    headers = {name: value for name, value in heard.headers if name.lower() in ("accept", "content-type", "content-range")}
    with contextlib.closing(http.client.HTTPConnection(behind, timeout=20)) as connection:
        connection.request(heard.method, heard.target, body=heard.body or None, headers=headers)
        answer = connection.getresponse()
        kept = {name: value.removeprefix(f"http://{behind}") for name, value in answer.getheaders()
                if name.lower() not in HOP_BY_HOP or (heard.method == "HEAD" and name.lower() == "content-length")}
        return Answer(answer.status, answer.read(), kept)


class Acr(Recorder):
    """The registry `host`, for identities whose tokens `mint` issued; what it has is the registry's at `behind`. With `writable` they
    may push; otherwise whoever tries is no good client."""

    def __init__(self, pair, host, behind, mint):
        super().__init__(pair)
        self.host, self.behind, self.mint = host, behind, mint
        self.life = 3600  # seconds, of its tokens
        self.writable = False
        self.refresh_tokens, self.access_tokens, self.push_tokens = set(), {}, set()
        self.reset()

    def reset(self):
        self.data_host = ""  # blobs are sent there
        self.realm, self.service = f"https://{self.host}/oauth2/token", self.host

    def answer(self, heard):
        if heard.path == "/oauth2/exchange" and heard.method == "POST":
            return self.exchange(heard)
        if heard.path == "/oauth2/token" and heard.method == "POST":
            return self.token(heard)
        if not heard.path.startswith("/v2/") or heard.method not in (WRITES if self.writable else READS):
            self.wrong(f"{heard.method} {heard.target}")
            return error(404, "NOT_FOUND", "no such page")
        return self.content(heard)

    def exchange(self, heard):
        form = self.form(heard, {"grant_type", "service", "access_token"}, {"tenant"})
        if form.get("grant_type") != "access_token" or form.get("service") != self.host or form.get("tenant", TENANT) != TENANT:
            self.wrong(f"an exchange with {sorted(form.items() - {('access_token', form.get('access_token'))})}")
        if self.mint.issued.get(form.get("access_token")) != REGISTRIES:
            return no_role(self, heard)
        token = jwt(jti=len(self.refresh_tokens), grant_type="refresh_token", aud=self.host, **self.times())
        self.refresh_tokens.add(token)
        return json_answer(200, {"refresh_token": token})

    def token(self, heard):
        form = self.form(heard, {"grant_type", "service", "scope", "refresh_token"}, {"client_id"})
        if form.get("grant_type") != "refresh_token" or form.get("service") != self.host:
            self.wrong(f"a token request with grant_type {form.get('grant_type')!r}, service {form.get('service')!r}")
        scope = re.fullmatch(r"repository:([a-z0-9/._-]+):(pull,push|pull)" if self.writable else r"repository:([a-z0-9/._-]+):(pull)",
                             form.get("scope", ""))
        if not scope:
            self.wrong(f"a token request for {form.get('scope')!r}")
            return error(400, "BAD_REQUEST", "no scope")
        if form.get("refresh_token") not in self.refresh_tokens:
            return no_role(self, heard)
        token = jwt(jti=len(self.access_tokens), aud=self.host, access=[scope[1]], **self.times())
        self.access_tokens[token] = scope[1]
        if scope[2] != "pull":
            self.push_tokens.add(token)
        return json_answer(200, {"access_token": token})

    def times(self):
        now = int(time.time())
        return {"iat": now, "nbf": now - 900, "exp": now + self.life}

    def form(self, heard, needed, possible):
        if heard.header("Content-Type") != FORM or heard.header("Authorization") or "?" in heard.target:
            self.wrong(f"{heard.path} with another type, an Authorization header or a query")
        if not needed <= set(heard.form) <= needed | possible or any(len(values) != 1 for values in heard.form.values()):
            self.wrong(f"the fields of {heard.path} are {sorted(heard.form)}")
        return {name: values[0] for name, values in heard.form.items()}

    def content(self, heard):
        named = re.match(r"/v2/(.+)/(manifests|blobs|referrers)/(.+)$", heard.path)
        repository = named[1] if named else ""
        actions = "pull" if heard.method in ("GET", "HEAD") else "pull,push"
        may = actions == "pull" or heard.bearer in self.push_tokens
        if not heard.bearer or self.access_tokens.get(heard.bearer) != repository or not may:
            if heard.bearer in self.mint.issued or heard.bearer in self.refresh_tokens:
                self.wrong("an Azure or refresh token where an access token belongs")
            return error(401, "UNAUTHORIZED", "authentication required", **{"WWW-Authenticate": (
                f'Bearer realm="{self.realm}",service="{self.service}",scope="repository:{repository}:{actions}"')})
        if self.data_host and named and named[2] == "blobs":
            return Answer(307, b"", {"Location": f"https://{self.data_host}{heard.path}?sig=canary-signature"})
        if heard.method != "GET":
            return passed_on(self.behind, heard)
        return forwarded(self.behind, heard.target, {name: value for name, value in heard.headers if name == "Accept"})

    def count(self, part):
        return len(self.since(0, part))
