# SPDX-License-Identifier: Apache-2.0
"""`countersign config check --online FILE`: does Azure let us do what the configuration needs?"""
import re

import scripted_acr
import scripted_entra
import scripted_vault
from azure_world import store
from scripted_azure import BY_TAG, REGISTRY, SECOND, VAULT
from scripted_entra import CLIENT


def problems_of(done, status, words):
    text = done.stdout + done.stderr
    return ([] if done.returncode == status else [f"exit {done.returncode}: {text[-400:]}"]) + [
        f"{word!r} is not said: {text[-400:]}" for word in words if not re.search(word, text, re.IGNORECASE)]


def check(stage):
    azure = stage.azure
    stores = [store("signer", "issued"), store("signer", vault=SECOND, name="ca:second")]
    file = stage.file(stage.configuration(stores, statements=[("*", "ca:vault"), (f"{REGISTRY}/shop/second", "ca:second")]))
    by_certificate = stage.file(stage.configuration([store("signer", read="certificates")]))
    online = lambda name: stage.command("config", "check", "--online", name)
    stage.checks.check("config check --online: a line for the identity, each vault and each registry",
                       problems_of(online(file), 0, [CLIENT, VAULT, SECOND, REGISTRY, BY_TAG]))
    for name, server, fault, only, page, words in (
            ("no role at the vault", azure.fronts[VAULT], scripted_vault.forbidden("ForbiddenByRbac"), "", file,
             ["Key Vault Secrets User"]),
            ("no role to read certificates", azure.fronts[VAULT], scripted_vault.forbidden("ForbiddenByRbac"), "",
             by_certificate, ["Key Vault (Reader|Certificate User)"]),
            ("a vault behind a firewall", azure.fronts[VAULT], scripted_vault.forbidden("ForbiddenByFirewall"), "", file,
             ["network|firewall"]),
            ("a vault that is throttled", azure.fronts[VAULT], scripted_vault.throttled(), "", file, ["429|limits"]),
            ("no role at the registry", azure.registries[REGISTRY], scripted_acr.no_role, "/oauth2/exchange", file, ["AcrPull"]),
            ("a registry behind a firewall", azure.registries[REGISTRY], scripted_acr.firewall, "", file,
             ["network|firewall"]),
            ("no federated credential", azure.entra, scripted_entra.aadsts(70021, 400, "invalid_request"), "",
             file, ["AADSTS70021", "federated"]),
            ("an expired federated token", azure.entra, scripted_entra.aadsts(700024), "", file, ["AADSTS700024"])):
        with server.failing(fault, only=only):
            done = online(page)
        words = words + ([SECOND] if server is azure.fronts[VAULT] and page is file else [])  # what is well is told, too
        stage.checks.check(f"config check --online: {name} is named, exit 3", problems_of(done, 3, words))
    mark = [len(server.heard) for server in azure.servers]
    broken = stage.configuration(stores) | {"azuer": {}}
    done = online(stage.file(broken))
    stage.checks.check("config check --online: a mistake is exit 2", problems_of(done, 2, ["azuer"]))
    stage.checks.equal("and then nobody is asked", [len(server.heard) for server in azure.servers], mark)
    done = stage.command("config", "check", file)
    stage.checks.check("config check without --online asks nobody", problems_of(done, 0, ["OK"])
                       + ([] if [len(server.heard) for server in azure.servers] == mark else ["it does"]))
    done = online(stage.file(stage.configuration([store("absent")])))
    stage.checks.check("config check --online: a certificate that is not there is named", problems_of(done, 3, ["absent"]))
