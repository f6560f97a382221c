# SPDX-License-Identifier: Apache-2.0
"""Values of Ratify's chart: a command that was written for it means the same here, or says what to do instead."""
import json

import yaml

from chart import CHART, LEAST, ChartTest, merged, template
from test_values import maps, nested
from test_webhook import PEM

TENANT, CLIENT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
# The command of the usual walk-through.
COMMAND = [
    "provider.enableMutation=false", "featureFlags.RATIFY_CERT_ROTATION=true", "akvCertConfig.enabled=true",
    "akvCertConfig.vaultURI=https://myvault.vault.azure.net", "akvCertConfig.cert1Name=mycert", f"akvCertConfig.tenantId={TENANT}",
    "oras.authProviders.azureWorkloadIdentityEnabled=true", f"azureWorkloadIdentity.clientId={CLIENT}", "logLevel=debug"]
ENDPOINT = "oras.authProviders.azureContainerRegistryEndpoints={acmeapps.azurecr.io}"
FAMILY = "oras.authProviders.azureContainerRegistryEndpoints={*.azurecr.io}"
HOST = {"registries": [{"host": "acmeapps.azurecr.io"}]}


class Ratify(ChartTest):
    def test_the_usual_command(self):
        rendered = self.render_only(sets=[*COMMAND, ENDPOINT], namespace="gatekeeper-system")
        configuration = rendered.configuration
        self.assertEqual(configuration["azure"], {"tenantId": TENANT, "clientId": CLIENT})
        self.assertEqual(configuration["registries"], [{"host": "acmeapps.azurecr.io", "credentials": "azureWorkloadIdentity"}])
        self.assertEqual(configuration["trustStores"], [{
            "name": "ca:AzureKeyVault", "source": "azureKeyVault", "vault": "https://myvault.vault.azure.net", "certificates": [{"name": "mycert"}]}])
        self.assertEqual(configuration["trustPolicy"], {"version": "1.0", "trustPolicies": [{
            "name": "default", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
            "trustStores": ["ca:AzureKeyVault"], "trustedIdentities": ["*"]}]})
        self.assertEqual(configuration["admission"], {"default": "verify", "rules": []})
        self.assertEqual(configuration["log"]["level"], "debug")
        self.assertIn("selfManaged", configuration["server"]["tls"])
        # The federated credential of the walk-through is for system:serviceaccount:gatekeeper-system:ratify-admin.
        self.assertEqual(rendered.pod["spec"]["serviceAccountName"], "ratify-admin")
        account = rendered.one("ServiceAccount", "ratify-admin")["metadata"]
        self.assertEqual(account["annotations"]["azure.workload.identity/client-id"], CLIENT)
        self.assertEqual(rendered.pod["metadata"]["labels"]["azure.workload.identity/use"], "true")

    def test_the_usual_command_and_nothing_more(self):
        """Decision 32: as with Ratify, every registry of Azure."""
        rendered = self.render_only(sets=COMMAND, namespace="gatekeeper-system")
        self.assertEqual(rendered.configuration["registries"], [{"host": "*.azurecr.io", "credentials": "azureWorkloadIdentity"}])
        self.assertEqual(rendered.pod["metadata"]["labels"]["azure.workload.identity/use"], "true")
        elsewhere = self.render_only({"azure": {"cloud": "usGovernment"}}, sets=[each.replace("vault.azure.net", "vault.usgovcloudapi.net") for each in COMMAND])
        self.assertEqual(elsewhere.configuration["registries"][0]["host"], "*.azurecr.us")

    def test_a_family_only_where_nobody_names_a_registry(self):
        scoped = self.render_only({"notation": {"trustPolicies": [{"name": "a", "registryScopes": ["acmeapps.azurecr.io/web"],
                                                                   "trustStores": ["ca:azurekeyvault"]}]}}, sets=COMMAND)
        self.assertEqual(scoped.configuration["registries"], [{"host": "acmeapps.azurecr.io", "credentials": "azureWorkloadIdentity"}])
        listed = self.render_only(HOST, sets=COMMAND)
        self.assertEqual(listed.configuration["registries"], HOST["registries"])
        asked = self.render_only(HOST, sets=[*COMMAND, FAMILY])
        self.assertEqual([each["host"] for each in asked.configuration["registries"]], ["acmeapps.azurecr.io", "*.azurecr.io"])
        managed = self.render_only(sets=["notationCerts={x}", "oras.authProviders.azureManagedIdentityEnabled=true",
                                         f"azureManagedIdentity.clientId={CLIENT}"])
        self.assertEqual(managed.configuration["registries"], [{"host": "*.azurecr.io", "credentials": "azureManagedIdentity"}])

    def test_nothing_else_is_a_family(self):
        self.refuse("azureContainerRegistryEndpoints={NAME.azurecr.io}", sets=["notationCerts={x}"], least=False)
        for host in ("*.example.com", "*.azurecr.cn", "acme*.azurecr.io", "*.geo.azurecr.io", "*"):
            self.refuse(f"{host}: name each registry", sets=[*COMMAND, f"oras.authProviders.azureContainerRegistryEndpoints={{{host}}}"], least=False)
        self.refuse("not with registryCredsSecret", sets=["notationCerts={x}", "registryCredsSecret=creds", FAMILY], least=False)

    def test_the_newer_names_of_the_vault(self):
        values = {"azurekeyvault": {"enabled": True, "vaultURI": "https://myvault.vault.azure.net/", "tenantId": TENANT, "refreshInterval": "1h",
                                    "certificates": [{"name": "one"}, {"name": "two", "version": "a" * 32}]},
                  "azureWorkloadIdentity": {"clientId": CLIENT}, "serviceAccount": {"name": "mine"}}
        rendered = self.render_only(HOST | values)
        store = rendered.configuration["trustStores"][0]
        self.assertEqual((store["vault"], store["refresh"]), ("https://myvault.vault.azure.net", "1h"))
        self.assertEqual(store["certificates"], [{"name": "one"}, {"name": "two", "version": "a" * 32}])
        self.assertEqual(rendered.pod["spec"]["serviceAccountName"], "mine")

    def test_certificates_and_policies(self):
        values = {"notationCerts": ["first", "second"], "notation": {"trustPolicies": [
            {"name": "apps", "registryScopes": ["acmeapps.azurecr.io/app"], "trustedIdentities": ["x509.subject: C=US, ST=WA, O=acme"],
             "trustStores": ["ca:notationCerts[0]", "tsa:notationCerts[1]"], "level": "permissive"},
            {"registryScopes": ["ghcr.io/acme/tool"], "trustStores": ["signingAuthority:notationCerts[1]"]},
            {"name": "free", "registryScopes": ["ghcr.io/acme/free"], "level": "skip"}]}}
        rendered = self.render_only(values)
        first, second, third = rendered.configuration["trustPolicy"]["trustPolicies"]
        self.assertEqual(first, {"name": "apps", "registryScopes": ["acmeapps.azurecr.io/app"], "signatureVerification": {"level": "permissive"},
                                 "trustStores": ["ca:notationCerts-0", "tsa:notationCerts-1"],
                                 "trustedIdentities": ["x509.subject: C=US, ST=WA, O=acme"]})
        self.assertEqual((second["name"], second["trustStores"], second["trustedIdentities"]),
                         ("trustPolicy-1", ["signingAuthority:notationCerts-1"], ["*"]))
        self.assertEqual(third, {"name": "free", "registryScopes": ["ghcr.io/acme/free"], "signatureVerification": {"level": "skip"}})
        self.assertEqual({store["name"]: store["paths"] for store in rendered.configuration["trustStores"]}, {
            "ca:notationCerts-0": ["notationCerts-0.pem"], "tsa:notationCerts-1": ["notationCerts-1.pem"],
            "signingAuthority:notationCerts-1": ["notationCerts-1.pem"]})
        self.assertEqual((rendered.data["notationCerts-0.pem"], rendered.data["notationCerts-1.pem"]), ("first", "second"))
        self.assertEqual([each["host"] for each in rendered.configuration["registries"]], ["acmeapps.azurecr.io", "ghcr.io"])

    def test_without_policies_every_certificate_counts(self):
        policy = self.render_only(HOST | {"notationCerts": [PEM, PEM]}).configuration["trustPolicy"]["trustPolicies"]
        self.assertEqual(policy[0]["trustStores"], ["ca:notationCerts-0", "ca:notationCerts-1"])
        old = self.render_only(HOST | {"notationCert": PEM})
        self.assertEqual(old.data["notationCerts-0.pem"], PEM)

    def test_other_credentials(self):
        base = ["notationCerts={x}", ENDPOINT]
        def registries(*sets, **values):
            return self.render_only(values, sets=[*base, *sets]).configuration["registries"]
        managed = self.render_only(sets=[*base, "oras.authProviders.azureManagedIdentityEnabled=true",
                                         f"azureManagedIdentity.clientId={CLIENT}", f"azureManagedIdentity.tenantId={TENANT}"])
        self.assertEqual(managed.configuration["registries"][0]["credentials"], "azureManagedIdentity")
        self.assertEqual(managed.configuration["azure"], {"tenantId": TENANT, "managedIdentity": {"clientId": CLIENT}})
        self.assertNotIn("azure.workload.identity/use", managed.pod["metadata"]["labels"])
        pull = {"pullSecrets": {"namespaces": [{"namespace": "shop", "secrets": ["pull"]}]}}
        self.assertEqual(registries("oras.authProviders.k8secretsEnabled=true", **pull)[0]["credentials"], "pullSecrets")
        self.assertEqual(registries("registryCredsSecret=creds")[0]["credentials"], {
            "kind": "dockerConfig", "file": "/etc/countersign-secrets/creds/.dockerconfigjson"})
        custom = self.render_only(sets=["notationCerts={x}", "oras.authProviders.azureContainerRegistryEndpoints={images.acme.example}",
                                        "oras.authProviders.azureWorkloadIdentityEnabled=true", f"azureWorkloadIdentity.clientId={CLIENT}"])
        self.assertEqual(custom.configuration["registries"], [
            {"host": "images.acme.example", "credentials": {"kind": "azureWorkloadIdentity", "customHost": True}}])

    def test_the_rest_that_is_taken(self):
        rendered = self.render(sets=["logger.level=warn", "logger.formatter=text", "instrumentation.metricsEnabled=false",
                                     "instrumentation.metricsPort=8888", "env[0].name=A", "env[0].value=b", "replicaCount=1",
                                     "gatekeeper.version=3.18.0", "gatekeeper.namespace=gk", "gatekeeper.enabled=true",
                                     "gatekeeper.anyClient=true", "provider.timeout.validationTimeoutSeconds=4"])
        self.assertEqual(rendered.configuration["log"], {"level": "warning", "format": "text"})
        self.assertEqual(rendered.configuration["server"]["admin"]["listen"], "[::]:8888")
        self.assertEqual({each["metadata"]["name"] for each in rendered.all("Service")}, {"countersign", "countersign-gatekeeper"})
        self.assertEqual(rendered.container["env"], [{"name": "A", "value": "b"}])
        self.assertEqual(rendered.one("Provider")["spec"]["timeout"], 4)

    def test_values_that_change_nothing_are_taken(self):
        for index in (0, -1):
            values = {}
            for entry in entries():
                if "only" in entry:
                    values = merged(values, nested(entry["path"].split("."), entry["only"][index]))
            self.render(values)

    def test_each_value_that_can_not_be_met_says_so(self):
        values, sentences = {}, []
        for entry in entries():
            if "only" in entry:
                value = other(entry["only"])
                values = merged(values, nested(entry["path"].split("."), value))
                sentences.append(f"{entry['path']}={shown(value)}: {entry['say']}")
        done = template(merged(LEAST, values))
        self.assertNotEqual(done.returncode, 0)
        for sentence in sentences:
            self.assertIn(sentence, done.stderr)

    def test_the_usual_ones_one_by_one(self):
        for each in ("provider.enableMutation=true", "cosign.enabled=true", "vulnerabilityreport.enabled=true", "sbom.enabled=true",
                     "policy.useRego=true", "oras.useHttp=true", "oras.authProviders.awsEcrBasicEnabled=true",
                     "oras.authProviders.alibabacloudAcrBasicEnabled=true", "cosignKeys={key}", "notation.enabled=false"):
            with self.subTest(each=each):
                self.refuse(each.split("=", maxsplit=1)[0] + "=", sets=[each])

    def test_contradictions(self):
        vault = ["akvCertConfig.enabled=true", "akvCertConfig.cert1Name=a", "akvCertConfig.vaultURI=https://one.vault.azure.net", *HOSTS]
        for sets, sentence in [
                (["image.repository=ghcr.io/notaryproject/ratify", *HOSTS, "notationCerts={x}"], "that is Ratify's image"),
                (vault, "azureWorkloadIdentity.clientId"),
                ([*vault, "azurekeyvault.enabled=true", "azurekeyvault.vaultURI=https://two.vault.azure.net"], "names another vault"),
                (["akvCertConfig.enabled=true", *HOSTS], "say which vault"),
                (["akvCertConfig.enabled=true", "akvCertConfig.vaultURI=https://one.vault.azure.net", *HOSTS], "name one certificate"),
                ([*HOSTS, "notationCerts={x}", f"{STORES}={{ca:notationCerts[1]}}"], "there is no notationCerts[1]"),
                ([*HOSTS, "notationCerts={x}", f"{STORES}={{ca:elsewhere}}"], "ca:elsewhere is no trust store"),
                ([*HOSTS, "notationCerts={x}", f"{STORES}={{ca:AzureKeyVault}}"], "no vault is there"),
                ([*HOSTS, "notation.trustPolicies[0].name=a"], "there are no certificates"),
                ([*HOSTS, "notationCerts={x}", "notationCert=y"], "put it into notationCerts"),
                ([*HOSTS, "notationCerts={x}", "provider.timeout.validationTimeoutSeconds=9"], "there is no Provider"),
                ([*HOSTS, "notationCerts={x}", "oras.authProviders.azureWorkloadIdentityEnabled=true",
                  "oras.authProviders.azureManagedIdentityEnabled=true"], "either azureWorkloadIdentityEnabled or"),
                ([ENDPOINT, "notationCerts={x}", "oras.authProviders.k8secretsEnabled=true"], "pullSecrets.namespaces"),
                ([*HOSTS, "notationCerts={x}", "featureFlags.RATIFY_CERT_ROTATION=true", "tls.mode=existingSecret"],
                 "rotate the certificate yourself")]:
            with self.subTest(sentence=sentence):
                self.refuse(sentence, sets=sets, least=False)
        self.refuse("trustPolicy: either", LEAST | {"notationCerts": ["x"]}, least=False)

    def test_the_list_is_that_of_the_schema(self):
        """Every value of Ratify stands in ratify.yaml, and every one there in the schema."""
        schema = json.loads((CHART / "values.schema.json").read_text())
        ours = set(yaml.safe_load((CHART / "values.yaml").read_text()))
        known = {".".join(map(str, (*path, key))) for path, each in maps(schema, schema["definitions"]) if 0 not in path
                 for key, below in each["properties"].items()}
        listed = {entry["path"] for entry in entries()}
        self.assertLessEqual(listed, known)
        groups = {path.split(".")[0] for path in listed} & ours - {"gatekeeper", "image"}
        missing = {path for path in known if path.split(".")[0] in groups and not any(
            each == path or each.startswith(path + ".") for each in listed)}
        self.assertEqual(missing, set())


STORES = "notation.trustPolicies[0].trustStores"
HOSTS = ["registries[0].host=acmeapps.azurecr.io"]


def entries():
    return yaml.safe_load((CHART / "ratify.yaml").read_text())


def other(allowed):
    """A value of the kind of those, that is none of them."""
    if set(map(str, allowed)) == {"True", "False"}:
        return "maybe"
    first = allowed[0]
    if isinstance(first, bool):
        return not first
    return {str: "other", int: 77, list: ["other"]}[type(first)]


def shown(value):
    return {bool: str(value).lower(), list: f"[{value[0]}]" if isinstance(value, list) else ""}.get(type(value), str(value))
