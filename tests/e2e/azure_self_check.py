# SPDX-License-Identifier: Apache-2.0
"""Does scripted_azure.py do what the part "azure" relies on? Driven by a plain client, without Countersign."""
import base64
import json
import os
import pathlib
import shutil
import tempfile
import time
import urllib.parse

import recorder
import scripted_acr
import scripted_entra
import scripted_vault
from checks import Checks
from images import MANIFEST, Image, Registry
from recorder import Heard, ask
from scripted_azure import BY_TAG, EVIL, REGISTRY, SECOND, VAULT, ScriptedAzure, data_host
from scripted_entra import (ASSERTION_TYPE, AUTHORITY, CLIENT, METADATA, PRINCIPAL, REGISTRIES, TENANT, VAULTS, Application)
from stack import PEERS, run

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Bench:
    def __init__(self, azure, checks, folder):
        self.azure, self.checks, self.folder = azure, checks, folder

    def equal(self, name, got, expected):
        self.checks.equal(f"self-check: {name}", got, expected)

    def ask(self, server, host, method, target, headers=None, body=b""):
        status, received, data = ask(server.server_port, self.azure.ca, host, method, target, headers, body, plain=server.tls is None)
        return status, received, json.loads(data) if data[:1] in (b"{", b"[") else data

    def entra(self, tenant=TENANT, **fields):
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "scope": f"{VAULTS}/.default"} | fields
        return self.ask(self.azure.entra, AUTHORITY, "POST", f"/{tenant}/oauth2/v2.0/token", FORM, urllib.parse.urlencode(form).encode())

    def assertion(self, text=None):
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text or self.azure.token.contents[-1]}

    def token(self, audience):
        return self.entra(scope=f"{audience}/.default", **self.assertion())[2]["access_token"]


def code_of(answer):
    return answer[0], answer[2]["error_codes"][0]


def check_entra(bench):
    azure = bench.azure
    status, _, said = bench.entra(**bench.assertion())
    bench.equal("a federated token is exchanged", (status, said["token_type"], said["expires_in"]), (200, "Bearer", 3599))
    bench.equal("another assertion is not", code_of(bench.entra(**bench.assertion("a.b.c"))), (401, 50027))
    old = azure.token.contents[-1]
    azure.token.rotate()
    bench.equal("nor is yesterday's", code_of(bench.entra(**bench.assertion(old))), (401, 50027))
    bench.equal("today's is", bench.entra(**bench.assertion())[0], 200)
    bench.equal("another tenant is none", code_of(bench.entra(tenant="other.example", **bench.assertion())), (400, 90002))
    bench.equal("nor is another scope", code_of(bench.entra(scope="https://evil.example/.default", **bench.assertion())), (400, 70011))
    bench.equal("nor another client", code_of(bench.entra(client_id=PRINCIPAL, **bench.assertion())), (401, 700016))
    bench.equal("all that was well-formed", azure.problems(), [])
    bench.entra(resource="x", **bench.assertion())
    bench.equal("one field too many is noticed", len(azure.problems()), 1)
    azure.entra.problems.clear()


def check_entra_faults(bench):
    entra = bench.azure.entra
    for name, fault, expected in (("AADSTS70021", scripted_entra.aadsts(70021, 400, "invalid_request"), (400, 70021)),
                                  ("AADSTS700024", scripted_entra.aadsts(700024), (401, 700024))):
        with entra.failing(fault):
            answer = bench.entra(**bench.assertion())
            bench.equal(name, (code_of(answer), answer[2]["correlation_id"]), (expected, scripted_entra.CORRELATION))
            bench.equal(f"{name} says what it should not", bench.azure.token.contents[-1][-100:] in answer[2]["error_description"], True)
    entra.fail(recorder.status(429, Retry_After="7"), times=2)
    answers = [bench.entra(**bench.assertion()) for _ in range(3)]
    bench.equal("429 twice, then a token", [(status, headers["Retry-After"]) for status, headers, _ in answers],
                [(429, "7")] * 2 + [(200, None)])
    with entra.failing(recorder.html()):
        bench.equal("HTML", bench.entra(**bench.assertion())[2][:6], b"<html>")
    with entra.failing(recorder.redirect(f"https://{EVIL}")):
        bench.equal("a redirect", bench.entra(**bench.assertion())[1]["Location"], f"https://{EVIL}/{TENANT}/oauth2/v2.0/token")
    bench.equal("healed", bench.entra(**bench.assertion())[0], 200)


def check_principals(bench):
    applications = bench.azure.entra.applications
    applications[PRINCIPAL] = Application(secret="canary&secret=")
    bench.equal("a client secret", bench.entra(client_id=PRINCIPAL, client_secret="canary&secret=")[0], 200)
    bench.equal("another secret", code_of(bench.entra(client_id=PRINCIPAL, client_secret="x")), (401, 7000215))
    for name in ("mine", "other"):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", bench.folder / f"{name}.key",
            "-out", bench.folder / f"{name}.crt")
    applications[PRINCIPAL] = Application(certificate=bench.folder / "mine.crt")
    for key, pss, client, expected in (("mine", True, PRINCIPAL, 200), ("mine", False, PRINCIPAL, 200), ("other", True, PRINCIPAL, 401),
                                       ("mine", True, CLIENT, 401)):
        assertion = signed_assertion(bench.folder, key, pss, client)
        bench.equal(f"an assertion by {key}, {'PS256' if pss else 'RS256'}, for {client[:4]}",
                    bench.entra(client_id=PRINCIPAL, **bench.assertion(assertion))[0], expected)
    del applications[PRINCIPAL]


def signed_assertion(folder, key, pss, client):
    der = run("openssl", "x509", "-in", folder / "mine.crt", "-noout", "-fingerprint", "-sha256").stdout.partition("=")[2]
    encode = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    now = int(time.time())
    header = {"alg": "PS256" if pss else "RS256", "typ": "JWT", "x5t#S256": encode(bytes.fromhex(der.strip().replace(":", "")))}
    claims = {"aud": f"https://{AUTHORITY}/{TENANT}/oauth2/v2.0/token", "iss": client, "sub": client, "jti": "1", "nbf": now - 60,
              "iat": now, "exp": now + 600}
    text = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    (folder / "text").write_text(text)
    padding = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32") if pss else ()
    run("openssl", "dgst", "-sha256", *padding, "-sign", folder / f"{key}.key", "-out", folder / "signed", folder / "text")
    return f"{text}.{encode((folder / 'signed').read_bytes())}"


def check_metadata(bench):
    service = bench.azure.metadata
    target = f"/metadata/identity/oauth2/token?api-version=2018-02-01&resource={urllib.parse.quote(VAULTS, safe='')}"
    get = lambda more="", **headers: bench.ask(service, METADATA, "GET", target + more, {"Metadata": "true"} | headers)
    status, _, said = get()
    bench.equal("the metadata service's numbers are texts", (status, said["expires_in"]), (200, "3599"))
    bench.equal("no identity of that name", get(f"&client_id={PRINCIPAL}")[2]["error_description"], "Identity not found")
    service.clients.append(PRINCIPAL)
    bench.equal("which of two", get()[2]["error_description"].startswith("Multiple"), True)
    bench.equal("that one", get(f"&client_id={PRINCIPAL}")[0], 200)
    service.clients.pop()
    service.fail(recorder.status(404), times=2)
    bench.equal("404 twice", [get()[0] for _ in range(3)], [404, 404, 200])
    bench.equal("all that was well-formed", service.problems, [])
    bench.equal("a request by way of a proxy", get(**{"X-Forwarded-For": "10.0.0.1"})[0], 400)
    bench.equal("without its header", bench.ask(service, METADATA, "GET", target)[0], 400)
    bench.equal("both are noticed", len(service.problems), 2)
    service.problems.clear()


def check_vault(bench):
    azure, front = bench.azure, bench.azure.fronts[VAULT]
    mine = azure.contents[VAULT]
    versions = [mine.create_certificate("signer", "C=US, ST=WA, O=notation, CN=signer") for _ in range(2)]
    get = lambda path="/secrets/signer", host=VAULT, token=bench.token(VAULTS): bench.ask(
        azure.fronts[host], host, "GET", f"{path}?api-version=7.4", {"Authorization": f"Bearer {token}"})
    bench.equal("the front has what the peer has", get()[2]["id"], f"https://{VAULT}/secrets/signer/{versions[1]}")
    bench.equal("another vault has not", get(host=SECOND)[0], 404)
    bench.equal("a token for registries is worth nothing", get(token=bench.token(REGISTRIES))[0], 401)
    bench.equal("a list names the vault", get("/certificates")[2]["value"][0]["id"], f"https://{VAULT}/certificates/signer")
    for inner in scripted_vault.MESSAGES:
        with front.failing(scripted_vault.forbidden(inner), only="/secrets/signer"):
            status, _, said = get()
            bench.equal(inner, (status, said["error"]["innererror"]["code"], get("/secrets/absent")[0]), (403, inner, 404))
    with front.failing(scripted_vault.throttled(**{"Retry-After": "5"})):
        bench.equal("429", (get()[0], get()[1]["Retry-After"], get(host=SECOND)[0]), (429, "5", 404))
    with front.failing(scripted_vault.challenge(f"https://{EVIL}/other")):
        bench.equal("a foreign challenge", EVIL in get()[1]["WWW-Authenticate"], True)
    with front.failing(recorder.slow(0.3)):
        began = time.monotonic()
        bench.equal("slow and right", (get()[0], time.monotonic() - began > 0.3), (200, True))
    with front.failing(recorder.drop):
        bench.equal("no answer", attempt(get), "RemoteDisconnected")
    front.down()
    bench.equal("nobody there", attempt(get), "ConnectionRefusedError")
    front.up()
    bench.equal("back again", get()[0], 200)
    mine.enable("signer", versions[1], False)
    bench.equal("disabled", (get()[0], get("/certificates/signer")[2]["attributes"]["enabled"]), (403, False))
    mine.delete("signer")
    bench.equal("deleted", get()[0], 404)
    mine.recover("signer")
    bench.equal("recovered", get(f"/secrets/signer/{versions[0]}")[0], 200)


def attempt(call):
    try:
        return call()
    except OSError as error:
        return type(error).__name__


def check_registry(bench, digest):
    azure = bench.azure
    acr, data = azure.registries[REGISTRY], azure.data[REGISTRY]
    get = lambda path, token="", server=acr, host=REGISTRY: bench.ask(
        server, host, "GET", path, {"Accept": MANIFEST} | ({"Authorization": f"Bearer {token}"} if token else {}))
    post = lambda path, **form: bench.ask(acr, REGISTRY, "POST", path, FORM, urllib.parse.urlencode(form).encode())
    manifest = f"/v2/shop/web/manifests/{digest}"
    status, headers, _ = get(manifest)
    bench.equal("a challenge", (status, headers["WWW-Authenticate"]), (
        401, f'Bearer realm="https://{REGISTRY}/oauth2/token",service="{REGISTRY}",scope="repository:shop/web:pull"'))
    exchange = {"grant_type": "access_token", "service": REGISTRY, "tenant": TENANT}
    bench.equal("an exchange of a vault's token", post("/oauth2/exchange", access_token=bench.token(VAULTS), **exchange)[0], 401)
    refresh = post("/oauth2/exchange", access_token=bench.token(REGISTRIES), **exchange)[2]["refresh_token"]
    bench.equal("a refresh token looks like a JWT", refresh.count("."), 2)
    ask_for = {"grant_type": "refresh_token", "service": REGISTRY, "scope": "repository:shop/web:pull"}
    bench.equal("another refresh token", post("/oauth2/token", refresh_token="x", **ask_for)[0], 401)
    access = post("/oauth2/token", refresh_token=refresh, **ask_for)[2]["access_token"]
    status, _, found = get(manifest, access)
    bench.equal("the manifest", (status, found["schemaVersion"]), (200, 2))
    bench.equal("another repository's is not shown", get("/v2/shop/other/manifests/x", access)[0], 401)
    bench.equal("all that was well-formed", azure.problems(), [])
    blob = f"/v2/shop/web/blobs/{found['config']['digest']}"
    bench.equal("a blob", get(blob, access)[0], 200)
    acr.data_host = data_host(REGISTRY)
    status, headers, _ = get(blob, access)
    place = urllib.parse.urlsplit(headers["Location"])
    bench.equal("a blob elsewhere", (status, place.hostname), (307, data_host(REGISTRY)))
    bench.equal("it is there", get(f"{place.path}?{place.query}", server=data, host=place.hostname)[2]["architecture"], "amd64")
    bench.equal("nothing leaked", azure.leaks(), [])
    get(place.path, access, data, place.hostname)
    bench.equal("a token at the data endpoint is noticed", (len(azure.problems()), len(azure.leaks())), (1, 1))
    data.problems.clear()
    for name, fault, expected in (("no role", scripted_acr.no_role, (401, "UNAUTHORIZED")),
                                  ("a firewall", scripted_acr.firewall, (403, "DENIED"))):
        with acr.failing(fault):
            status, headers, said = get(manifest, access)
            bench.equal(name, (status, said["errors"][0]["code"], headers["WWW-Authenticate"]), (*expected, None))
    bench.equal("requests are counted", (acr.count("/oauth2/exchange"), acr.count("/oauth2/token"), acr.count("/blobs/")), (2, 2, 2))


def check_sink(bench):
    azure = bench.azure
    secret = azure.token.contents[0]
    basic = base64.b64encode(f"x:{secret}".encode()).decode()
    for name, heard in (("a header", Heard("GET", "/", (("Authorization", f"Bearer {secret}"),), b"")),
                        ("a form", Heard("POST", "/", (), urllib.parse.urlencode({"a": f" {secret}="}).encode())),
                        ("an address", Heard("GET", f"/x?token={secret}", (), b"")),
                        ("Basic", Heard("GET", "/", (("Authorization", f"Basic {basic}"),), b""))):
        bench.equal(f"a secret in {name} is seen", heard.holds(secret), True)
    bench.equal("and one that is not there is not", Heard("GET", "/", (("Authorization", "Bearer x"),), b"").holds(secret), False)
    bench.ask(azure.sink, EVIL, "GET", "/", {"Authorization": f"Bearer {secret}"})
    bench.equal("the sink tells, once", (azure.leaks(), azure.leaks()), ([f"GET {EVIL}/ got a secret"], []))


def main(script):
    peers = os.environ.get("COUNTERSIGN_PEERS", pathlib.Path.home() / ".cache/countersign-peers")
    os.environ["PATH"] = f"{peers}/bin:{os.environ['PATH']}"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-azure-"))
    checks = Checks()
    checks.part(f"{script.name}: the stage without its actor")
    try:
        registry = Registry(folder, "acr", "olareg")
        digest = Image(folder, "signed").push(registry.oras, f"{registry.host}/shop/web:signed")
        with ScriptedAzure(folder, {REGISTRY: registry.host, BY_TAG: registry.host}) as azure:
            bench = Bench(azure, checks, folder)
            for check in (check_entra, check_entra_faults, check_principals, check_metadata, check_vault, check_sink):
                with checks.guarded(check.__name__):
                    check(bench)
            with checks.guarded("check_registry"):
                check_registry(bench, digest)
    finally:
        run(PEERS / "down.sh", folder, ok=None)
        shutil.rmtree(folder)
    return checks.close()
