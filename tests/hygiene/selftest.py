#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""selftest.py ROOT COMPILER CLANG_FORMAT: each check of this folder fails on a planted fault.

For every check a small sound tree passes, and the same tree with one fault makes the check end 1 and name it.
"""
import pathlib
import subprocess
import sys
import tempfile

import check_limits

HERE = pathlib.Path(__file__).parent
TAG = "// SPDX-License-Identifier: Apache-2.0\n"
REASON = '#define COUNTERSIGN_REASONS(X) X(Internal, "INTERNAL", Us, false, "a fault")\n'
METRIC = "| `countersign_a_total` | counter | none | a |\n"
SOUND = {
    ".clang-format": "BasedOnStyle: Google\n",
    ".ci/run": "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\necho ok\n",
    "CMakeLists.txt": "# SPDX-License-Identifier: Apache-2.0\n",
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
    "docs/reasons.md": "| `INTERNAL` | us | no | a fault |\n",
    "docs/limits.md": check_limits.page_of([("general", [("kMost", "3", "Of three things.")])]),
    "src/server/m.cpp": TAG + 'void m() { count("countersign_a_total"); }\n',
    "tests/unit/server/m_test.cpp": TAG,
    "docs/metrics.md": METRIC,
    "docs/notation.md": "| topic | proof |\n|---|---|\n| a | `Base.Counts` |\n",
    "docs/checklists/admission.md": "| AW-01 | P0 | tested | a case |\n| AW-02 | P0 | untested | another |\n",
    "docs/not-tested.md": "| AW-02 | a reason |\n",
    "docs/policy.md": "| key | |\n|---|---|\n| `expect` | |\n",
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
    ("check_reasons.py", "tests/unit/base/a_test.cpp", TAG + "// AW-01\nTEST(Base, Counts) {}\n", "no test expects INTERNAL"),
    ("check_limits.py", "docs/limits.md", "nothing\n", "docs/limits.md differs"),
    ("check_limits.py", "src/base/a.cpp", TAG, "kMost: used nowhere"),
    ("check_limits.py", "include/countersign/base/limits.h", "inline constexpr int kMost = 3;\n", "kMost: no reason above it"),
    ("check_metrics.py", "docs/metrics.md", "nothing\n", "lacks countersign_a_total"),
    ("check_metrics.py", "src/server/m.cpp", TAG, "has countersign_a_total, which nothing"),
    ("check_metrics.py", "docs/metrics.md", "| `countersign_a_total` | gauge | none | a |\n", "countersign_a_total is no gauge"),
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
    wanted = ("not position independent", "no full RELRO", "executable stack", "no stack protector", "no fortified calls")
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
