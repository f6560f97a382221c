# SPDX-License-Identifier: Apache-2.0
"""The registration: what the API server is told, in every mode of certificates. AW-118, AW-121, SUP-08."""
import base64

from chart import ChartTest

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
EXISTING = {"tls": {"mode": "existingSecret", "secretName": "own"}, "webhook": {"caBundle": PEM}}
ISSUED = {"tls": {"mode": "certManager"}, "certManager": {"issuerRef": {"name": "inside"}}}
PODS = ["pods", "pods/ephemeralcontainers", "pods/resize"]
MAKERS = {"podtemplates", "replicationcontrollers", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs"}


class Webhook(ChartTest):
    def entries(self, rendered):
        return rendered.one("ValidatingWebhookConfiguration")["webhooks"]

    def test_both_entries(self):  # AW-118, ADM-10
        rendered = self.render()
        annotations = rendered.one("ValidatingWebhookConfiguration")["metadata"]["annotations"]
        self.assertEqual(annotations["admissions.enforcer/disabled"], "true")
        images, advice = self.entries(rendered)
        self.assertEqual([images["name"], advice["name"]], ["images.countersign.example.com", "advice.countersign.example.com"])
        for entry in (images, advice):
            self.assertEqual(entry["admissionReviewVersions"], ["v1"])
            self.assertEqual(entry["sideEffects"], "None")
            self.assertEqual(entry["matchPolicy"], "Equivalent")
            self.assertIn(entry["timeoutSeconds"], range(1, 31))
            self.assertNotIn("objectSelector", entry)
            self.assertEqual(entry["namespaceSelector"], {"matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "NotIn",
                 "values": ["countersign-system", "kube-node-lease", "kube-system"]}]})
            self.assertTrue(all(rule["operations"] == ["CREATE", "UPDATE"] for rule in entry["rules"]))
        self.assertEqual((images["clientConfig"]["service"]["path"], advice["clientConfig"]["service"]["path"]), ("/validate", "/advise"))
        self.assertEqual([rule["resources"] for rule in images["rules"]], [PODS])
        self.assertEqual({name for rule in advice["rules"] for name in rule["resources"]}, MAKERS)

    def test_defaults_are_strict(self):  # SUP-08
        images, advice = self.entries(self.render())
        self.assertEqual((images["failurePolicy"], images["timeoutSeconds"]), ("Fail", 10))
        self.assertEqual((advice["failurePolicy"], advice["timeoutSeconds"]), ("Ignore", 5))

    def test_own_exemptions_stay_beside_others(self):
        more = {"matchLabels": {"signed": "yes"}, "matchExpressions": [{"key": "team", "operator": "Exists"}]}
        entry = self.entries(self.render({"webhook": {"excludedNamespaces": ["legacy"], "namespaceSelector": more}}))[0]
        own, other = entry["namespaceSelector"]["matchExpressions"]
        self.assertEqual(own["values"], ["countersign-system", "kube-node-lease", "kube-system", "legacy"])
        self.assertEqual((other["key"], entry["namespaceSelector"]["matchLabels"]), ("team", {"signed": "yes"}))

    def test_workloads_of_operators_are_registered(self):
        rollout = {"group": "argoproj.io", "version": "v1alpha1", "resource": "rollouts", "kind": "Rollout", "template": "spec.template"}
        advice = self.entries(self.render({"admission": {"workloads": [rollout]}}))[1]
        self.assertEqual((advice["rules"][-1]["apiGroups"], advice["rules"][-1]["resources"]), (["argoproj.io"], ["rollouts"]))

    def test_nobody_writes_the_bundle_of_a_certificate_that_keeps_itself(self):
        rendered = self.render()
        self.assertTrue(all("caBundle" not in entry["clientConfig"] for entry in self.entries(rendered)))
        self.assertNotIn("data", rendered.one("Secret"))  # an upgrade would empty it
        own = rendered.configuration["server"]["tls"]["selfManaged"]
        self.assertEqual(own["secret"], "countersign-system/" + rendered.one("Secret")["metadata"]["name"])
        self.assertEqual(own["webhook"], rendered.one("ValidatingWebhookConfiguration")["metadata"]["name"])

    def test_existing_secret(self):
        rendered = self.render(EXISTING)
        self.assertEqual(self.entries(rendered)[0]["clientConfig"]["caBundle"], base64.b64encode(PEM.encode()).decode())
        self.assertIn({"name": "tls", "secret": {"secretName": "own", "defaultMode": 0o440}}, rendered.pod["spec"]["volumes"])
        self.assertEqual(rendered.all("Secret"), [])

    def test_cert_manager(self):
        rendered = self.render(ISSUED)
        annotations = rendered.one("ValidatingWebhookConfiguration")["metadata"]["annotations"]
        self.assertEqual(annotations["cert-manager.io/inject-ca-from"], "countersign-system/countersign")
        certificate = rendered.one("Certificate")["spec"]
        self.assertEqual(certificate["dnsNames"], ["countersign.countersign-system.svc"])
        self.assertEqual(certificate["secretName"], "countersign-tls")

    def test_switched_off(self):
        self.assertEqual(self.render(EXISTING | {"webhook": {"enabled": False}}).all("ValidatingWebhookConfiguration"), [])
        # Its bundle is kept, for the day when it is switched on.
        self.assertTrue(all("rules" not in entry for entry in self.entries(self.render({"webhook": {"enabled": False}}))))

    def test_the_registration_is_watched(self):  # SUP-09
        self.assertEqual(self.render().configuration["server"]["registration"], "countersign")
        for mode in (EXISTING, ISSUED):
            rendered = self.render(mode)
            self.assertNotIn("registration", rendered.configuration["server"])
            self.assertEqual(rendered.all("ClusterRole"), [])
            self.assertNotIn("api", volumes(rendered))  # no token of the API server
            watched = self.render(mode | {"webhook": mode.get("webhook", {}) | {"watch": True}})
            self.assertEqual(watched.configuration["server"]["registration"], "countersign")
            self.assertEqual(watched.one("ClusterRole")["rules"], [{
                "apiGroups": ["admissionregistration.k8s.io"], "resources": ["validatingwebhookconfigurations"],
                "resourceNames": ["countersign"], "verbs": ["get"]}])
            self.assertIn("api", volumes(watched))
        off = self.render({"webhook": {"enabled": False, "watch": True}})
        self.assertNotIn("registration", off.configuration["server"])

    def test_behind_gatekeeper_alone(self):
        rendered = self.render({"webhook": {"enabled": False}, "gatekeeper": {"enabled": True, "anyClient": True}})
        self.assertEqual(rendered.all("ValidatingWebhookConfiguration"), [])
        own = rendered.configuration["server"]["tls"]["selfManaged"]
        self.assertNotIn("webhook", own)
        self.assertEqual(own["providers"], ["ratify-provider"])
        self.assertEqual(rendered.one("ClusterRole")["rules"], [{
            "apiGroups": ["externaldata.gatekeeper.sh"], "resources": ["providers"], "resourceNames": ["ratify-provider"],
            "verbs": ["get", "patch"]}])
        both = self.render({"gatekeeper": {"enabled": True, "anyClient": True}})
        self.assertEqual(both.configuration["server"]["tls"]["selfManaged"]["webhook"], "countersign")

    def test_names_agree(self):  # AW-121
        long = "r" * 53
        for release, namespace, values in [("countersign", "countersign-system", {}), (long, "n" * 63, {}), ("shop", "default", {}),
                                           ("a", "b", {"fullnameOverride": "f" * 63}), ("a", "b", {"nameOverride": "n" * 63})]:
            for mode in ({}, ISSUED):
                with self.subTest(release=release, values=values, mode=mode):
                    self.agree(self.render(merged_gatekeeper(values | mode), release=release, namespace=namespace), namespace)

    def agree(self, rendered, namespace):
        service = self.entries(rendered)[0]["clientConfig"]["service"]
        rendered.one("Service", service["name"])
        self.assertEqual(service["namespace"], namespace)
        host = f"{service['name']}.{namespace}.svc"
        tls = rendered.configuration["server"]["tls"]
        names = tls["selfManaged"]["dnsNames"] if "selfManaged" in tls else rendered.one("Certificate")["spec"]["dnsNames"]
        self.assertEqual(names[0], host)
        self.assertIn(rendered.one("Provider")["spec"]["url"].split("/")[2], names)
        for each in rendered.objects:
            self.assertLessEqual(len(each["metadata"]["name"]), 63)
            for value in each["metadata"]["labels"].values():
                self.assertLessEqual(len(value), 63)
            if each["kind"] not in ("ClusterRole", "ClusterRoleBinding", "ValidatingWebhookConfiguration", "Provider"):
                self.assertEqual(each["metadata"]["namespace"], namespace)


def volumes(rendered):
    return [each["name"] for each in rendered.pod["spec"]["volumes"]]


def merged_gatekeeper(values):
    return values | {"gatekeeper": {"enabled": True, "anyClient": True, "caBundle": PEM}}
