# SPDX-License-Identifier: Apache-2.0
"""What the image says of itself, and which files it has."""
import os
import pathlib
import platform
import re
import stat
import subprocess
import sys

from container import image_config

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HYGIENE = ROOT / "tests/hygiene"
MOST_BYTES = 40 * 1000 * 1000
SHELLS = re.compile(r"(ba|da|a|z|c|k|fi)?sh|busybox|toybox|apt(-.*)?|dpkg(-.*)?|apk|rpm|python.*|perl.*|env|coreutils|curl|openssl")
LABELS = ("title", "description", "licenses", "version", "revision")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def check_config(world, config):
    settings, checks = config["config"], world.checks
    uid = settings.get("User", "").partition(":")[0]
    checks.check("the user is a number, and not root", "" if uid.isdigit() and int(uid) >= 10000 else repr(settings.get("User")))
    checks.equal("entrypoint", settings.get("Entrypoint"), ["/usr/bin/countersign"])
    checks.equal("arguments", settings.get("Cmd"), ["--help"])
    checks.equal("environment", settings.get("Env"), ["PATH=/usr/bin"])
    checks.equal("platform", (config["os"], config["architecture"]), ("linux", MACHINES[platform.machine()]))
    labels = settings.get("Labels", {})
    missing = [name for name in LABELS if not labels.get(f"org.opencontainers.image.{name}")]
    checks.check("labels", [f"no {name}" for name in missing])
    checks.equal("no other label", len(labels), len(LABELS))


def described(path, root):
    return f"/{path.relative_to(root)}"


def faults(path, root):
    """What must not be: of one file of the image."""
    found = path.lstat()
    name = described(path, root)
    if (found.st_uid, found.st_gid) != (0, 0):
        yield f"{name} belongs to {found.st_uid}:{found.st_gid}"
    if path.is_symlink():
        # All of ours are relative: an absolute one would be looked up outside of the image.
        if os.readlink(path).startswith("/") or not path.exists() or not path.resolve().is_relative_to(root.resolve()):
            yield f"{name} leads nowhere"
    elif not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        yield f"{name} is no file"
    elif found.st_mode & 0o7022:
        yield f"{name} has mode {stat.S_IMODE(found.st_mode):o}"
    if SHELLS.fullmatch(path.name) and "status.d" not in path.parts and not path.is_dir():
        yield f"{name} is a shell or a tool"


def programs(root):
    """Files that the kernel would run, but for shared libraries."""
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o111 and ".so" not in path.name:
            yield described(path, root)


def check_files(world, root):
    checks = world.checks
    files = [root, *root.rglob("*")]
    checks.check("only root owns files, nobody else writes them, none is setuid, a device, a shell or a tool",
                 [fault for path in files for fault in faults(path, root)])
    checks.equal("one program", list(programs(root)), ["/usr/bin/countersign"])
    checks.equal("one time", len({path.lstat().st_mtime for path in files if path != root}), 1)
    size = sum(path.lstat().st_size for path in files if not path.is_dir())
    checks.check(f"{size / 1e6:.1f} MB unpacked", "" if size < MOST_BYTES else f"more than {MOST_BYTES} bytes")
    passwd = (root / "etc/passwd").read_text().splitlines()
    checks.equal("the user has a name and no shell", [line for line in passwd if ":65532:" in line],
                 ["nonroot:x:65532:65532:nonroot:/:/usr/sbin/nologin"])


def check_program(world, root):
    program = root / "usr/bin/countersign"
    for name, file in (("as it was given", world.binary), ("in the image", program)):  # SUP-04
        done = subprocess.run([sys.executable, HYGIENE / "check_elf.py", file], text=True, capture_output=True, check=False)
        world.checks.check(f"the program {name} is hardened", "" if done.returncode == 0 else done.stdout.strip())
    sections = subprocess.run(["readelf", "--wide", "--sections", program], text=True, capture_output=True, check=True).stdout
    world.checks.check("no symbols in the image", [name for name in (".symtab", ".debug_info") if name in sections])
    notes = [subprocess.run(["readelf", "--notes", file], text=True, capture_output=True, check=True).stdout
             for file in (program, world.binary)]
    world.checks.equal("its build id leads to the symbols", *(re.search(r"Build ID: (\w+)", each)[1] for each in notes))
    world.checks.check("no folder of who compiled it", str(ROOT) if str(ROOT).encode() in program.read_bytes() else "")


def check(world):
    root = world.image / "rootfs"
    check_config(world, image_config(world.image))
    check_files(world, root)
    check_program(world, root)
    world.checks.equal("built again: the same image", world.digest(world.again), world.digest(world.image))  # SUP-10
