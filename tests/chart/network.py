# SPDX-License-Identifier: Apache-2.0
"""A second reader of NetworkPolicies (networking.k8s.io/v1): what they allow, by their words. There is no network here that enforces
them. What selects by addresses is held against addresses as the pods see them, behind Services and their ports."""
import dataclasses
import ipaddress


@dataclasses.dataclass(frozen=True)
class Peer:
    """The other end: a pod (`labels`, in a namespace with `namespace` as its labels) or, without labels, something outside."""
    address: str = "203.0.113.7"
    namespace: dict | None = None
    labels: dict | None = None

    @property
    def is_pod(self):
        return self.labels is not None


def pod(namespace, address="10.244.1.7", **labels):
    return Peer(address, {"kubernetes.io/metadata.name": namespace}, labels)


def selects(selector, labels):
    """A LabelSelector; the empty one selects everything."""
    def holds(rule):
        key, operator, values = rule["key"], rule["operator"], rule.get("values", [])
        return {"In": labels.get(key) in values, "NotIn": labels.get(key) not in values, "Exists": key in labels,
                "DoesNotExist": key not in labels}[operator]
    known = {"matchLabels", "matchExpressions"}
    assert set(selector) <= known, selector
    return selector.get("matchLabels", {}).items() <= labels.items() and all(map(holds, selector.get("matchExpressions", [])))


def in_block(block, address):
    address = ipaddress.ip_address(address)
    inside = lambda text: address in ipaddress.ip_network(text)
    return inside(block["cidr"]) and not any(map(inside, block.get("except", [])))


def is_peer(words, peer, own_namespace):
    """One of `from` or `to`. Both selectors of one peer must hold; a podSelector alone means the policy's own namespace."""
    assert set(words) <= {"ipBlock", "namespaceSelector", "podSelector"} and words, words
    if "ipBlock" in words:
        return in_block(words["ipBlock"], peer.address)
    if not peer.is_pod:
        return False
    there = selects(words["namespaceSelector"], peer.namespace) if "namespaceSelector" in words else (
        peer.namespace.get("kubernetes.io/metadata.name") == own_namespace)
    return there and selects(words.get("podSelector", {}), peer.labels)


def is_port(words, port, protocol):
    assert set(words) <= {"port", "endPort", "protocol"}, words
    if words.get("protocol", "TCP") != protocol:
        return False
    first = words.get("port", port)
    assert isinstance(first, int), f"names of ports are not read here: {words}"
    return first <= port <= words.get("endPort", first)


def allows(policies, own, direction, peer, port, protocol="TCP"):
    """Whether a pod `own` (namespace, labels) may be called by the peer at its port (`ingress`), or call it (`egress`). Whom no
    policy selects may do everything; what one rule of one policy allows is allowed."""
    namespace, labels = own
    mine = [each["spec"] for each in policies if each["metadata"]["namespace"] == namespace and selects(each["spec"]["podSelector"], labels)]
    mine = [spec for spec in mine if direction.capitalize() in types(spec)]
    if not mine:
        return True
    side = {"ingress": "from", "egress": "to"}[direction]
    for rule in (rule for spec in mine for rule in spec.get(direction, [])):
        assert set(rule) <= {side, "ports"}, rule
        if (not rule.get(side) or any(is_peer(words, peer, namespace) for words in rule[side])) and (
                not rule.get("ports") or any(is_port(words, port, protocol) for words in rule["ports"])):
            return True
    return False


def types(spec):
    return spec.get("policyTypes", ["Ingress"] + (["Egress"] if "egress" in spec else []))
