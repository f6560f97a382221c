# SPDX-License-Identifier: Apache-2.0
"""Who we are to Azure: workload identity, managed identity, service principals; and what happens when Azure says no."""
import recorder
import scripted_entra
from azure_world import LONG, NONE, PATIENCE, decide, reload, settles, started, store, unsaid
from reviews import ALLOWED
from scripted_azure import REGISTRY
from scripted_entra import CLIENT, CORRELATION, PRINCIPAL, TENANT, Application
from stack import run, until

SECRET = "canary&client=secret~1"
SHORT = 31  # seconds; a token is not used in its last thirty
DENIED = {"TRUST_STORE_EMPTY", "AZURE_IDENTITY_REFUSED", "AZURE_IDENTITY_UNAVAILABLE"}


def of_all(stage, identity, settings, credentials=None):
    """A configuration in which vault and registry are asked with this identity."""
    registries = [stage.azure.registry_settings(REGISTRY, credentials or identity)]
    return stage.configuration([store("signer", identity=identity)], azure=stage.azure.reach() | settings, registries=registries)


def key_file(stage, name):
    """PEM with certificate and private key, as a service principal has it; Entra knows the certificate."""
    folder = stage.folder / "principals"
    folder.mkdir(exist_ok=True)
    certificate, file = folder / f"{name}.crt", folder / f"{name}.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 30, "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key",
        "-out", certificate)
    file.write_text(certificate.read_text() + (folder / f"{name}.key").read_text())
    return certificate, file


def judged(stage, configuration):
    """A signed and an unsigned image must be told apart."""
    return stage.verify(configuration, "vault").problems(ALLOWED) + stage.verify(configuration, "unsigned").problems(NONE)


def check_managed(stage):
    metadata, entra = stage.azure.metadata, stage.azure.entra
    workload = {"tenantId": TENANT, "clientId": CLIENT}
    before = len(entra.heard)
    managed = "azureManagedIdentity"
    stage.checks.check("the node's only identity", judged(stage, of_all(stage, managed, {})))
    metadata.clients.append(PRINCIPAL)
    chosen = {"managedIdentity": {"clientId": PRINCIPAL}}
    stage.checks.check("one of the node's identities", judged(stage, of_all(stage, managed, chosen)))
    stage.checks.equal("it was asked for by its id", metadata.heard[-1].query.get("client_id"), [PRINCIPAL])
    verdict = stage.verify(of_all(stage, managed, {}), "vault")
    stage.checks.check("no id, where the node has two", refusal(verdict, "clientId"))
    metadata.clients.remove(PRINCIPAL)
    stage.checks.check("an identity that the node has not", refusal(stage.verify(of_all(stage, managed, chosen), "vault"), "assign"))
    stage.checks.equal("Entra was not asked", len(entra.heard), before)
    either = ["azureWorkloadIdentity", managed]
    stage.checks.check("the first of two that is there", judged(stage, of_all(stage, either, workload, managed)))
    stage.checks.check("every request to the metadata service was well-formed", metadata.problems)


def refusal(verdict, word):
    """The image is refused for want of an identity, and the reason says this word."""
    problems = min((verdict.problems(reason) for reason in sorted(DENIED)), key=len)
    return problems + ([] if word.lower() in verdict.text.lower() else [f"{word!r} is not said: {verdict.text}"])


def check_propagation(stage):
    """An identity that Azure is just giving to the node."""
    stage.azure.metadata.fail(recorder.status(404), times=3)
    configuration = of_all(stage, "azureManagedIdentity", {})
    configuration["trustStores"][0]["refresh"] = "60s"
    with started(stage.server("propagation", configuration)) as server:
        problems = [] if until(LONG, server.ready) else [server.log()[-300:]]
        stage.checks.check("404 of the metadata service, then a token: ready by itself", problems)
        stage.checks.check("and a signed image is admitted", settles(server, stage.reference("vault"), ALLOWED, LONG))
    stage.azure.metadata.heal()


def check_principal(stage):
    """What a file may have wrong is a unit test's."""
    applications = stage.azure.entra.applications
    secret, principal = stage.folder / "client-secret", "azureServicePrincipal"
    secret.write_text(SECRET + "\n")
    settings = {"tenantId": TENANT, "clientId": PRINCIPAL}
    applications[PRINCIPAL] = Application(secret=SECRET)
    by_secret = settings | {"clientSecretFile": str(secret)}
    stage.checks.check("a client secret", judged(stage, of_all(stage, principal, by_secret)))
    applications[PRINCIPAL] = Application(secret="another")
    stage.checks.check("a client secret that Entra does not take", refusal(stage.verify(of_all(stage, principal, by_secret), "vault"),
                                                                           "AADSTS7000215"))
    certificate, file = key_file(stage, "principal")
    applications[PRINCIPAL] = Application(certificate=certificate)
    by_certificate = settings | {"clientCertificateFile": str(file)}
    stage.checks.check("a certificate: its public key verifies the assertion", judged(stage, of_all(stage, principal, by_certificate)))
    applications[PRINCIPAL] = Application(certificate=key_file(stage, "unknown")[0])
    stage.checks.check("a certificate that Entra does not know", refusal(stage.verify(of_all(stage, principal, by_certificate), "vault"),
                                                                         "AADSTS700027"))
    applications[PRINCIPAL] = Application(secret=SECRET)
    own = {"kind": principal, "clientId": PRINCIPAL, "clientSecretFile": str(secret)}
    before = len(stage.azure.entra.heard)
    stage.checks.check("a store with an identity of its own", judged(stage, stage.configuration([store("signer", identity=own)])))
    clients = {heard.form["client_id"][0] for heard in stage.azure.entra.since(before)}
    stage.checks.equal("the registry has the other", clients, {CLIENT, PRINCIPAL})
    check_new_secret(stage, of_all(stage, principal, by_secret), secret)


def renew(server, entra, before):
    """Refreshes until a new token was asked for."""
    def asked():
        reload(server)
        return len(entra.heard) > before
    until(PATIENCE, asked)


def check_new_secret(stage, configuration, file):
    """Tokens that are good for a second, so that the next refresh asks for one."""
    entra = stage.azure.entra
    entra.life = SHORT
    with stage.server("new-secret", configuration) as server:
        reload(server)
        entra.applications[PRINCIPAL] = Application(secret=SECRET[::-1])
        file.write_text(SECRET[::-1])
        before = len(entra.heard)
        renew(server, entra, before)
        sent = [heard.form["client_secret"][0] for heard in entra.since(before)]
        stage.checks.check("a client secret that was replaced is read again", [] if sent and set(sent) == {SECRET[::-1]} else ["it is not"])
        stage.checks.check("and the image is admitted", decide(server, stage.reference("vault"), ALLOWED))
    entra.life = 3599
    stage.azure.spent.add(SECRET)


def check_token_file(stage):
    """AZ-03: the kubelet replaces the token; the next request has the new one."""
    azure = stage.azure
    azure.entra.life = SHORT
    with stage.server("token-file", stage.configuration([store("signer")])) as server:
        reload(server)  # so that nobody is asking while the file changes
        azure.token.rotate()
        before = len(azure.entra.heard)
        renew(server, azure.entra, before)
        sent = [heard.form["client_assertion"][0] for heard in azure.entra.since(before)]
        stage.checks.check("a token file that was replaced: the next request has the new one",
                           [] if sent and set(sent) == {azure.token.contents[-1]} else [f"{len(sent)} requests with the old one"])
        stage.checks.check("and the image is admitted", decide(server, stage.reference("vault"), ALLOWED))
    azure.entra.life = 3599


def check_refusals(stage):
    """AZ-13: what Entra says at the start, until it changes its mind."""
    for name, fault, words in (
            ("a federated token that has expired", scripted_entra.aadsts(700024), ["AADSTS700024", CORRELATION, "clock|stale"]),
            ("a federated credential that is not there yet", scripted_entra.aadsts(70021, 400, "invalid_request"),
             ["AADSTS70021", CORRELATION, "federated credential"]),
            ("429 with a time", recorder.status(429, Retry_After="2"), ["429", "AZURE_IDENTITY_UNAVAILABLE"]),
            ("500", recorder.status(500), ["500", "AZURE_IDENTITY_UNAVAILABLE"]),
            ("HTML for an answer", recorder.html(), ["AZURE_IDENTITY_UNAVAILABLE"])):
        stage.azure.entra.fail(fault)
        configuration = stage.configuration([store("signer", refresh="60s")])
        with started(stage.server(f"entra-{name.replace(' ', '-')}", configuration)) as server:
            problems = [] if until(LONG, lambda: server.probe("/livez").status == 200) else ["not alive"]
            problems += [] if server.probe("/readyz").status == 503 else ["ready"]
            problems += unsaid(server, 0, words) + decide(server, stage.reference("vault"), DENIED)
            stage.checks.check(f"Entra: {name}: the log says it, and nothing is admitted", problems)
            stage.azure.entra.heal()
            stage.checks.check(f"Entra: {name}, then a token: ready by itself", [] if until(LONG, server.ready) else [server.log()[-300:]])
            stage.checks.check(f"Entra: {name}, then a token: the image is admitted",
                               settles(server, stage.reference("vault"), ALLOWED, LONG))
