# SPDX-License-Identifier: Apache-2.0
"""Trust stores from Key Vault: what they hold, by every way to name it, and how they follow the vault."""
import time

import azure_secrecy
from azure_world import NONE, decide, reload, settles, store, unsaid
from reviews import ALLOWED
from scripted_azure import BY_TAG, REGISTRY, data_host
from scripted_entra import CLIENT, TENANT

UNTRUSTED, EMPTY = "UNTRUSTED", "TRUST_STORE_EMPTY"
EXPECTED = {"vault": ALLOWED, "chain": ALLOWED, "created": ALLOWED, "unsigned": NONE, "stranger": UNTRUSTED, "kept": UNTRUSTED}
EVERYTHING = ("signer", "issued", "made")


def check_admission(stage):
    """The whole way of an image, under the names of production."""
    azure = stage.azure
    acr = azure.registries[REGISTRY]
    acr.data_host = data_host(REGISTRY)
    server = stage.server("admission", stage.configuration([store(*EVERYTHING)]))
    with server:
        for image, expected in EXPECTED.items():
            stage.checks.check(f"serve: {image} is {expected}", decide(server, stage.reference(image), expected))
        for image in ("vault", "unsigned", "stranger"):
            stage.checks.check(f"serve: {image} in a registry without the referrers API is {EXPECTED[image]}",
                               decide(server, stage.reference(image, BY_TAG), EXPECTED[image]))
        stage.checks.equal("one token for the vault and one for all registries", len(azure.entra.heard), 2)
        stage.checks.equal("one exchange and one token a repository", (acr.count("/oauth2/exchange"), acr.count("/oauth2/token")), (1, 1))
        stage.checks.check("blobs came from the data endpoint", [] if azure.data[REGISTRY].heard else ["it was not asked"])
        stage.checks.check("serve: every request was well-formed, and no token went astray", azure.problems() + azure.leaks())
        azure_secrecy.check_running(stage, server)
    acr.reset()


def check_environment(stage):
    """What the webhook of Azure Workload Identity puts into a pod, instead of the configuration."""
    configuration = stage.configuration([store(*EVERYTHING)], azure=stage.azure.reach())
    given = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": str(stage.azure.token.file),
             "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}
    with stage.server("environment", configuration, given) as server:
        stage.checks.check("identity from the environment: a signed image", decide(server, stage.reference("vault"), ALLOWED))
        stage.checks.check("identity from the environment: an unsigned image", decide(server, stage.reference("unsigned"), NONE))


def check_command_line(stage):
    configuration = stage.configuration([store(*EVERYTHING)])
    for registry, images in ((REGISTRY, EXPECTED), (BY_TAG, ("vault", "unsigned", "stranger"))):
        for image in images:
            verdict = stage.verify(configuration, image, registry)
            stage.checks.check(f"verify: {image} in {registry} is {EXPECTED[image]}", verdict.problems(EXPECTED[image]))


def selections(versions):
    """(name, stores, {image: expected}); `rotating` has the versions of the keys first and second. A page of the vault has one
    entry, so each list has several."""
    only = lambda *trusted: {image: ALLOWED if image in trusted else UNTRUSTED
                             for image in ("vault", "chain", "first", "second")}
    rotating = lambda **more: [store({"name": "rotating"} | more)]
    yield "a PEM secret", [store("signer")], only("vault")
    yield "a PKCS#12 secret with a chain", [store("issued")], only("chain")
    yield "a secret without its key, PKCS#12", [store("kept")], {"kept": ALLOWED, "vault": UNTRUSTED}
    yield "PEM, read: certificates", [store("signer", read="certificates")], only("vault")
    yield "PKCS#12, read: certificates", [store("kept", read="certificates")], {"kept": ALLOWED, "vault": UNTRUSTED}
    yield "the newest version", rotating(), only("second")
    yield "versions: 1", rotating(versions=1), only("second")
    yield "versions: 2", rotating(versions=2), only("first", "second")
    yield "versions: all", rotating(versions="all"), only("first", "second")
    yield "versions: all, read: certificates", [store({"name": "rotating", "versions": "all"}, read="certificates")], only(
        "first", "second")
    yield "a pinned version", rotating(version=versions[0]), only("first")
    yield "a pinned version, read: certificates", [store({"name": "rotating", "version": versions[0]}, read="certificates")], only(
        "first")
    yield "a pattern", [store({"namePattern": "s*r"})], only("vault")
    yield "a pattern of two", [store({"namePattern": "*ss*"}, "rotating")], only("chain", "second")
    yield "a tag", [store({"tags": {"use": "signing"}})], only("vault", "chain")
    yield "two tags", [store({"tags": {"use": "signing", "team": "a"}})], only("chain")
    yield "a tag, read: certificates", [store({"tags": {"use": "other"}}, read="certificates")], {"other": ALLOWED, "vault": UNTRUSTED}
    yield "several", [store("signer", "issued", {"name": "rotating", "versions": 2})], only("vault", "chain", "first", "second")
    yield "a plain secret with an authority's certificate", [store("bundle")], only("chain")
    yield "a secret whose time is over", [store("ended")], {"chain": EMPTY}
    yield "a secret whose time is over, expired: keep", [store("ended", expired="keep")], only("chain")
    yield "a secret whose time has not come", [store("early")], {"chain": EMPTY}
    yield "a newest version that is disabled", [store("off")], {"first": EMPTY, "second": EMPTY}  # AZ-39
    yield "the same, versions: all", [store({"name": "off", "versions": "all"})], only("first")
    yield "the same, read: certificates", [store("off", read="certificates")], {"first": EMPTY, "second": EMPTY}
    yield "a certificate that is not there", [store("absent")], {"vault": EMPTY}
    yield "nothing that fits a pattern", [store({"namePattern": "nothing-*"})], {"vault": EMPTY}


def check_selections(stage):
    """AZ-52, with check_rotation."""
    vault, signers, now = stage.vault, stage.signers, int(time.time())
    versions = [vault.import_certificate("rotating", signers.pem(key)) for key in ("first", "second")]
    authority = (signers.folder / "root.crt").read_text()
    vault.set_secret("bundle", authority)
    vault.set_secret("ended", authority, nbf=now - 7200, exp=now - 3600)
    vault.set_secret("early", authority, nbf=now + 3600)
    off = [vault.import_certificate("off", signers.pem(key)) for key in ("first", "second")]
    vault.enable("off", off[1], False)
    for name, stores, images in selections(versions):
        configuration, mark = stage.configuration(stores), len(stage.front.heard)
        problems = [f"{image}: {problem}" for image, expected in images.items()
                    for problem in stage.verify(configuration, image).problems(expected)]
        if stores[0].get("read") == "certificates":
            problems += [f"it asked for {heard.path}" for heard in stage.front.since(mark, "/secrets")]
        stage.checks.check(f"Key Vault, {name}", problems)
    verdict = stage.verify(stage.configuration([store("issued", read="certificates")]), "chain")
    stage.checks.check("a certificate whose chain is not read is no trust anchor, and its image is refused",
                       [] if verdict.verdict != "trusted" and verdict.status in (1, 2, 3) else [verdict.text])


def check_rotation(stage, read):
    """AZ-25, AZ-26, AZ-27: the vault changes, the server runs on."""
    vault, signers, name = stage.vault, stage.signers, f"turning-{read}"
    first = vault.import_certificate(name, signers.pem("first"))
    pinned = vault.import_certificate(f"{name}-pinned", signers.pem("kept"))
    stores = [store("issued", {"name": name, "versions": 2}, {"name": f"{name}-pinned", "version": pinned}, read=read)]
    if read == "certificates":
        stores[0]["certificates"].pop(0)  # its chain is not to be had that way
    image = stage.reference
    with stage.server(f"rotation-{read}", stage.configuration(stores)) as server:
        say = lambda what, problems: stage.checks.check(f"rotation, read: {read}: {what}", problems)
        say("the first version's image", decide(server, image("first"), ALLOWED))
        say("an image of a version to come", decide(server, image("second"), UNTRUSTED))
        second = vault.import_certificate(name, signers.pem("second"))
        vault.import_certificate(f"{name}-pinned", signers.pem("vault"))
        say("nothing changes before a refresh", decide(server, image("second"), UNTRUSTED))
        reload(server)
        say("one refresh later the new version counts", settles(server, image("second"), ALLOWED))
        say("and the one before it", decide(server, image("first"), ALLOWED))
        say("a pinned version stays", decide(server, image("kept"), ALLOWED) + decide(server, image("vault"), UNTRUSTED))
        mark = len(server.log())
        vault.enable(name, first, False)
        reload(server)
        say("a version that was disabled counts no longer", settles(server, image("first"), UNTRUSTED))
        say("the other does", decide(server, image("second"), ALLOWED))
        vault.delete(name)
        reload(server)
        say("a certificate that was deleted counts no longer", settles(server, image("second"), UNTRUSTED))
        say("the others do", decide(server, image("kept"), ALLOWED))
        say("the log tells", unsaid(server, mark, [name, r"not in the vault|deleted|gone"]))
        vault.recover(name)
        vault.enable(name, first, True)
        reload(server)
        say("one that was recovered counts again", settles(server, image("second"), ALLOWED) + decide(server, image("first"), ALLOWED))
        vault.enable(name, second, False)
        vault.enable(name, first, False)
        reload(server)
        say("all versions disabled", settles(server, image("second"), UNTRUSTED) + decide(server, image("first"), UNTRUSTED))
        say("it is the same process", [] if server.process.poll() is None else ["it ended"])
