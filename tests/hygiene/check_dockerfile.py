#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_dockerfile.py ROOT: the build stage of deploy/Dockerfile has what it needs.

What it copies and calls is there, and .dockerignore lets it through. With these files alone, and nothing else of the repository,
its preset configures, and every source of its target is there (ninja's dry run; compiling is the part `compile` of tests/run.sh).
The image that comes out runs as nobody, by a program and not by a shell's line."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FILE = "deploy/Dockerfile"
CALLED = re.compile(r"(?:tests|deploy)/[\w./-]+")


def let_through(root):
    """The paths that .dockerignore names after `*`, as far as they exist; other forms are not read here."""
    lines = [line for line in (root / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*" and all(line.startswith(("!", "**/")) for line in lines[1:]), "a form of .dockerignore that is not read here"
    return [line[1:] for line in lines if line.startswith("!")]


def instructions(text):
    """(word, rest) of each, lines joined."""
    plain = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    return [tuple(line.split(None, 1)) for line in plain.replace("\\\n", " ").splitlines() if line.strip()]


def copied(lines):
    return {word for name, rest in lines if name == "COPY" and "--from" not in rest for word in rest.split()[:-1] if word != "."}


def missing(root, lines):
    called = {word for name, rest in lines if name == "RUN" for word in CALLED.findall(rest)}
    for path in sorted(copied(lines) | called):
        if not (root / path).exists():
            yield f"{path} is not there"
        elif not any(pathlib.PurePath(each) in (pathlib.PurePath(path), *pathlib.PurePath(path).parents) for each in let_through(root)):
            yield f"{path}: .dockerignore does not let it through"


def runs_as_nobody(lines):
    last = lines[max(number for number, (name, _) in enumerate(lines) if name == "FROM"):]
    user = [rest for name, rest in last if name == "USER"]
    if not user or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user[-1]):
        yield "the image runs as root, or as a name that a cluster can't tell from root"
    if not any(name == "ENTRYPOINT" and rest.startswith("[") for name, rest in last):
        yield "no program that is started without a shell"


def configured(root, lines):
    text = " ".join(rest for name, rest in lines if name == "RUN")
    preset, target = re.search(r"--preset (\S+)", text), re.search(r"--target (\w+)", text)
    if not preset or not target:
        yield "it names no preset or no target"
        return
    with tempfile.TemporaryDirectory() as name:
        context, build = pathlib.Path(name, "src"), pathlib.Path(name, "build")
        for path in let_through(root):
            if (root / path).is_dir():
                shutil.copytree(root / path, context / path, dirs_exist_ok=True)
            elif (root / path).exists():
                (context / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / path, context / path)
        for command in (["cmake", "--preset", preset[1], "-S", context, "-B", build], ["ninja", "-C", build, "-n", target[1]]):
            done = subprocess.run(list(map(str, command)), cwd=context, text=True, capture_output=True, check=False)
            if done.returncode:
                yield f"with what .dockerignore lets through, {command[0]} says: {(done.stdout + done.stderr).strip()[-600:]}"
                return


def faults(root):
    lines = instructions((root / FILE).read_text())
    found = [*missing(root, lines), *runs_as_nobody(lines)]
    yield from found or configured(root, lines)


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(f"{FILE}: {fault}" for fault in found) or "dockerfile: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
