# SPDX-License-Identifier: Apache-2.0
"""The examples of deploy/ci, read as their services read them: the steps in their order, each a script and its environment. What is
not read here (another expression, another kind of step) is an error, not skipped."""
import dataclasses
import re

import yaml

PLACE = re.compile(r"\$\{\{ *(.+?) *\}\}")
MACRO = re.compile(r"\$\(([\w.]+)\)")
OUTPUT = re.compile(r"^##vso\[task\.setvariable variable=(\w+);isOutput=true;isReadOnly=true\](.*)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Step:
    """A step with a script. `shell`: how the service starts it; `client` is whom it is logged in as."""
    job: str
    name: str
    script: str
    shell: tuple
    environment: dict
    client: str
    always: bool = False


class Actions:
    """A workflow of GitHub. `context` has what the service knows: "vars.NAME", "github.NAME"."""

    ACTIONS = ("actions/checkout", "azure/login")
    SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")

    def __init__(self, file, context):
        self.document = yaml.load(file.read_text(), yaml.BaseLoader)
        self.context, self.identity = dict(context), ""

    def filled(self, text):
        return PLACE.sub(lambda place: self.context[place[1]], text)

    def steps(self):
        """One after the other: an output of one may stand in the next."""
        for name, job in self.document["jobs"].items():
            base = {key: self.filled(value) for key, value in (self.document["env"] | job["env"]).items()}
            self.context |= {f"env.{key}": value for key, value in base.items()}
            client = ""
            for step in job["steps"]:
                if "uses" in step:
                    action = step["uses"].partition("@")[0]
                    assert action in self.ACTIONS, step
                    client = self.filled(step["with"]["client-id"]) if action == "azure/login" else client
                    continue
                own = {key: self.filled(value) for key, value in step.get("env", {}).items()}
                self.identity = step.get("id", "")
                yield Step(name, step["name"], step["run"], self.SHELL, base | own, client, step.get("if") == "always()")
            for output, value in job.get("outputs", {}).items():
                self.context[f"needs.{name}.outputs.{output}"] = self.filled(value)

    def heard(self, _said, outputs):
        """What the step just run has left in $GITHUB_OUTPUT."""
        for line in outputs.splitlines():
            key, _, value = line.partition("=")
            self.context[f"steps.{self.identity}.outputs.{key}"] = value


class Pipeline:
    """A pipeline of Azure Pipelines. `context` has the predefined variables; `clients` whom a service connection stands for."""

    SHELL = ("bash",)

    def __init__(self, file, context, clients):
        self.document = yaml.load(file.read_text(), yaml.BaseLoader)
        self.context, self.clients, self.place = dict(context), clients, ("", "")

    def filled(self, text):
        return MACRO.sub(lambda macro: self.context[macro[1]], text)

    def steps(self):
        self.context |= self.document["variables"]
        for stage in self.document["stages"]:
            for name, value in stage.get("variables", {}).items():
                self.context[name] = self.context[re.fullmatch(r"\$\[ (.+) \]", value)[1]]
            for job in stage["jobs"]:
                for step in job["steps"]:
                    if "checkout" in step:
                        continue
                    assert step["task"] == "AzureCLI@2", step
                    inputs = step["inputs"]
                    client = self.clients[inputs["azureSubscription"]]
                    own = {key: self.filled(value) for key, value in step["env"].items()}
                    if inputs.get("addSpnToEnvironment") == "true":
                        own |= {"tenantId": self.context["tenant"], "servicePrincipalId": client, "idToken": self.context["token"]}
                    self.place = f"stageDependencies.{stage['stage']}.{job['job']}.outputs", step.get("name", "")
                    yield Step(stage["stage"], step["displayName"], inputs["inlineScript"], self.SHELL, own, client)

    def heard(self, said, _outputs):
        where, step = self.place
        for name, value in OUTPUT.findall(said):
            self.context[f"{where}['{step}.{name}']"] = self.context[f"{step}.{name}"] = value
