# SPDX-License-Identifier: Apache-2.0
"""The pods, what they may do, and when they are made anew. AW-120, AW-123, SUP-05, SUP-07, SUP-08."""
from chart import LEAST, ChartTest, template
from test_webhook import EXISTING, ISSUED, PEM

LABELS = {f"app.kubernetes.io/{name}" for name in ("name", "instance", "version", "component", "part-of", "managed-by")}
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"
EVERYTHING = {
    "gatekeeper": {"enabled": True, "clientCA": PEM}, "autoscaling": {"enabled": True}, "serviceMonitor": {"enabled": True},
    "prometheusRule": {"enabled": True}, "grafana": {"enabled": True}, "events": {"enabled": True},
    "pullSecrets": {"namespaces": [{"namespace": "shop", "secrets": ["pull"]}]},
    "admission": {"breakGlass": {"namespaceLabel": "countersign.dev/break-glass"}},
    "registries": [{"host": "acmeapps.azurecr.io", "credentials": "pullSecrets"}],
}


class Pods(ChartTest):
    def test_hardened(self):  # SUP-05
        rendered = self.render()
        for spec in (rendered.pod["spec"], rendered.one("Pod")["spec"]):
            pod, container = spec["securityContext"], spec["containers"][0]["securityContext"]
            self.assertGreaterEqual(pod["runAsUser"], 10000)
            self.assertGreaterEqual(pod["runAsGroup"], 10000)
            self.assertTrue(pod["runAsNonRoot"])
            self.assertEqual(pod["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertEqual(container, {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                         "capabilities": {"drop": ["ALL"]}})
            self.assertFalse(spec["automountServiceAccountToken"])
            for key in ("hostNetwork", "hostPID", "hostIPC"):
                self.assertNotIn(key, spec)
            self.assertTrue(all("hostPath" not in volume for volume in spec["volumes"]))
            self.assertTrue(all(mount["readOnly"] for mount in spec["containers"][0]["volumeMounts"]))
        self.assertFalse(rendered.one("ServiceAccount")["automountServiceAccountToken"])

    def test_many_and_spread(self):  # SUP-08
        rendered = self.render()
        spec = rendered.one("Deployment")["spec"]
        self.assertEqual(spec["replicas"], 3)
        self.assertEqual(spec["strategy"]["rollingUpdate"], {"maxUnavailable": 0, "maxSurge": 1})
        self.assertEqual(rendered.one("PodDisruptionBudget")["spec"]["maxUnavailable"], 1)
        labels = rendered.pod["metadata"]["labels"]
        spread = rendered.pod["spec"]["topologySpreadConstraints"]
        self.assertEqual([each["topologyKey"] for each in spread], ["topology.kubernetes.io/zone", "kubernetes.io/hostname"])
        for selector in [each["labelSelector"] for each in spread] + [spec["selector"], rendered.one("PodDisruptionBudget")["spec"]["selector"]]:
            self.assertLessEqual(selector["matchLabels"].items(), labels.items())

    def test_an_end_is_waited_for(self):
        rendered = self.render({"drain": {"delaySeconds": 10, "waitSeconds": 50}})
        self.assertEqual(rendered.configuration["server"]["drain"], {"delay": "10s", "wait": "50s"})
        self.assertGreater(rendered.pod["spec"]["terminationGracePeriodSeconds"], 50)

    def test_services_reach_the_pods_and_no_others(self):
        rendered = self.render({"gatekeeper": {"enabled": True, "clientCA": PEM}})
        ports = {port["name"]: port["containerPort"] for port in rendered.container["ports"]}
        self.assertEqual(ports, {"webhook": 8443, "admin": 8080, "gatekeeper": 8444})
        self.assertEqual(rendered.configuration["server"]["listen"], "[::]:8443")
        self.assertEqual(rendered.configuration["server"]["admin"]["listen"], "[::]:8080")
        self.assertEqual(rendered.configuration["gatekeeper"]["listen"], "[::]:8444")
        for service in rendered.all("Service"):
            self.assertLessEqual(service["spec"]["selector"].items(), rendered.pod["metadata"]["labels"].items())
            self.assertFalse(service["spec"]["selector"].items() <= rendered.one("Pod")["metadata"]["labels"].items())
            self.assertIn(service["spec"]["ports"][0]["targetPort"], ports)

    def test_rendering_is_deterministic(self):  # AW-120
        for mode in ({}, EXISTING, ISSUED, EVERYTHING):
            with self.subTest(mode=mode):
                first, second = template(LEAST | mode), template(LEAST | mode)
                self.assertEqual(first.returncode, 0, first.stderr)
                self.assertEqual(first.stdout, second.stdout)

    def test_labels_are_complete(self):  # AW-123
        for each in self.render(EVERYTHING).objects:
            self.assertLessEqual(LABELS, each["metadata"]["labels"].keys(), each["kind"])

    def test_only_what_needs_a_start_makes_new_pods(self):
        def stamp(values):
            return self.render(values).pod["metadata"]["annotations"]["checksum/start"]
        before = stamp({})
        for values in ({"admission": {"default": "deny"}}, {"registries": [{"host": "ghcr.io"}]}, {"webhook": {"timeoutSeconds": 5}},
                       {"files": {"more.pem": "x"}}, {"verification": {"maxSignatures": 9}}):
            self.assertEqual(stamp(values), before, values)
        for values in ({"logging": {"level": "debug"}}, {"events": {"enabled": True}}, {"gatekeeper": {"enabled": True, "anyClient": True}},
                       {"tls": {"minVersion": "1.3"}}, {"extraConfiguration": {"log": {"format": "text"}}}):
            self.assertNotEqual(stamp(values), before, values)


class Rights(ChartTest):
    def rules(self, rendered):
        return [(each["kind"], resource, tuple(rule["verbs"]), tuple(rule.get("resourceNames", ())))
                for each in rendered.all("Role") + rendered.all("ClusterRole") for rule in each["rules"] for resource in rule["resources"]]

    def test_none_without_need(self):  # SUP-07
        for mode in (EXISTING, ISSUED):
            rendered = self.render(mode)
            self.assertEqual(self.rules(rendered), [])
            self.assertNotIn(TOKEN, [mount["mountPath"] for mount in rendered.container["volumeMounts"]])

    def test_a_certificate_that_keeps_itself(self):  # SUP-07
        rendered = self.render()
        self.assertEqual(self.rules(rendered), [
            ("Role", "secrets", ("get", "update"), ("countersign-tls",)),
            ("ClusterRole", "validatingwebhookconfigurations", ("get", "patch"), ("countersign",))])
        self.assertIn(TOKEN, [mount["mountPath"] for mount in rendered.container["volumeMounts"]])

    def test_each_feature_has_its_own(self):  # SUP-07
        for values, rule in [
                ({"events": {"enabled": True}}, ("ClusterRole", "events", ("create",), ())),
                ({"admission": {"breakGlass": {"namespaceLabel": "glass"}}}, ("ClusterRole", "namespaces", ("get",), ())),
                ({"admission": {"rules": [{"name": "a", "action": "allow", "namespaceSelector": {"matchLabels": {"a": "b"}}}]}},
                 ("ClusterRole", "namespaces", ("get",), ()))]:
            self.assertEqual(self.rules(self.render(EXISTING | values)), [rule])
        pull = {"registries": [{"host": "ghcr.io", "credentials": "pullSecrets"}],
                "pullSecrets": {"namespaces": [{"namespace": "shop", "secrets": ["pull"], "serviceAccounts": ["default", "build"]}]}}
        rendered = self.render(EXISTING | pull)
        self.assertEqual(self.rules(rendered), [("Role", "secrets", ("get",), ("pull",)),
                                                ("Role", "serviceaccounts", ("get",), ("default", "build"))])
        self.assertEqual(rendered.one("Role")["metadata"]["namespace"], "shop")

    def test_nothing_is_listed_or_named_by_a_star(self):  # SUP-07
        rendered = self.render(EVERYTHING)
        for each in rendered.all("Role") + rendered.all("ClusterRole"):
            for rule in each["rules"]:
                self.assertFalse({"list", "watch", "delete", "create", "*"} & set(rule["verbs"]) and rule["resources"] != ["events"], rule)
                self.assertNotIn("*", rule["resources"] + rule["apiGroups"])
        for kind in ("RoleBinding", "ClusterRoleBinding"):
            for each in rendered.all(kind):
                self.assertEqual(each["subjects"], [{"kind": "ServiceAccount", "name": "countersign", "namespace": "countersign-system"}])

    def test_none_are_made_for_who_makes_them(self):
        self.assertEqual(self.rules(self.render(EVERYTHING | {"rbac": {"create": False}})), [])
