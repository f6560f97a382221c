#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripted_azure.py --self-check: an Azure on loopback for the part "azure", and a check that it behaves as it says.

Vaults and registries are real peers behind fronts that can be told to fail; Entra and the metadata service are our own.
Clients reach all of it by its real names (`resolve` in the configuration). Whatever Azure must not send anybody to is one
sink, which is reachable just as well: that nothing comes there is the client's own doing."""
import contextlib
import os
import pathlib
import sys
import time

from recorder import Sink
from scripted_acr import Acr, DataEndpoint, jwt
from scripted_entra import AUTHORITY, CLIENT, METADATA, TENANT, Application, Entra, Metadata, Mint
from scripted_vault import Vault, VaultFront
from stack import PEERS, Certificates, free_port, run

VAULT, SECOND = "kvdemo.vault.azure.net", "second.vault.azure.net"
REGISTRY, BY_TAG = "acrdemo.azurecr.io", "acrtags.azurecr.io"
EVIL = "evil.example"
SINKS = (EVIL, "attacker.azurecr.io", "attacker.vault.azure.net", "acrdemo.azurecr.io.evil.example", "acrdemo.azurecr.us")


def data_host(registry):
    return registry.replace(".azurecr.io", ".westeurope.data.azurecr.io")


class ProjectedToken:
    """A service account's token as the kubelet keeps it: a link to a folder that is swapped as a whole."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / "azure-identity-token"
        self.contents = []
        folder.mkdir()
        self.file.symlink_to("..data/azure-identity-token")
        self.rotate()

    def rotate(self):
        number = len(self.contents)
        now = int(time.time())
        self.contents.append(jwt(iss="https://issuer.example/", aud=["api://AzureADTokenExchange"], iat=now, exp=now + 3600,
                                 sub="system:serviceaccount:countersign:countersign", jti=f"canary-{number}-{os.urandom(8).hex()}"))
        real = self.folder / f"..{number}"
        real.mkdir()
        (real / "azure-identity-token").write_text(self.contents[-1])
        (self.folder / "..new").symlink_to(real.name)
        (self.folder / "..new").rename(self.folder / "..data")


class ScriptedAzure:
    """`registries`: the real one (host:port, plain HTTP) behind each name."""

    def __init__(self, folder, registries):
        self.folder = folder
        port = free_port(2)
        run(PEERS / "vault-up.sh", "--page-size", 1, folder, "vault", port)  # so that every list has pages
        peer = (port, folder / "pki/ca.crt")
        self.mint = Mint(*peer)
        authority = Certificates(folder / "azure-pki", "azure")
        self.ca = authority.ca
        names = [AUTHORITY, VAULT, SECOND, *registries, *map(data_host, registries), *SINKS]
        pair = authority.issue("services", names=",".join(f"DNS:{name}" for name in names))
        self.token = ProjectedToken(folder / "tokens")
        self.spent = set()  # secrets that were good once
        self.entra = Entra(pair, self.mint)
        self.entra.applications[CLIENT] = Application(token_file=self.token.file)
        self.metadata = Metadata(self.mint)
        self.fronts = {name: VaultFront(pair, *peer) for name in (VAULT, SECOND)}
        self.contents = {name: Vault(*peer, name) for name in (VAULT, SECOND)}
        self.registries = {name: Acr(pair, name, behind, self.mint) for name, behind in registries.items()}
        self.data = {name: DataEndpoint(pair, behind) for name, behind in registries.items()}
        self.sink = Sink(pair)
        self.astray, self.looked_at = [], {}
        self.servers = [self.entra, self.metadata, *self.fronts.values(), *self.registries.values(), *self.data.values(), self.sink]
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        for server in self.servers:
            self.stack.enter_context(server)
        return self

    def __exit__(self, *_):
        self.stack.close()  # who started the peers in the folder stops them

    def restore(self):
        """All is well again, whatever a check has left behind."""
        for server in self.servers:
            server.heal()
            server.closing.clear()
            if not server.listening:
                server.up()
        self.entra.life, self.metadata.clients = 3599, [CLIENT]
        for registry in self.registries.values():
            registry.reset()

    def settings(self, **more):
        """The section `azure`, with workload identity."""
        return {"tenantId": TENANT, "clientId": CLIENT, "tokenFile": str(self.token.file)} | self.reach() | more

    def reach(self):
        return {"caFile": str(self.ca), "resolve": [
            self.entra.origin(AUTHORITY), self.metadata.origin(METADATA),
            *(front.origin(name) for name, front in self.fronts.items()), *self.sinks()]}

    def registry_settings(self, name, credentials="azureWorkloadIdentity"):
        return {"host": name, "credentials": credentials, "caFile": str(self.ca), "resolve": [
            self.registries[name].origin(name), self.data[name].origin(data_host(name)), *self.sinks()]}

    def sinks(self):
        return [self.sink.origin(name) for name in SINKS]

    def secrets(self):
        """Everything that may be shown to the right one only."""
        held = {*self.mint.issued, *self.token.contents, *self.spent}
        for registry in self.registries.values():
            held |= {*registry.refresh_tokens, *registry.access_tokens}
        held |= {application.secret for application in self.entra.applications.values() if application.secret}
        return held | {value for heard in list(self.entra.heard) for value in heard.form.get("client_assertion", [])}

    def problems(self):
        """What was asked that no good client asks, of anybody."""
        return [problem for server in self.servers for problem in server.problems]

    def leaks(self):
        """Secrets that came, since the last call, where they do not belong: a sink, a data endpoint, or a vault that they are
        not for. `astray` has those of all calls."""
        secrets = self.secrets()
        found = [f"{heard.method} {heard.header('Host')}{heard.path} got a secret" for server in (self.sink, *self.data.values())
                 for heard in self.news(server) if any(heard.holds(secret) for secret in secrets)]
        for front in self.fronts.values():
            found += [f"{heard.target} got another's token" for heard in self.news(front)
                      if any(heard.holds(secret) for secret in secrets - {heard.bearer})]
        self.astray += found
        return found

    def news(self, server):
        mark = self.looked_at.get(server, 0)
        self.looked_at[server] = len(server.heard)
        return server.heard[mark:self.looked_at[server]]


if __name__ == "__main__":
    import azure_self_check  # which needs this module
    sys.exit(azure_self_check.main(pathlib.Path(__file__)) if sys.argv[1:] == ["--self-check"] else __doc__)
