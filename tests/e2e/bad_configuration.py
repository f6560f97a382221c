# SPDX-License-Identifier: Apache-2.0
"""Configurations that can't be used: `serve` ends with 2 and a sentence that names file and place."""
import socket

from stack import run


def yaml_of(world, *, listen=None, certificate=None, key=None, extra=""):
    good_certificate, good_key = world.certificates.issue("webhook")
    return f"""version: 1
server:
  listen: "{listen or '127.0.0.1:0'}"
  tls: {{certificate: {certificate or good_certificate}, key: {key or good_key}}}
  admin: {{listen: "127.0.0.1:0"}}
admission:
  default: deny
  rules:
    - {{name: all, action: verify}}
trustPolicy: {{file: {world.work}/notation/trustpolicy.json}}
trustStores:
  - {{name: "ca:trusted", source: files, paths: [{world.work}/signers/vault.crt]}}
registries:
  - {{host: registry.example}}
{extra}"""


def cases(world):
    """(name, text of the file, what the message must name: words, and the line or None)"""
    expired, expired_key = world.certificates.issue("expired", days=-1)
    other, _ = world.certificates.issue("other")
    good = yaml_of(world)
    yield "an unknown key", good + "serverr: {}\n", ["serverr"], good.count("\n") + 1
    yield "an unknown key deep inside", good.replace("action: verify", "acton: verify"), ["acton"], 9
    yield "a key twice", good + "version: 1\n", ["version"], good.count("\n") + 1
    yield "broken YAML", good + "log: level: info\n", [], good.count("\n") + 1
    yield "a list where a map belongs", good.replace('{listen: "127.0.0.1:0"}', "[1, 2]"), ["admin"], 5
    yield "an unknown action", good.replace("action: verify", "action: perhaps"), ["perhaps"], 9
    yield "another version", good.replace("version: 1", "version: 7"), ["version"], 1
    yield "no version", good.replace("version: 1\n", ""), ["version"], None
    yield "an empty file", "", [], None
    yield "a trust policy that is not there", good.replace("trustpolicy.json", "nothing.json"), ["nothing.json"], None
    yield "a trust store file that is not there", good.replace("vault.crt", "nothing.crt"), ["nothing.crt"], None
    yield "a trust store that holds a key", good.replace("vault.crt", "vault.key"), ["vault.key"], None
    yield "no certificate file", yaml_of(world, certificate="/nowhere/tls.crt"), ["/nowhere/tls.crt"], None
    yield "an expired certificate", yaml_of(world, certificate=expired, key=expired_key), ["expired"], None
    yield "a key that is not the certificate's", yaml_of(world, certificate=other), ["key"], None
    yield "an address that is none", yaml_of(world, listen="nonsense"), ["nonsense"], None


def judge(done, file, words, line):
    text = done.stderr
    wrong = [] if done.returncode == 2 else [f"exit {done.returncode}"]
    wrong += [f"{word!r} is not named" for word in words if word.lower() not in text.lower()]
    if line is not None and f"{file}:{line}" not in text:
        wrong.append(f"{file.name}:{line} is not named")
    if "terminate called" in text or "what()" in text:
        wrong.append("an exception came through")
    if not text.strip():
        wrong.append("no message")
    return wrong + ([text.strip()[-400:]] if wrong else [])


def serve(world, file):
    return run("timeout", 10, world.binary, "serve", "--config", file, ok=None, cwd=world.work)


def check(world):
    file = world.work / "broken.yaml"
    for name, text, words, line in cases(world):
        file.write_text(text)
        world.checks.check(f"{name} ends with 2", judge(serve(world, file), file, words, line))
    missing = world.work / "missing.yaml"
    world.checks.check("a file that is not there ends with 2", judge(serve(world, missing), missing, ["missing.yaml"], None))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file.write_text(yaml_of(world, listen=f"127.0.0.1:{port}"))
        world.checks.check("a port in use ends with 2", judge(serve(world, file), file, [str(port)], None))
    done = run(world.binary, "serve", "--config", file, "--nonsense", ok=None)
    world.checks.check("an unknown option ends with 2", judge(done, file, ["nonsense"], None))
