# SPDX-License-Identifier: Apache-2.0
"""Whoever may be lying: challenges, redirects, links and names that want a token which is not for them. All of them lead to
a sink that can be reached; what counts is what it has seen."""
import recorder
import scripted_vault
from azure_world import decide, reload, store
from recorder import json_answer
from reviews import ALLOWED
from scripted_azure import BY_TAG, EVIL, REGISTRY, SINKS, VAULT, data_host
from scripted_entra import REGISTRIES, TENANT, VAULTS
from stack import Certificates, free_port

SINK = f"https://{EVIL}"
OTHER = "99999999-9999-9999-9999-999999999999"
NOT_ALLOWED = {"REGISTRY_NOT_ALLOWED", "BAD_REFERENCE"}

# Names in pods that look like the registry. Those of SINKS resolve, in case somebody asks.
LOOK_ALIKES = ("acrdemo.azurecr.io.evil.example", "attacker.azurecr.io", "acrdemo.azurecr.us", "acrdemo.azurecr.io:8443",
               "acrdemo.azurecr.io.", "xacrdemo.azurecr.io", "acrdemo.azurecr.io@evil.example", "ACRDEMO.azurecr.io",
               "acrdemo.westeurope.data.azurecr.io", "mcr.microsoft.com", VAULT, "attacker.vault.azure.net", "login.microsoftonline.com",
               "169.254.169.254")
# Registries for which the program must not take an Azure identity.
NO_REGISTRIES = (EVIL, "mcr.microsoft.com", data_host(REGISTRY), "acrdemo.azurecr.us", "acrdemo.azurecr.io:8443", "azurecr.io",
                 "acrdemo.azurecr.io.evil.example", "a.b.azurecr.io", "*.evil.example", "*.azurecr.us", "acr*.azurecr.io", "*.geo.azurecr.io")
NO_VAULTS = (f"http://{VAULT}", f"https://{VAULT}.evil.example", "https://vault.azure.net", "https://kvdemo.vault.azure.cn",
             f"https://user@{VAULT}", f"https://{VAULT}:8443", f"https://{VAULT}/secrets", "https://127.0.0.1", f"https://{VAULT}?x=y",
             "https://kvdemo.managedhsm.azure.net", f"https://{VAULT}.", VAULT, "https://kv.vault.azure.net",
             "https://kv--demo.vault.azure.net")


def went_astray(stage):
    """What has come to the sink since the last look, and secrets that came elsewhere."""
    sink = stage.azure.sink
    asked = [f"the sink was asked: {heard.header('Host')}{heard.target}" for heard in sink.heard[stage.azure.looked_at.get(sink, 0):]]
    return stage.azure.leaks() + asked


def check_vault(stage):
    """AKV-10, with check_spoofed; AZ-41."""
    foreign_page = lambda _server, _heard: json_answer(200, {"value": [], "nextLink": f"{SINK}/certificates?api-version=7.4"})
    configuration = stage.configuration([store("signer", {"namePattern": "sign*"}, {"name": "made", "versions": 2}, read="certificates")])
    with stage.server("hostile-vault", configuration) as server:
        for name, fault in (
                ("a challenge of another tenant", scripted_vault.challenge(f"https://login.microsoftonline.com/{OTHER}")),
                ("a challenge of another authority", scripted_vault.challenge(f"{SINK}/{TENANT}")),
                ("a challenge for another audience", scripted_vault.challenge(f"https://login.microsoftonline.com/{TENANT}", SINK)),
                ("a redirect", recorder.redirect(SINK, 302)), ("a redirect that keeps the request", recorder.redirect(SINK, 307)),
                ("a redirect to another vault", recorder.redirect("https://attacker.vault.azure.net", 308)),
                ("lists that go on elsewhere", foreign_page)):
            entra = len(stage.azure.entra.heard)
            with stage.front.failing(fault, only="?" if "lists" not in name else "maxresults"):
                reload(server)
                problems = went_astray(stage) + decide(server, stage.reference("vault"), ALLOWED)
            problems += [f"Entra was asked for {heard.target}" for heard in stage.azure.entra.since(entra)
                         if TENANT not in heard.target or heard.form["scope"][0] not in (f"{VAULTS}/.default", f"{REGISTRIES}/.default")]
            stage.checks.check(f"a vault with {name}: no token goes anywhere, the image is admitted still", problems)
            reload(server)


def check_spoofed(stage):
    """A server that has the vault's address, but not its certificate."""
    other = Certificates(stage.folder / "other-pki", "other")
    with recorder.Sink(other.issue("spoof", names=f"DNS:{VAULT}")) as spoof:
        reach = stage.azure.reach()
        reach["resolve"] = [spoof.origin(VAULT), *(each for each in reach["resolve"] if not each.startswith(f"{VAULT}:"))]
        verdict = stage.verify(stage.configuration([store("signer")], azure=stage.azure.settings(**reach)), "vault")
        stage.checks.check("a vault with another authority's certificate is not asked",
                           verdict.problems("TRUST_STORE_EMPTY") + [f"it was: {heard.target}" for heard in spoof.heard])


def check_identity(stage):
    """Neither of them sends us elsewhere."""
    azure = stage.azure
    managed = stage.configuration([store("signer", identity="azureManagedIdentity")], azure=azure.reach(),
                                  registries=[azure.registry_settings(REGISTRY, "azureManagedIdentity")])
    for name, service, configuration in (("Entra", azure.entra, stage.configuration([store("signer")])),
                                         ("the metadata service", azure.metadata, managed)):
        for code in (302, 307):
            with service.failing(recorder.redirect(SINK, code)):
                verdict = stage.verify(configuration, "vault")
            stage.checks.check(f"{name} answers {code}: neither assertion nor token goes anywhere, the image is refused",
                               went_astray(stage) + ([] if verdict.verdict != "trusted" else ["it is trusted"]))


def check_registry(stage):
    """AZ-46, with check_names: where the tokens for the registry go."""
    azure, acr = stage.azure, stage.azure.registries[REGISTRY]
    configuration = stage.configuration([store("signer")])
    realm, service = acr.realm, acr.service
    for name, given in (("a realm elsewhere", (f"{SINK}/oauth2/token", service)), ("a service of another name", (realm, EVIL)),
                        ("a realm without TLS", (realm.replace("https", "http"), service))):
        acr.realm, acr.service = given
        verdict = stage.verify(configuration, "vault")
        problems = [] if verdict.verdict == "trusted" else verdict.problems("REGISTRY_AUTH")
        stage.checks.check(f"a registry's challenge with {name}: no token goes there", problems + went_astray(stage) + azure.problems())
    acr.reset()
    for part in ("/oauth2/exchange", "/oauth2/token"):
        for code in (302, 307):
            with acr.failing(recorder.redirect(SINK, code), only=part):
                verdict = stage.verify(configuration, "vault")
            stage.checks.check(f"{part} answers {code}: no token goes there, the image is refused",
                               went_astray(stage) + ([] if verdict.verdict != "trusted" else ["it is trusted"]))
    check_redirected_content(stage, configuration)


def check_redirected_content(stage, configuration):
    """A registry may send us elsewhere for content, but then without credentials."""
    azure, acr = stage.azure, stage.azure.registries[REGISTRY]
    for part in ("/manifests/", "/blobs/", "/referrers/"):
        with acr.failing(recorder.redirect(SINK), only=part):
            verdict = stage.verify(configuration, "vault")
        stage.checks.check(f"{part} elsewhere: no token goes there, the image is refused",
                           azure.leaks() + ([] if verdict.verdict != "trusted" else ["it is trusted"]))
    acr.data_host = data_host(REGISTRY)
    verdict = stage.verify(configuration, "vault")
    stage.checks.check("blobs at the data endpoint: it sees no Authorization, the image is trusted",
                       verdict.problems(ALLOWED) + azure.leaks() + azure.problems())
    acr.reset()


def check_names(stage):
    """NET-02, NET-19: registries that are not ours, however much they look like it, or like a vault or Entra."""
    azure = stage.azure
    anonymous = {"host": "attacker.azurecr.io", "caFile": str(azure.ca), "resolve": azure.sinks()}
    registries = [azure.registry_settings(REGISTRY), anonymous]
    with stage.server("names", stage.configuration([store("signer")], registries=registries)) as server:
        stage.checks.check("the registry itself", decide(server, stage.reference("vault"), ALLOWED))
        before = [len(server_.heard) for server_ in (azure.entra, azure.registries[REGISTRY])]
        for name in LOOK_ALIKES:
            if name == anonymous["host"]:
                continue
            reference = f"{name}/shop/web@{stage.images['vault']}"
            stage.checks.check(f"a pod names {name}: refused, nobody is asked", decide(server, reference, NOT_ALLOWED) + went_astray(stage))
        mark = len(azure.sink.heard)
        reference = f"{anonymous['host']}/shop/web@{stage.images['vault']}"
        answer = decide(server, reference, {"REGISTRY_AUTH", "REGISTRY_RESPONSE", "DIGEST_MISMATCH", "REGISTRY_UNAVAILABLE"})
        asked = [] if azure.sink.since(mark) else ["it was not asked at all"]
        stage.checks.check("another registry, configured without an identity, is asked without a token", answer + asked + azure.leaks())
        after = [len(server_.heard) for server_ in (azure.entra, azure.registries[REGISTRY])]
        stage.checks.equal("for none of them a token was asked", after, before)


def check_family(stage):
    """NET-02, decision 32: every registry of the cloud, each with tokens of its own, and nothing that looks like one."""
    azure = stage.azure
    members = [azure.registry_settings(name) for name in (REGISTRY, BY_TAG)]
    closed = f"attacker.azurecr.io:443:127.0.0.1:{free_port()}"
    sinks = [each for each in azure.sinks() if not each.startswith("attacker.azurecr.io:")]
    family = members[0] | {"host": "*.azurecr.io", "resolve": [
        *(each for member in members for each in member["resolve"] if each not in azure.sinks()), *sinks, closed]}
    with stage.server("family", stage.configuration([store("signer")], registries=[family])) as server:
        for name in (REGISTRY, BY_TAG):
            stage.checks.check(f"{name}, which nobody has listed, is asked as one of the family",
                               decide(server, stage.reference("vault", name), ALLOWED) + azure.leaks() + azure.problems())
        stage.checks.check("and says what is not signed", decide(server, stage.reference("unsigned"), {"SIGNATURE_NOT_FOUND"}))
        for name in LOOK_ALIKES:
            if name in ("attacker.azurecr.io", "xacrdemo.azurecr.io"):
                continue  # may be anybody's, and is one of the family
            reference = f"{name}/shop/web@{stage.images['vault']}"
            stage.checks.check(f"a pod names {name}: refused, nobody is asked", decide(server, reference, NOT_ALLOWED) + went_astray(stage))
        reference = f"attacker.azurecr.io/shop/web@{stage.images['vault']}"
        stage.checks.check("one that does not answer is refused", decide(server, reference, {"REGISTRY_UNAVAILABLE"}) + went_astray(stage))
        stage.checks.check("and the others are asked as before", decide(server, stage.reference("vault"), ALLOWED))
        hosts = {labels["host"] for labels, _ in server.metrics("countersign_registry_requests_total")}
        stage.checks.equal("the metrics have one label for all of them", {host for host in hosts if "azurecr" in host}, {"*.azurecr.io"})
        stage.checks.check("the log names those that an image was found in",
                           [name for name in (REGISTRY, BY_TAG) if f'"host":"{name}"' not in server.log()])


def check_configurations(stage):
    """AZ-20: what the program takes no identity for is a mistake in the configuration, and nobody is asked."""
    azure = stage.azure
    mark = len(azure.entra.heard)
    for host in NO_REGISTRIES:
        configuration = stage.configuration([store("signer")], registries=[azure.registry_settings(REGISTRY) | {"host": host}])
        stage.checks.check(f"an Azure identity for the registry {host} is a mistake", mistake(stage, configuration))
    for vault in NO_VAULTS:
        configuration = stage.configuration([store("signer") | {"vault": vault}])
        stage.checks.check(f"the vault {vault} is a mistake", mistake(stage, configuration))
    good = stage.file(stage.configuration([store("signer") | {"vault": f"https://{VAULT.upper()}/"}]))
    done = stage.command("config", "check", good)
    stage.checks.check("a vault in upper case, with a slash, is none", "" if done.returncode == 0 else done.stderr[-300:])
    stage.checks.equal("Entra was not asked for any of it", len(azure.entra.heard), mark)


def mistake(stage, configuration):
    file = stage.file(configuration)
    done = stage.command("config", "check", file)
    problems = [] if done.returncode == 2 else [f"exit {done.returncode}: {done.stdout}{done.stderr}"[-300:]]
    return problems + ([] if f"{file}:" in done.stderr else [f"no place is named: {done.stderr[-300:]}"])


assert set(SINKS) & set(LOOK_ALIKES), "some of the look-alikes must resolve"
