# SPDX-License-Identifier: Apache-2.0
"""The configuration in the ConfigMap: whatever is rendered, the real program must accept (chart.py checks each render)."""
from chart import CHART, ChartTest, LEAST
from test_webhook import EXISTING, ISSUED, PEM

AZURE = {
    "azure": {"tenantId": "11111111-1111-1111-1111-111111111111", "clientId": "22222222-2222-2222-2222-222222222222"},
    "registries": [{"host": "acmeapps.azurecr.io", "credentials": "azureWorkloadIdentity"}],
    "trustStores": [{"name": "ca:acme", "source": "azureKeyVault", "vault": "https://acme-kv.vault.azure.net", "read": "certificates",
                     "certificates": [{"name": "signer", "versions": 2, "required": True}], "refresh": "30m", "maxStale": "12h"}],
}


class Configuration(ChartTest):
    def test_the_values_are_its_sections(self):
        values = {
            "verifications": [{"name": "build", "trustPolicy": LEAST["trustPolicy"], "maxSignatures": 9}],
            "verification": {"maxSignatures": 20, "revocation": [{"statement": "signed", "maxStale": "4h"}]},
            "revocation": {"cacheFolder": "/var/cache/countersign", "cacheBytes": 33554432},
            "kubernetes": {"allowAddresses": ["10.0.0.1"]},
            "events": {"enabled": True, "perMinute": 60},
            "admission": {"default": "deny", "rules": [
                {"name": "system", "namespaces": ["kube-*"], "action": "allow"},
                {"name": "both", "namespaceSelector": {"matchLabels": {"env": "true"}}, "action": "verify", "all": ["default", "build"],
                 "minSignatures": 2, "platforms": ["linux/amd64"], "references": "digestOnly", "mode": "warn"}]},
        }
        configuration = self.render(values).configuration
        for section, wanted in values.items():
            self.assertEqual(configuration[section], wanted, section)
        self.assertEqual(configuration["trustPolicy"], LEAST["trustPolicy"])
        self.assertEqual(configuration["log"], {"level": "info", "format": "json"})

    def test_files_are_beside_it(self):
        rendered = self.render({"files": {"policy.json": "{}", "ca.pem": PEM}, "registries": [{"host": "ghcr.io", "caFile": "ca.pem"}]})
        self.assertEqual(rendered.data["ca.pem"], PEM)
        mount = next(each for each in rendered.container["volumeMounts"] if each["name"] == "configuration")
        self.assertEqual(mount["mountPath"], "/etc/countersign")
        self.assertNotIn("subPath", mount)  # it would never be read again
        self.assertEqual(rendered.container["args"], ["serve", "--config", "/etc/countersign/countersign.yaml"])

    def test_the_cache_of_revocation_lists_has_a_place(self):
        rendered = self.render({"revocation": {"cacheFolder": "/var/cache/countersign"}})
        self.assertIn({"name": "cache", "mountPath": "/var/cache/countersign"}, rendered.container["volumeMounts"])
        self.assertIn({"name": "cache", "emptyDir": {"sizeLimit": "96Mi"}}, rendered.pod["spec"]["volumes"])

    def test_secrets_are_named_not_written(self):
        credentials = {"kind": "basic", "username": "robot", "passwordFile": "/etc/countersign-secrets/robot/password"}
        rendered = self.render({"secretMounts": ["robot"], "registries": [{"host": "ghcr.io", "credentials": credentials}]})
        mount = next(each for each in rendered.container["volumeMounts"] if each["mountPath"] == "/etc/countersign-secrets/robot")
        self.assertIn({"name": mount["name"], "secret": {"secretName": "robot", "defaultMode": 0o440}}, rendered.pod["spec"]["volumes"])
        # Nor can a password stand in the values, which end in a ConfigMap.
        self.refuse("password", {"registries": [{"host": "ghcr.io", "credentials": {"kind": "basic", "username": "a", "password": "b"}}]})

    def test_extra_configuration_has_the_last_word(self):
        extra = {"log": {"level": "debug"}, "events": {"enabled": False}, "server": {"drain": {"delay": "1s"}},
                 "registries": [{"host": "quay.io"}]}
        configuration = self.render({"events": {"enabled": True}, "extraConfiguration": extra}).configuration
        self.assertEqual(configuration["log"], {"level": "debug", "format": "json"})
        self.assertEqual(configuration["server"]["drain"], {"delay": "1s", "wait": "25s"})
        self.assertIs(configuration["events"]["enabled"], False)
        self.assertEqual(configuration["registries"], [{"host": "quay.io"}])

    def test_azure(self):
        rendered = self.render(AZURE)
        self.assertEqual(rendered.configuration["azure"], AZURE["azure"])
        self.assertEqual(rendered.pod["metadata"]["labels"]["azure.workload.identity/use"], "true")
        self.assertEqual(rendered.one("ServiceAccount")["metadata"]["annotations"], {
            "azure.workload.identity/client-id": AZURE["azure"]["clientId"], "azure.workload.identity/tenant-id": AZURE["azure"]["tenantId"]})
        self.assertNotIn("azure.workload.identity/use", self.render().pod["metadata"]["labels"])

    def test_client_certificates(self):
        rendered = self.render({"tls": {"clients": {"authorities": PEM, "names": ["kube-apiserver"]}}})
        self.assertEqual(rendered.configuration["server"]["tls"]["clients"], {"authorities": "webhook-clients.pem", "names": ["kube-apiserver"]})
        self.assertEqual(rendered.data["webhook-clients.pem"], PEM)

    def test_the_certificate_must_be_for_the_service(self):
        for mode in (EXISTING, ISSUED):
            tls = self.render(mode).configuration["server"]["tls"]
            self.assertEqual(tls["expectNames"], ["countersign.countersign-system.svc"])
            self.assertEqual((tls["certificate"], tls["key"]), ("/etc/countersign-tls/tls.crt", "/etc/countersign-tls/tls.key"))

    def test_gatekeeper(self):
        rendered = self.render({"gatekeeper": {"enabled": True, "clientCA": PEM}, "webhook": {"enabled": False}})
        gatekeeper = rendered.configuration["gatekeeper"]
        self.assertEqual(gatekeeper["tls"], {"minVersion": "1.3", "clients": {
            "authorities": "gatekeeper-clients.pem", "names": ["gatekeeper-webhook-service.gatekeeper-system.svc"]}})
        self.assertEqual(rendered.data["gatekeeper-clients.pem"], PEM)
        provider = rendered.one("Provider", "ratify-provider")
        self.assertEqual(provider["spec"]["url"], "https://countersign-gatekeeper.countersign-system.svc/ratify/gatekeeper/v1/verify")
        self.assertEqual(provider["spec"]["timeout"], 3)
        self.assertTrue(provider["spec"]["caBundle"])  # Gatekeeper refuses a Provider without one
        own = rendered.configuration["server"]["tls"]["selfManaged"]
        self.assertEqual((own["providers"], own["dnsNames"][1]), (["ratify-provider"], "countersign-gatekeeper.countersign-system.svc"))
        secret = self.render({"gatekeeper": {"enabled": True, "clientCASecret": "gatekeeper-webhook-server-cert"}})
        self.assertEqual(secret.configuration["gatekeeper"]["tls"]["clients"]["authorities"], "/etc/countersign-gatekeeper/ca.crt")
        self.assertIn("/etc/countersign-gatekeeper", [mount["mountPath"] for mount in secret.container["volumeMounts"]])

    def test_helm_test_reads_what_the_pods_read(self):
        rendered = self.render(AZURE | {"secretMounts": ["robot"], "extraEnv": [{"name": "A", "value": "b"}]})
        test, pod = rendered.one("Pod")["spec"], rendered.pod["spec"]
        self.assertEqual(rendered.one("Pod")["metadata"]["annotations"]["helm.sh/hook"], "test")
        self.assertEqual(test["containers"][0]["args"], ["config", "check", "/etc/countersign/countersign.yaml"])
        self.assertEqual(test["volumes"], pod["volumes"])
        for key in ("image", "env", "securityContext", "volumeMounts"):
            self.assertEqual(test["containers"][0][key], pod["containers"][0][key])

    def test_alerts_and_dashboard_are_the_files(self):
        rendered = self.render({"prometheusRule": {"enabled": True}, "grafana": {"enabled": True}, "serviceMonitor": {"enabled": True}})
        dashboard = rendered.one("ConfigMap", "countersign-dashboard")
        self.assertEqual(dashboard["data"]["countersign.json"].strip(), (CHART / "dashboard.json").read_text().strip())
        self.assertIn("groups", rendered.one("PrometheusRule")["spec"])
        wanted = rendered.one("ServiceMonitor")["spec"]["selector"]["matchLabels"].items()
        self.assertEqual([each["metadata"]["name"] for each in rendered.all("Service") if wanted <= each["metadata"]["labels"].items()],
                         ["countersign-metrics"])
