# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/kubernetes.md: each `$ curl ...` is run against the demo, and prints what the page shows. And each
`$ countersign ... --help` of docs/command-line.md, which shows every command."""
import json
import re
import shlex
import subprocess

from stack import PEERS, Server

ROOT = PEERS.parent.parent
PAGES = ("docs/kubernetes.md",)
HELP = ROOT / "docs/command-line.md"


def demo(common):
    """deploy/demo/countersign.yaml from here."""
    folder = ROOT / "deploy/demo"
    return common | {
        "admission": {"default": "deny", "rules": [{"name": "signed-only", "images": ["demo.local/**"], "action": "verify"}]},
        "trustPolicy": {"file": str(folder / "trustpolicy.json")},
        "trustStores": [{"name": "ca:demo", "source": "files", "paths": [str(folder / "trust/demo.pem")]}],
        "registries": [{"host": "demo.local", "ociLayout": str(folder / "layout")}]}


def examples(page):
    """(command, what it prints) of each block that begins with `$ curl`."""
    for block in re.findall(r"^```(?:console)?\n\$ (curl .*?)^```", page, re.MULTILINE | re.DOTALL):
        command, shown = re.match(r"((?:.*\\\n)*.*\n)([\s\S]*)", block).groups()
        yield command.replace("\\\n", " "), shown


def printed(command, server):
    """What the command prints here; the page's own paths and port are the demo's."""
    words = shlex.split(command.partition("|")[0])
    words = [word.replace("https://localhost:8443", f"https://localhost:{server.port}") for word in words]
    words = [str(server.ca) if word == "tls/ca.crt" else word for word in words]
    done = subprocess.run([*words, "--noproxy", "*"], capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout if done.returncode == 0 else f"curl {done.returncode}: {done.stderr}"


def helps(binary, command=""):
    """What the program says of itself and of every command that is no group of others."""
    said = subprocess.run([binary, *command.split(), "--help"], capture_output=True, text=True, check=False).stdout
    group = re.search(r"^Subcommands:\n((?:  .*(?:\n|$))+)", said, re.MULTILINE)
    below = {}
    for name in re.findall(r"^  (\w+)", group[1], re.MULTILINE) if group else []:
        below |= helps(binary, f"{command} {name}".strip())
    return below | ({command: said} if not group or not command else {})


def check_help(world):
    shown = dict(re.findall(r"^```console\n\$ countersign (.*?) ?--help\n(.*?)^```", HELP.read_text(), re.MULTILINE | re.DOTALL))
    found = helps(world.binary)
    world.checks.equal("docs/command-line.md shows every command, and no other", sorted(shown), sorted(found))
    for command, said in sorted(found.items()):
        world.checks.equal(f"docs/command-line.md: {command or 'the program'}", shown.get(command, "").splitlines(), said.rstrip("\n").splitlines())


def check(world):  # AW-125
    check_help(world)
    work = world.work / "documents"
    work.mkdir()
    with Server(world.binary, work, world.certificates, demo) as server:
        for name in PAGES:
            found = list(examples((ROOT / name).read_text()))
            verdicts = set()
            for command, shown in found:
                answer = printed(command, server)
                try:
                    document = json.loads(answer)
                except ValueError:
                    document = None
                # The page pipes it through `python3 -m json.tool`.
                example = re.search(r"@\S+", command)[0]
                world.checks.equal(f"{name}: the example {example}", json.dumps(document, indent=4).splitlines(), shown.splitlines())
                verdicts.add(document and document["response"]["allowed"])
            world.checks.equal(f"{name} shows one that is allowed and one that is not", verdicts, {True, False})
