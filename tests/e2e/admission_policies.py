# SPDX-License-Identifier: Apache-2.0
"""The part "vap": the admission policies of deploy/vap in a real API server, beside the webhook."""
import json
import shutil

from pull_secrets import PROGRAMS, Cluster
from reviews import containers
from stack import PEERS, Certificates, Server, run, until

VAP = PEERS.parent.parent / "deploy/vap"
HOME = "countersign-system"
DIGEST_POLICY = "countersign-digest-required"
TAG, WEBHOOK = "denied request: TAG_NOT_ALLOWED ", 'webhook "images.countersign.test" denied the request'
EVE, GUARDIAN = ("--as", "eve"), ("--as", "grace", "--as-group", "countersign-guardians")
KEEPER = ("--as", f"system:serviceaccount:{HOME}:countersign")
ADMISSION = """
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ValidatingAdmissionPolicy
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ValidatingAdmissionPolicyConfiguration
    staticManifestsDir: {folder}
"""


class Stage:
    def __init__(self, world, folder):
        self.checks, self.library = world.checks, world.libraries["distribution"]
        static = folder / "static"
        shutil.copytree(VAP / "static", static)
        (folder / "admission.yaml").write_text(ADMISSION.format(folder=static))
        self.cluster = Cluster(folder, f"--admission-control-config-file={folder}/admission.yaml")

    def kubectl(self, *command, **options):
        """(exit status, what it said)."""
        done = self.cluster.kubectl(*command, ok=None, **options)
        return done.returncode, (done.stdout + done.stderr).strip()

    def run_pod(self, namespace, image, name="web", dry="server", **spec):
        thing = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace},
                 "spec": {"containers": containers(image)} | spec}
        return self.kubectl("apply", f"--dry-run={dry}", "-f", "-", input=json.dumps(thing))

    def allowed(self, name, outcome, *parts):
        code, said = outcome
        lacking = [part for part in parts if part not in said]
        self.checks.check(name, f"exit {code}: {said[-400:]}" if code or lacking else "")

    def denied(self, name, outcome, *parts):
        code, said = outcome
        lacking = [part for part in parts if part not in said]
        self.checks.check(name, "" if code == 1 and not lacking else f"exit {code}, no {lacking} in: {said[-400:]}")


def set_up(stage):
    cluster = stage.cluster
    for namespace in (HOME, "shop"):
        cluster.add_namespace(namespace)
    for name, subject in (("eve", "--user=eve"), ("guardian", "--group=countersign-guardians"),
                          ("keeper", f"--serviceaccount={HOME}:countersign")):
        cluster.kubectl("create", "clusterrolebinding", name, "--clusterrole=cluster-admin", subject)
    stage.allowed("a pod by tag, before the policies", stage.run_pod("shop", "registry.example/old:1", "old", "none"))
    stage.allowed("the policies can be applied", stage.kubectl("apply", "-f", VAP))


def check_types(stage):
    """What the API server says of expressions that do not fit the schemas."""
    listed = lambda: json.loads(stage.cluster.kubectl("get", "validatingadmissionpolicies", "-o", "json").stdout)["items"]
    until(30, lambda: all("observedGeneration" in item.get("status", {}) for item in listed()))
    warnings = {item["metadata"]["name"]: item["status"]["typeChecking"] for item in listed()}
    stage.checks.equal("the expressions fit the API server's types", warnings, dict.fromkeys(
        (DIGEST_POLICY, "countersign-protect-namespace", "countersign-protect-registration"), {}))


def check_digests(stage):
    tag = stage.library.tag("signed")
    name = stage.library.digest("signed")
    for field, spec in (("container c0: ", {"containers": containers(tag)}),
                        ("init container i0: ", {"initContainers": containers(tag, prefix="i")}),
                        ("volume data: ", {"volumes": [{"name": "data", "image": {"reference": tag}}]})):
        stage.denied(f"a signed image by tag, {field.partition(':')[0]}", stage.run_pod("shop", name, **spec), f"{TAG}{field}{tag} [write")
    two = [{"name": "data", "image": {"reference": tag}}, {"name": "more", "image": {"reference": name}}]
    stage.denied("all of them are named, and no other", stage.run_pod("shop", tag, volumes=two), f"{TAG}container c0: {tag}, volume data: {tag} [")
    stage.denied("an image without tag and digest", stage.run_pod("shop", "nginx"), f"{TAG}container c0: nginx [")
    stage.denied("a digest that is too short", stage.run_pod("shop", f"{name[:-1]}"), TAG)
    stage.allowed("kube-system is outside", stage.run_pod("kube-system", tag))


def check_together(stage):
    """AW-124"""
    tag, unsigned = stage.library.tag("unsigned"), stage.library.digest("unsigned")
    stage.denied("by tag: the policy's message", stage.run_pod("shop", tag), DIGEST_POLICY, f"{TAG}container c0: {tag} [write every image as")
    stage.denied("unsigned, by digest: the webhook's message", stage.run_pod("shop", unsigned), WEBHOOK,
                 f'SIGNATURE_NOT_FOUND spec.containers[0].image "c0" {unsigned}')
    stage.allowed("signed, by digest", stage.run_pod("shop", stage.library.digest("signed")))
    stage.allowed("the policy warns", patch(stage, (), "validatingadmissionpolicybinding", DIGEST_POLICY, {"spec": {"validationActions": ["Warn"]}}))
    both = (f"Warning: Validation failed for ValidatingAdmissionPolicy '{DIGEST_POLICY}'", f"TAG_NOT_ALLOWED container c0: {tag} [", WEBHOOK,
            "SIGNATURE_NOT_FOUND")
    until(10, lambda: all(part in stage.run_pod("shop", tag)[1] for part in both))
    stage.denied("both at once: a warning and a denial", stage.run_pod("shop", tag), *both)
    stage.allowed("signed, by tag: a warning only", stage.run_pod("shop", stage.library.tag("signed")), both[0])
    stage.allowed("the policy denies again", stage.kubectl("apply", "-f", VAP / "digest-required.yaml"))
    until(10, lambda: stage.run_pod("shop", tag)[0] == 1 and "Warning" not in stage.run_pod("shop", tag)[1])


def check_updates(stage):
    """A pod that was there before, by a tag."""
    tag = stage.library.tag("signed")
    stage.allowed("it gets a label", stage.kubectl("-n", "shop", "label", "pod", "old", "colour=blue"))
    stage.denied("it gets another image by tag", stage.kubectl("-n", "shop", "set", "image", "pod/old", f"c0={tag}"), f"{TAG}container c0: {tag} [")
    stage.allowed("by digest", stage.kubectl("-n", "shop", "set", "image", "pod/old", f"c0={stage.library.digest('signed')}"))
    debug = lambda image: stage.kubectl("-n", "shop", "debug", "old", f"--image={image}", "--container=spy")
    stage.denied("kubectl debug by tag", debug(tag), f"{TAG}ephemeral container spy: {tag} [")
    stage.allowed("kubectl debug by digest", debug(stage.library.digest("signed")))


def patch(stage, who, kind, name, change, form="merge"):
    return stage.kubectl(*who, "patch", kind, name, f"--type={form}", "-p", json.dumps(change))


def check_registration(stage):
    """Webhook configurations are not exempt from admission policies, as they are from webhooks."""
    kind, collection = "validatingwebhookconfiguration", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    change = lambda who, field, value: patch(stage, who, kind, "countersign", [{"op": "add", "path": f"/webhooks/0/{field}", "value": value}], "json")
    refused = "the webhook configuration countersign is protected: "
    stage.denied("who may do anything can't delete it", stage.kubectl(*EVE, "delete", kind, "countersign"), f"{refused}eve is no guardian")
    stage.denied("nor all of them at once", stage.kubectl(*EVE, "delete", "--raw", collection), refused)
    stage.denied("nor change it", change(EVE, "failurePolicy", "Ignore"), refused)
    stage.denied("nor its caBundle", change(EVE, "clientConfig/caBundle", ""), refused)
    bundle = json.loads(stage.cluster.kubectl("get", kind, "countersign", "-o", "json").stdout)["webhooks"][0]["clientConfig"]["caBundle"]
    stage.allowed("its keeper may write caBundle", change(KEEPER, "clientConfig/caBundle", ""))
    stage.allowed("and write it back", change(KEEPER, "clientConfig/caBundle", bundle))
    for field, value in (("failurePolicy", "Ignore"), ("timeoutSeconds", 1), ("rules", []), ("clientConfig/url", "https://127.0.0.1:9/validate"),
                         ("matchConditions", [{"name": "none", "expression": "false"}]), ("objectSelector", {"matchLabels": {"a": "b"}}),
                         ("namespaceSelector", {"matchLabels": {"a": "b"}})):
        stage.denied(f"but not {field}", change(KEEPER, field, value), "is no guardian and may write caBundle only")
    stage.denied("and not annotations", stage.kubectl(*KEEPER, "annotate", kind, "countersign", "a=b"), "may write caBundle only")
    stage.denied("and not delete it", stage.kubectl(*KEEPER, "delete", kind, "countersign"), refused)
    stage.allowed("a guardian may change it", change(GUARDIAN, "timeoutSeconds", 9))
    stage.cluster.apply({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "other"}})
    stage.allowed("another configuration is not protected", stage.kubectl(*EVE, "delete", kind, "other"))


def check_namespace(stage):
    here, refused = ("-n", HOME), f"the namespace {HOME} is protected: eve is no guardian"
    stage.allowed("a guardian makes a Deployment", stage.kubectl(*GUARDIAN, *here, "create", "deployment", "countersign",
                                                                      f"--image={stage.library.digest('signed')}"))
    found = until(20, lambda: "pod/" in stage.kubectl(*here, "get", "pods", "-o", "name")[1])
    stage.checks.check("and controllers make its pod", "" if found else stage.kubectl(*here, "get", "events")[1][-400:])
    pod = stage.kubectl(*here, "get", "pods", "-o", "name")[1]
    for what, command in (("change labels of the namespace", ("label", "namespace", HOME, "a=b")),
                          ("take its name's label", ("label", "namespace", HOME, "kubernetes.io/metadata.name-")),
                          ("delete the namespace", ("delete", "namespace", HOME)),
                          ("write the configuration", (*here, "create", "configmap", "countersign")),
                          ("start a pod there", (*here, "run", "web", "--image=registry.example/a:1")),
                          ("scale it to nothing", (*here, "scale", "deployment", "countersign", "--replicas=0")),
                          ("change its image", (*here, "set", "image", "deployment/countersign", "*=registry.example/b:1")),
                          ("enter its pod", (*here, "exec", pod, "--", "ls")),
                          ("debug its pod", (*here, "debug", pod, "--image=registry.example/b:1")),
                          ("get a token of its service account", (*here, "create", "token", "default")),
                          ("give itself a role", (*here, "create", "rolebinding", "eve", "--clusterrole=admin", "--user=eve"))):
        stage.denied(f"who may do anything can't {what}", stage.kubectl(*EVE, *command), refused)
    stage.allowed("a guardian may write the configuration", stage.kubectl(*GUARDIAN, *here, "create", "configmap", "countersign"))
    stage.allowed("elsewhere nothing is protected", stage.kubectl(*EVE, "-n", "shop", "create", "configmap", "countersign"))


def check_policies(stage):
    """What policies of the API can't do, and a file of the API server can."""
    bindings, collection = "validatingadmissionpolicybinding", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
    meta = {"metadata": {"name": "closed"}, "apiVersion": "admissionregistration.k8s.io/v1"}
    rule = {"apiGroups": ["admissionregistration.k8s.io"], "apiVersions": ["*"], "operations": ["*"], "resources": [
        "validatingadmissionpolicybindings", "validatingadmissionpolicies", "mutatingwebhookconfigurations"]}
    closed = {"validations": [{"expression": "false"}], "matchConstraints": {"resourceRules": [rule]}}
    stage.cluster.apply(meta | {"kind": "ValidatingAdmissionPolicy", "spec": closed},
                        meta | {"kind": "ValidatingAdmissionPolicyBinding", "spec": {"policyName": "closed", "validationActions": ["Deny"]}})
    other = lambda: stage.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "new"}}))
    until(10, lambda: other()[0] == 1)
    stage.denied("a policy that denies everything is in force", other(), "ValidatingAdmissionPolicy 'closed'")
    for name in ("closed", DIGEST_POLICY):
        outcome = stage.kubectl(*EVE, "delete", bindings, name)
        if name == "closed":
            stage.allowed("and its own binding can be deleted: no policy of the API is asked", outcome)
        else:
            stage.denied("one that a file of the API server protects can't", outcome, f"{name} is protected: eve is no guardian")
    stage.denied("nor all bindings at once", stage.kubectl(*EVE, "delete", "--raw", collection), " is protected: eve is no guardian")
    stage.denied("nor the policy", stage.kubectl(*EVE, "delete", "validatingadmissionpolicy", DIGEST_POLICY), "is protected: eve is no guardian")
    stage.denied("nor be turned into a remark", patch(stage, EVE, bindings, DIGEST_POLICY, {"spec": {"validationActions": ["Audit"]}}),
                 "is protected: eve is no guardian")
    stage.denied("such a file is for the API server only", stage.kubectl("apply", "--dry-run=server", "-f", VAP / "static"),
                 "are reserved for static manifest-based")
    stage.allowed("a guardian may delete it", stage.kubectl(*GUARDIAN, "delete", bindings, DIGEST_POLICY))


STEPS = (check_types, check_digests, check_together, check_updates, check_registration, check_namespace, check_policies)


def check(world):
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if lacking:
        world.missing("admission policies", f"{', '.join(lacking)} not built (tests/peers/build.sh cluster)")
        return
    folder = world.work / "vap"
    folder.mkdir()
    try:
        stage = Stage(world, folder)
        settings = [stage.library.registry.settings()]
        with Server(world.binary, folder, Certificates(folder / "webhook-pki"), lambda common: world.sections(common, settings)) as server:
            set_up(stage)
            stage.cluster.register(server)
            until(30, lambda: WEBHOOK in stage.run_pod("shop", stage.library.digest("unsigned"))[1])
            for step in STEPS:
                with world.checks.guarded(step.__name__):
                    step(stage)
    finally:
        run(PEERS / "down.sh", folder, ok=None)
