# SPDX-License-Identifier: Apache-2.0
"""Probes of the NetworkPolicy that the chart ships: who may come, and where the pods may go. network.py reads its words; that a
network plugin enforces them is the plugin's matter, and not seen here. SUP-06."""
import unittest

from chart import ChartTest
from network import Peer, allows, pod
from test_configuration import AZURE
from test_webhook import EXISTING, PEM

API_SERVER, PUBLIC, PUBLIC6 = Peer("10.224.0.1"), Peer("203.0.113.7"), Peer("2a01:111::7")
STRANGER = pod("shop", app="web")
GATEKEEPER, PROMETHEUS, DNS = pod("gatekeeper-system"), pod("monitoring", app="prometheus"), pod("kube-system", k8s_app="kube-dns")
ADDRESS, MANAGED = Peer("169.254.169.254"), "azureManagedIdentity"
# Of clouds: metadata, wire server, identities and DNS of the node.
OF_NODES = [Peer(each) for each in ("169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "fe80::1",
                                    "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254")]


class Probes(ChartTest):
    def probe(self, values, direction, rows):
        """Each row: (peer, port, protocol, whether it goes)."""
        rendered = self.render(values)
        own = rendered.one("Deployment")["metadata"]["namespace"], rendered.pod["metadata"]["labels"]
        for peer, port, protocol, goes in rows:
            with self.subTest(direction=direction, peer=peer, port=port, protocol=protocol):
                self.assertEqual(allows(rendered.all("NetworkPolicy"), own, direction, peer, port, protocol), goes)

    def test_who_may_come(self):  # SUP-06
        # By default from anywhere: nobody knows the API server's address here, and kubelets ask for readiness.
        everywhere = [(peer, port, "TCP", goes) for peer in (API_SERVER, STRANGER, PUBLIC, PUBLIC6) for port, goes in (
            (8443, True), (8080, True), (8444, False), (9090, False), (22, False), (80, False), (443, False), (10250, False))]
        self.probe({}, "ingress", everywhere + [(API_SERVER, 8443, "UDP", False), (API_SERVER, 8443, "SCTP", False)])

    def test_only_the_api_server_comes(self):  # SUP-06
        narrow = {"networkPolicy": {"webhookFrom": [{"ipBlock": {"cidr": "10.224.0.0/28"}}],
                                    "metricsFrom": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
                                                     "podSelector": {"matchLabels": {"app": "prometheus"}}}]}}
        self.probe(narrow, "ingress", [
            (API_SERVER, 8443, "TCP", True), (Peer("10.224.0.16"), 8443, "TCP", False), (STRANGER, 8443, "TCP", False), (PUBLIC, 8443, "TCP", False),
            (PROMETHEUS, 8443, "TCP", False), (PROMETHEUS, 8080, "TCP", True), (pod("monitoring", app="other"), 8080, "TCP", False),
            (pod("shop", app="prometheus"), 8080, "TCP", False), (STRANGER, 8080, "TCP", False), (API_SERVER, 8080, "TCP", False)])

    def test_gatekeeper_comes_to_its_own_port(self):  # SUP-06
        values = {"gatekeeper": {"enabled": True, "clientCA": PEM}, "networkPolicy": {"webhookFrom": [{"ipBlock": {"cidr": "10.224.0.0/28"}}]}}
        self.probe(values, "ingress", [(GATEKEEPER, 8444, "TCP", True), (STRANGER, 8444, "TCP", False), (API_SERVER, 8444, "TCP", False),
                                       (GATEKEEPER, 8443, "TCP", False), (PUBLIC, 8444, "TCP", False)])

    def test_other_ports_of_ours(self):  # SUP-06
        self.probe({"containerPort": 10250, "metrics": {"port": 10251}}, "ingress", [
            (API_SERVER, 10250, "TCP", True), (API_SERVER, 10251, "TCP", True), (API_SERVER, 8443, "TCP", False), (API_SERVER, 8080, "TCP", False)])

    def test_where_they_may_go(self):  # SUP-06
        # DNS; registries, vaults and Entra's login by TLS; OCSP and CRLs by plain HTTP.
        wanted = [(peer, port, protocol, True) for peer in (PUBLIC, PUBLIC6, DNS) for port, protocol in (
            (53, "UDP"), (53, "TCP"), (443, "TCP"), (80, "TCP"))]
        refused = [(peer, port, "TCP", False) for peer in (PUBLIC, PUBLIC6, STRANGER) for port in (
            21, 22, 25, 110, 389, 636, 2379, 3306, 3389, 5000, 5432, 6379, 8080, 8443, 9090, 10250, 10255, 27017)]
        self.probe(AZURE, "egress", wanted + refused + [(PUBLIC, 443, "UDP", False), (PUBLIC, 123, "UDP", False)])

    def test_never_to_the_metadata_of_nodes(self):  # SUP-06
        self.probe(AZURE, "egress", [(peer, port, "TCP", False) for peer in OF_NODES for port in (80, 443, 6443, 8080, 32526)])

    def test_the_metadata_service_is_for_its_identity_only(self):  # SUP-06
        managed = {"registries": [{"host": "acmeapps.azurecr.io", "credentials": MANAGED}]}
        self.probe(managed, "egress", [(ADDRESS, 80, "TCP", True), (ADDRESS, 443, "TCP", False)] + [
            (peer, 80, "TCP", False) for peer in OF_NODES if peer != ADDRESS])

    def test_the_api_server_is_for_what_asks_it(self):  # SUP-06
        self.probe({}, "egress", [(API_SERVER, 6443, "TCP", True), (API_SERVER, 443, "TCP", True)])
        self.probe(EXISTING, "egress", [(API_SERVER, 6443, "TCP", False)])

    def test_ports_of_registries_and_proxies(self):  # SUP-06
        registries = [{"host": "inside.example:5000", "mirrors": [{"host": "mirror.example:5001"}]},
                      {"host": "quay.io", "proxy": "http://user:word@proxy.example:3128"}]
        self.probe({"registries": registries}, "egress", [(PUBLIC, port, "TCP", goes) for port, goes in (
            (5000, True), (5001, True), (3128, True), (443, True), (5002, False), (3129, False))] + [
                (peer, 5000, "TCP", False) for peer in OF_NODES])

    def test_further_rules(self):
        extra = {"networkPolicy": {"extraEgress": [{"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}], "ports": [{"port": 8443, "endPort": 8445}]}]}}
        self.probe(extra, "egress", [(Peer("10.9.1.1"), 8445, "TCP", True), (Peer("10.9.1.1"), 8446, "TCP", False), (PUBLIC, 8443, "TCP", False)])

    def test_whom_it_is_about(self):
        rendered = self.render()
        policies = rendered.all("NetworkPolicy")
        self.assertEqual(len(policies), 1)
        self.assertEqual(policies[0]["spec"]["policyTypes"], ["Ingress", "Egress"])
        # Nobody else's pods get a limit that they did not ask for.
        self.assertTrue(allows(policies, ("countersign-system", {"app": "other"}), "egress", PUBLIC, 22))
        self.assertTrue(allows(policies, ("shop", rendered.pod["metadata"]["labels"]), "egress", PUBLIC, 22))
        self.assertEqual(self.render({"networkPolicy": {"enabled": False}}).all("NetworkPolicy"), [])


class Reader(unittest.TestCase):
    """That the second reader can say no."""

    OWN = ("ours", {"app": "a"})

    def says(self, spec, direction, peer, port, protocol="TCP"):
        return allows([{"metadata": {"namespace": "ours"}, "spec": {"podSelector": {}} | spec}], self.OWN, direction, peer, port, protocol)

    def test_what_is_selected_and_not_named_is_refused(self):
        self.assertFalse(self.says({}, "ingress", PUBLIC, 1))
        self.assertTrue(self.says({}, "egress", PUBLIC, 1))
        self.assertFalse(self.says({"policyTypes": ["Egress"]}, "egress", PUBLIC, 1))
        self.assertTrue(self.says({"policyTypes": ["Egress"]}, "ingress", PUBLIC, 1))
        self.assertTrue(self.says({"ingress": [{}]}, "ingress", PUBLIC, 1))
        self.assertTrue(self.says({"ingress": [{"from": [], "ports": []}]}, "ingress", PUBLIC, 1))

    def test_selectors_of_one_peer_are_both_demanded_and_of_two_either(self):
        shop, web = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}, {"podSelector": {"matchLabels": {"app": "web"}}}
        for words, peers in (([shop | web], {"shop web"}), ([shop, web], {"shop web", "shop other", "ours web"}), ([web], {"ours web"})):
            found = {f"{where} {app}" for where in ("shop", "ours") for app in ("web", "other")
                     if self.says({"ingress": [{"from": words}]}, "ingress", pod(where, app=app), 1)}
            self.assertEqual(found, peers, words)
        self.assertFalse(self.says({"ingress": [{"from": [{"namespaceSelector": {}}]}]}, "ingress", PUBLIC, 1))

    def test_expressions(self):
        for operator, values, goes in (("In", ["web"], True), ("NotIn", ["web"], False), ("Exists", [], True), ("DoesNotExist", [], False)):
            selector = {"namespaceSelector": {}, "podSelector": {"matchExpressions": [{"key": "app", "operator": operator, "values": values}]}}
            self.assertEqual(self.says({"ingress": [{"from": [selector]}]}, "ingress", STRANGER, 1), goes, operator)

    def test_words_that_it_does_not_know(self):
        for rule in ({"from": [{}]}, {"from": [{"ip": "a"}]}, {"ports": [{"port": "http"}]}, {"to": []}):
            with self.assertRaises(AssertionError):
                self.says({"ingress": [rule]}, "ingress", PUBLIC, 1)
