#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""selftest.py ROOT COMPILER CLANG_FORMAT: each check of this folder fails on a planted fault.

For every check a small sound tree passes, and the same tree with one fault makes the check end 1 and name it.
"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import check_limits

HERE = pathlib.Path(__file__).parent
TAG = "// SPDX-License-Identifier: Apache-2.0\n"
REASON = '#define COUNTERSIGN_REASONS(X) X(Internal, "INTERNAL", Us, false, "a fault")\n'
METRIC = "| `countersign_a_total` | counter | `kind`: `good`, `bad` | a |\n"
PAGES = ("configuration.md", "reasons.md", "limits.md", "metrics.md", "notation.md", "not-tested.md", "operation.md", "policy.md", "command-line.md", "checklists/")
SCHEMA = """{"additionalProperties": false, "properties": {"image": {"$ref": "#/$defs/image"}, "rules": {"items": {"type": "object"}}},
"$defs": {"image": {"additionalProperties": false, "properties": {"tag": {"type": "string"}}}}}"""
TEMPLATE = "spec: {crd: {spec: {validation: {openAPIV3Schema: {properties: {provider: {}}}}}}}\n"
ALERT = """groups: [{name: a, rules: [{alert: Failing, expr: 'rate(countersign_a_total{kind="good"}[5m]) > 0', labels: {severity: warning},
  annotations: {summary: a, description: a, runbook: docs/operation.md#alerts}}]}]
"""
VALUES = "## Pods\n\n# How many.\nreplicas: 3\n"
TABLES = ("<!-- values -->\n\n### Pods\n\n| value | default | |\n|---|---|---|\n| `replicas` | `3` | How many. |\n\n<!-- /values -->\n"
          "<!-- ratify -->\n\n| value of Ratify | here |\n|---|---|\n| `a` | taken, and of no effect: b |\n\n<!-- /ratify -->\n")
DOCKERFILE = """# SPDX-License-Identifier: Apache-2.0
FROM debian AS build
COPY tests/install.sh tests/
RUN tests/install.sh build
COPY . .
RUN cmake --preset release -B /build && \\
  cmake --build /build --target countersign
FROM scratch
COPY --from=build /out/ /
USER 65532:65532
ENTRYPOINT ["/countersign"]
"""
BUILDABLE = """# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
project(countersign LANGUAGES NONE)
add_custom_command(OUTPUT made DEPENDS ${PROJECT_SOURCE_DIR}/src/base/a.cpp COMMAND true)
add_custom_target(countersign DEPENDS made)
"""
PASSED = "# SPDX\n*\n!CMakeLists.txt\n!CMakePresets.json\n!src\n!tests/install.sh\n"
WORKFLOW = """on: {push: {branches: [main]}}
permissions: {}
env:
  COUNTERSIGN: a.example/countersign@sha256:%s
jobs:
  sign:
    permissions: {contents: read, id-token: write}
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@%s # v7.0.1
        with: {persist-credentials: false}
      - {name: Sign, run: 'docker run "$COUNTERSIGN" sign --key k "$IMAGE"'}
""" % ("0" * 64, "a" * 40)
PIPELINE = """pr: none
stages:
  - stage: sign
    jobs:
      - job: sign
        timeoutInMinutes: 5
        steps:
          - {checkout: self, persistCredentials: false}
          - task: AzureCLI@2
            displayName: Sign
            inputs:
              inlineScript: |
                set -euo pipefail
                printf %s "$idToken" >"$(id -u)"
"""
BOARD = """{"panels": [{"title": "a", "targets": [{"expr": "countersign_a_total", "legendFormat": ""}]}]}"""


def azure_policy(template=TEMPLATE, used="kinds", source="Base64Encoded", value="provider"):
    names = ["effect", "excludedNamespaces", "namespaces", "labelSelector", "kinds"]
    declared = {name: {"type": "String", "defaultValue": "", "metadata": {"displayName": "a", "description": "a"}} for name in names}
    declared["effect"]["allowedValues"] = ["Deny", "Audit", "Disabled"]
    details = {name: f"[parameters('{name}')]" for name in [*names[1:4], used]}
    info = {"sourceType": source, "content": base64.b64encode(template.encode()).decode()}
    return json.dumps({"properties": {"policyType": "Custom", "mode": "Microsoft.Kubernetes.Data", "parameters": declared, "policyRule": {
        "if": {"field": "type", "in": ["Microsoft.ContainerService/managedClusters"]},
        "then": {"effect": "[parameters('effect')]", "details": details | {"templateInfo": info, "values": {value: 1}}}}}})


SOUND = {
    ".clang-format": "BasedOnStyle: Google\n",
    ".ci/run": "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\necho ok\n",
    "CMakeLists.txt": BUILDABLE,
    "CMakePresets.json": '{"version": 6, "configurePresets": [{"name": "release", "generator": "Ninja"}]}',
    "deploy/Dockerfile": DOCKERFILE,
    "tests/install.sh": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
    ".dockerignore": PASSED,
    "cmake/layers.txt": "base :\ncodec : base\nserver : base\napp : *\n<openssl/> = base\n",
    "include/countersign/base/reason.h": TAG + REASON,
    "include/countersign/base/limits.h": TAG + "#pragma once\n// Of three things.\ninline constexpr int kMost = 3;\n",
    "src/base/a.cpp": TAG + "int a() { return kMost; }\n",
    "tests/unit/base/a_test.cpp": TAG + "// AW-01\nTEST(Base, Counts) { expect(Reason::Internal); }\n",
    "src/app/c.cpp": TAG + 'void c(Section& section) { section.text("listen"); }\n',
    "tests/unit/app/c_test.cpp": TAG,
    "src/app/policy_case.cpp": TAG + 'void p(Section& section) { section.text("expect"); }\n',
    "tests/unit/app/policy_case_test.cpp": TAG,
    "docs/configuration.md": "| key | default |\n|---|---|\n| `listen` | none |\n",
    "docs/reasons.md": "| `INTERNAL` | us | no | a fault | report it | `logs ID` |\n",
    "docs/limits.md": check_limits.page_of([("general", [("kMost", "3", "Of three things.")])]),
    "src/server/m.cpp": TAG + 'void m() { count("countersign_a_total"); }\n',
    "tests/unit/server/m_test.cpp": TAG,
    "docs/metrics.md": METRIC,
    "docs/notation.md": "| topic | proof |\n|---|---|\n| a | `Base.Counts` |\n",
    "docs/checklists/admission.md": "| AW-01 | P0 | tested | a case |\n| AW-02 | P0 | untested | another |\n",
    "docs/not-tested.md": "| AW-02 | a reason |\n",
    "docs/policy.md": "| key | |\n|---|---|\n| `expect` | |\n",
    "docs/README.md": "".join(f"[a]({page})\n" for page in PAGES) + "## A b\n[a](#a-b)\n",
    "README.md": "[all](docs/README.md#a-b) `[no](link)`\n    helm install --set image.tag=1,rules[0].name=a\n",
    "charts/countersign/values.schema.json": SCHEMA,
    "docs/operation.md": "## Alerts\n\nFailing\n",
    "charts/countersign/alerts.yaml": ALERT,
    "charts/countersign/dashboard.json": BOARD,
    "charts/countersign/values.yaml": VALUES,
    "charts/countersign/ratify.yaml": "- {path: a, moot: b}\n",
    "charts/countersign/README.md": TABLES,
    "deploy/gatekeeper/template.yaml": TEMPLATE,
    "deploy/azure-policy/policy.json": azure_policy(),
    "docs/command-line.md": "## sign\n\n  --key FILE\n\n## verify\n\n  --other\n",
    "deploy/ci/github-actions.yml": WORKFLOW,
    "deploy/ci/azure-pipelines.yml": PIPELINE,
}
# check, file, what it becomes, what the check must say
FAULTS = [
    ("check_layers.py", "src/base/a.cpp", TAG + '#include "countersign/codec/json.h"\n', "base may not include codec"),
    ("check_layers.py", "src/codec/b.cpp", TAG + "#include <openssl/evp.h>\n", "belongs to base, not to codec"),
    ("check_layers.py", "src/stray/b.cpp", TAG, "module stray is not in"),
    ("check_mirror.py", "src/base/b.cpp", TAG, "has no tests/unit/base/b_test.cpp"),
    ("check_mirror.py", "tests/unit/base/b_test.cpp", TAG, "mirrors no source"),
    ("check_headers.py", "include/countersign/base/b.h", TAG + "#pragma once\nstd::string b();\n", "does not compile alone"),
    ("check_format.py", "src/base/a.cpp", TAG + "int  a( ) {return 1;}\n", "src/base/a.cpp:2"),
    ("check_licence.py", "src/base/a.cpp", "int a();\n", "src/base/a.cpp: no"),
    ("check_reasons.py", "docs/reasons.md", "| `INTERNAL` | author | no | a fault |\n", "docs/reasons.md lacks"),
    ("check_reasons.py", "docs/reasons.md", SOUND["docs/reasons.md"] + "| `OLD` | us | no | x |\n", "docs/reasons.md has ('OLD'"),
    ("check_reasons.py", "docs/reasons.md", "| `INTERNAL` | us | no | a fault | `a` | |\n", "has no command for INTERNAL"),
    ("check_reasons.py", "tests/unit/base/a_test.cpp", TAG + "// AW-01\nTEST(Base, Counts) {}\n", "no test expects INTERNAL"),
    ("check_limits.py", "docs/limits.md", "nothing\n", "docs/limits.md differs"),
    ("check_limits.py", "src/base/a.cpp", TAG, "kMost: used nowhere"),
    ("check_limits.py", "include/countersign/base/limits.h", "inline constexpr int kMost = 3;\n", "kMost: no reason above it"),
    ("check_metrics.py", "docs/metrics.md", "nothing\n", "lacks countersign_a_total"),
    ("check_metrics.py", "src/server/m.cpp", TAG, "has countersign_a_total, which nothing"),
    ("check_metrics.py", "docs/metrics.md", METRIC.replace("counter |", "gauge |"), "countersign_a_total is no gauge"),
    ("check_metrics.py", "docs/metrics.md", METRIC + METRIC, "countersign_a_total stands twice"),
    ("check_configuration.py", "docs/configuration.md", "nothing\n", "lacks `listen`"),
    ("check_configuration.py", "docs/configuration.md", "| key |\n|---|\n| `listen` |\n| `old` |\n", "has `old`"),
    ("check_shell.sh", ".ci/run", "#!/usr/bin/env bash\n# SPDX\nrm $1\n", "SC2086"),
    ("check_divergences.py", "docs/notation.md", "| topic | proof |\n|---|---|\n| a | `Base.Lost` |\n", "Base.Lost is neither"),
    ("check_divergences.py", "docs/notation.md", "| topic | proof |\n|---|---|\n| a | none |\n", "no proof of a"),
    ("check_divergences.py", "docs/notation.md", "nothing\n", "no table with proofs"),
    ("check_checklists.py", "tests/unit/base/a_test.cpp", TAG + "// AW-01 AW-77\n", "names AW-77, which no page"),
    ("check_checklists.py", "tests/unit/base/a_test.cpp", TAG + "// AW-01 AW-02\n", "whose row says untested"),
    ("check_checklists.py", "tests/unit/base/a_test.cpp", TAG, "AW-01 is said to be tested"),
    ("check_configuration.py", "docs/policy.md", "nothing\n", "docs/policy.md lacks `expect`"),
    ("check_checklists.py", "docs/not-tested.md", "nothing\n", "docs/not-tested.md lacks a reason"),
    ("check_checklists.py", "docs/checklists/b.md", "| AW-03 | P0 | open | a case |\n", "AW-03 is open"),
    ("check_checklists.py", "docs/checklists/b.md", "| AW-01 | P0 | tested | a case |\n", "stands twice"),
    ("check_docs.py", "docs/policy.md", "[a](lost.md)\n", "docs/policy.md: lost.md leads to nothing"),
    ("check_docs.py", "docs/policy.md", "[a](README.md#lost)\n", "README.md#lost: no heading"),
    ("check_docs.py", "docs/policy.md", "[a](../../b.md)\n", "leads out of the repository"),
    ("check_docs.py", "docs/stray.md", "nothing\n", "does not link stray.md"),
    ("check_docs.py", "docs/policy.md", "    helm upgrade --set image.tga=1\n", "--set image.tga: the chart has no such value"),
    ("check_docs.py", "docs/policy.md", "`--set-string image.tag.a=1`\n", "--set image.tag.a: the chart has no such value"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("_a_", "_b_"), "Failing: there is no metric countersign_b_total"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("kind=", "colour="), "countersign_a_total has no label colour"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace('"good"', '"lost"'), "kind of countersign_a_total is never lost"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("rate(", "sum by (colour) ("), "no metric of it has the label colour"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("summary: a", "summary: '{{ $labels.colour }}'"), "has the label colour"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("description: a,", ""), "no description"),
    ("check_alerts.py", "charts/countersign/alerts.yaml", ALERT.replace("warning", "bad"), "severity is none of"),
    ("check_alerts.py", "docs/operation.md", "## Alerts\n", "no section of a page that names it"),
    ("check_alerts.py", "charts/countersign/dashboard.json", BOARD.replace("_a_", "_b_"), "panel a: there is no metric countersign_b_total"),
    ("check_alerts.py", "charts/countersign/dashboard.json", BOARD.replace('""', '"{{colour}}"'), "panel a: no metric of it has the label colour"),
    ("check_chart_readme.py", "charts/countersign/values.yaml", VALUES.replace("many", "few"), "README.md is not what the chart says"),
    ("check_chart_readme.py", "charts/countersign/values.yaml", VALUES.replace("# How many.\n", ""), "replicas has no comment"),
    ("check_chart_readme.py", "charts/countersign/ratify.yaml", "- {path: b, moot: b}\n", "README.md is not what the chart says"),
    ("check_azure_policy.py", "deploy/gatekeeper/template.yaml", TEMPLATE + "# new\n", "run deploy/azure-policy/embed.py"),
    ("check_azure_policy.py", "deploy/azure-policy/policy.json", azure_policy(used="kind"), "parameter kind is used, but not declared"),
    ("check_azure_policy.py", "deploy/azure-policy/policy.json", azure_policy(used="effect"), "parameter kinds is not used"),
    ("check_azure_policy.py", "deploy/azure-policy/policy.json", azure_policy(source="PublicURL"), "the template is not in it"),
    ("check_azure_policy.py", "deploy/azure-policy/policy.json", azure_policy(value="lost"), "the template has no parameter lost"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("a" * 40, "v7"), "actions/checkout@v7: not pinned"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace(" # v7.0.1", ""), "no version beside it"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("permissions: {}", "permissions: read-all"), "some for all jobs"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("contents: read", "contents: write"), "sign: more rights"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("    permissions: {contents: read, id-token: write}\n", ""), "more rights"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("on: {push", "on: {pull_request_target"), "runs for strangers"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace('"$IMAGE"', '"${{ github.ref }}"'), "Sign: an expression"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace('"$IMAGE"', "$IMAGE"), "SC2086"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("--key", "--kye"), "countersign sign has no option --kye"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("@sha256:", ":v"), "not named by its digest"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("    timeout-minutes: 5\n", ""), "no limit of time"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW.replace("credentials: false", "credentials: true"), "leaves its credentials"),
    ("check_ci.py", "deploy/ci/github-actions.yml", WORKFLOW + "# password: x\n", "password: a secret"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("pr: none", "pr: [main]"), "runs for strangers"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("AzureCLI@2", "Other@1"), "Other@1: not a known task"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("$(id -u)", "$(Build.SourceBranch)"), "Sign: an expression"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("set -euo pipefail", "set -e"), "Sign: goes on after a failure"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("Credentials: false", "Credentials: true"), "leaves its credentials"),
    ("check_ci.py", "deploy/ci/azure-pipelines.yml", PIPELINE.replace("        timeoutInMinutes: 5\n", ""), "no limit of time"),
    ("check_dockerfile.py", "deploy/Dockerfile", DOCKERFILE.replace("USER 65532:65532", "USER nonroot"), "runs as root, or as a name"),
    ("check_dockerfile.py", "deploy/Dockerfile", DOCKERFILE.replace('["/countersign"]', "/countersign"), "without a shell"),
    ("check_dockerfile.py", "deploy/Dockerfile", DOCKERFILE.replace("install.sh build", "instal.sh build"), "tests/instal.sh is not there"),
    ("check_dockerfile.py", "deploy/Dockerfile", DOCKERFILE.replace("--preset release", "--preset other"), "cmake says"),
    ("check_dockerfile.py", ".dockerignore", PASSED.replace("!src\n", ""), "ninja says"),
    ("check_dockerfile.py", ".dockerignore", PASSED.replace("!tests/install.sh\n", ""), ".dockerignore does not let it through"),
]


def plant(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def run(check, root, tools):
    command = [HERE / check, root, *tools.get(check, [])]
    if check.endswith(".py"):
        command.insert(0, sys.executable)
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def weak_binary_is_found(compiler):
    with tempfile.TemporaryDirectory() as folder:
        binary = pathlib.Path(folder) / "weak"
        subprocess.run([compiler, "-x", "c++", "-", "-no-pie", "-Wl,-z,lazy,-z,execstack", "-o", str(binary)],
                       input="int main() {}", text=True, check=True, capture_output=True)
        code, output = run("check_elf.py", binary, {})
    wanted = ("not position independent", "no full RELRO", "executable stack", "no stack protector", "no fortified calls",
              "no control-flow protection")
    missing = [fault for fault in wanted if fault not in output]
    print(f"FAIL check_elf.py: does not find {missing}" if missing or code != 1 else "ok   check_elf.py: a weak binary")
    return code == 1 and not missing


def main():
    _, _, compiler, clang_format = sys.argv
    tools = {"check_headers.py": [compiler], "check_format.py": [clang_format]}
    failed = 0
    for check, name, text, expected in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            plant(root, SOUND)
            sound, said = run(check, root, tools)
            plant(root, {name: text})
            code, output = run(check, root, tools)
        if sound != 0:
            print(f"FAIL {check}: refuses the sound tree: {said}")
        elif code != 1 or expected not in output:
            print(f"FAIL {check}: {name}: ends {code} without \"{expected}\":\n{output}")
        else:
            print(f"ok   {check}: {expected}")
            continue
        failed += 1
    checks = {path.name for path in HERE.glob("check_*")} - {check for check, *_ in FAULTS} - {"check_elf.py"}
    failed += not weak_binary_is_found(compiler)
    for check in sorted(checks):
        print(f"FAIL {check} has no planted fault")
    return 1 if failed or checks else 0


if __name__ == "__main__":
    sys.exit(main())
