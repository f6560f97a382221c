#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assemble.py PROGRAM OUT: the files of the container image, out of a program and the Debian system that it was built on.

OUT/root is the image's root: the stripped program, the shared libraries that it loads, CA certificates, two users, the
licences of all that, what vulnerability scanners read of dpkg, and the bill of materials. OUT/debug has the debug
symbols, to be unpacked where a debugger looks for them. Every time of a file is SOURCE_DATE_EPOCH.
"""
import hashlib
import os
import pathlib
import re
import shutil
import sys

import dpkg
import sbom

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = pathlib.Path("usr/bin/countersign")
# What of the headers that the program is made of comes as headers only, and so is inside of it.
BUILT_IN = ("libboost1.74-dev", "libcli11-dev", "nlohmann-json3-dev")
# The Boost licence asks for no copy of itself beside machine code; Debian's file of it is 2 MB.
WITHOUT_COPY = {"libboost1.74-dev"}
# Versions that close what is known to be exploitable of the libraries that parse what strangers send.
FLOORS = {"libssl3": "3.0.21", "libcurl4": "7.88.1-10+deb12u15"}
USERS = (("root", 0), ("nonroot", 65532))
BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")  # the one that Debian's libcurl reads


def copy(file, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def add_program(program, root, debug):
    """The program without its symbols, which go to where its build id leads a debugger."""
    target = root / PROGRAM
    target.parent.mkdir(parents=True)
    build_id = re.search(r"Build ID: ([0-9a-f]+)", dpkg.output("readelf", "--notes", program))[1]
    symbols = debug / "usr/lib/debug/.build-id" / build_id[:2] / f"{build_id[2:]}.debug"
    symbols.parent.mkdir(parents=True)
    dpkg.output("objcopy", "--only-keep-debug", program, symbols)
    dpkg.output("objcopy", "--strip-all", program, target)
    target.chmod(0o755)
    version = dpkg.output(program, "--version").split()[-1]
    return {"version": version, "sha256": hashlib.sha256(target.read_bytes()).hexdigest()}


def in_usr(path):
    """/lib and /lib64 are links into /usr, here and in the image."""
    return path if path.parts[1] == "usr" else pathlib.Path("/usr", *path.parts[1:])


def add_libraries(program, root, packages):
    for link, file in dpkg.libraries(program):
        add_file(file, root, packages, "linked").chmod(0o755)
        link = in_usr(link)
        if link != file:
            target = root / link.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(os.path.relpath(file, link.parent))
    for name in ("lib", "lib64"):
        if (root / "usr" / name).exists():
            (root / name).symlink_to(f"usr/{name}")


def add_file(file, root, packages, role, owner=None):
    name = owner or dpkg.owner(file)
    if name not in packages:
        packages[name] = dpkg.package(name, role)
    packages[name].files.append(str(file))
    target = root / file.relative_to("/")
    copy(file, target)
    return target


def add_settings(root, packages):
    # RC2 in PKCS#12 files of Key Vault comes from OpenSSL's legacy module, which it loads by its path.
    legacy = pathlib.Path(re.search(r'"(.*)"', dpkg.output("openssl", "version", "-m"))[1], "legacy.so")
    add_file(legacy, root, packages, "linked")
    add_file(BUNDLE, root, packages, "data", "ca-certificates")
    add_file(pathlib.Path("/usr/lib/os-release"), root, packages, "data")
    (root / "etc/os-release").symlink_to("../usr/lib/os-release")
    (root / "etc/nsswitch.conf").write_text("hosts: files dns\n")
    (root / "etc/passwd").write_text("".join(f"{name}:x:{uid}:{uid}:{name}:/:/usr/sbin/nologin\n" for name, uid in USERS))
    (root / "etc/group").write_text("".join(f"{name}:x:{gid}:\n" for name, gid in USERS))


def add_papers(root, packages):
    """Licences, and each package's own stanza of dpkg's status where scanners look in images without dpkg."""
    copy(HERE.parent.parent / "LICENSE", root / "usr/share/doc/countersign/copyright")
    common = set()
    stanzas = root / "var/lib/dpkg/status.d"
    stanzas.mkdir(parents=True)
    for package in packages:
        if package.name not in WITHOUT_COPY:
            copy(package.copyright, root / package.copyright.relative_to("/"))
            text = package.copyright.read_text(errors="replace")
            common |= set(re.findall(r"/usr/share/common-licenses/([\w.+-]*\w)", text))
        if package.files:
            (stanzas / package.name).write_text(dpkg.status(package.name))
    for name in sorted(common):
        licence = pathlib.Path("/usr/share/common-licenses", name)
        if licence.exists():
            copy(licence, root / licence.relative_to("/"))


def too_old(packages):
    for name, floor in FLOORS.items():
        if not dpkg.at_least(packages[name].version, floor):
            yield f"{name} {packages[name].version} is older than {floor}"


def settle(folder, epoch):
    """The same modes and times wherever and whenever the image is made."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n", maxsplit=1)[0])
    program, out = pathlib.Path(sys.argv[1]).resolve(strict=True), pathlib.Path(sys.argv[2])
    root, debug, epoch = out / "root", out / "debug", int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    packages = {}
    facts = add_program(program, root, debug)
    add_libraries(program, root, packages)
    add_settings(root, packages)
    old = list(too_old(packages))
    if old:
        sys.exit("assemble: " + "; ".join(old))
    packages |= {name: dpkg.package(name, "built in") for name in BUILT_IN}
    contained = [packages[name] for name in sorted(packages)]
    add_papers(root, contained)
    sbom.write(root / "usr/share/sbom", facts, contained, epoch)
    for folder in (root, debug):
        settle(folder, epoch)
    print(f"assemble: countersign {facts['version']}, {len(contained)} packages")


if __name__ == "__main__":
    sys.exit(main())
