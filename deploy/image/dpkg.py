# SPDX-License-Identifier: Apache-2.0
"""What Debian knows about the files of this system: the package of a file, its version, its source and its licence."""
import dataclasses
import os
import pathlib
import re
import subprocess

FIELDS = ("Package", "Version", "Architecture", "source:Package", "source:Version")


@dataclasses.dataclass
class Package:
    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    role: str  # linked, built in or data
    files: list = dataclasses.field(default_factory=list)  # where they are in the image; of headers there are none

    @property
    def copyright(self):
        return pathlib.Path("/usr/share/doc", self.name, "copyright")

    @property
    def licences(self):
        """The names that the copyright file gives to its licences; Debian's, which are not always those of SPDX."""
        names = re.findall(r"^License:[ \t]*(\S.*?)[ \t]*$", self.copyright.read_text(errors="replace"), re.MULTILINE)
        return sorted(set(names))

    @property
    def url(self):
        """As scanners name it: https://github.com/package-url."""
        version = self.version.replace("+", "%2B").replace(":", "%3A")
        return f"pkg:deb/debian/{self.name}@{version}?arch={self.architecture}&distro=debian-{debian_version()}"


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                          env=os.environ | {"LC_ALL": "C.UTF-8"}).stdout


def debian_version():
    return re.search(r'^VERSION_ID="?([^"\n]+)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)[1]


def package(name, role):
    form = "\\n".join(f"${{{field}}}" for field in FIELDS)
    return Package(*output("dpkg-query", "--show", f"--showformat={form}", name).split("\n"), role)


def status(name):
    """What dpkg keeps about an installed package."""
    return output("dpkg-query", "--status", name)


def at_least(version, floor):
    return subprocess.run(["dpkg", "--compare-versions", version, "ge", floor], check=False).returncode == 0


def owner(file):
    """The name of the package that `file` came with. dpkg may know it by the path from before /lib became /usr/lib."""
    for path in (file, pathlib.Path("/", *file.parts[2:])):
        found = subprocess.run(["dpkg-query", "--search", path], check=False, capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise LookupError(f"no package has {file}")


def libraries(program):
    """The shared libraries that `program` loads, the loader among them, as it names them: (link, file)."""
    listing = output("ldd", program)
    if "not found" in listing:
        raise LookupError(f"{program}: a library is missing: {listing}")
    for name in sorted(re.findall(r"(?:=> )?(/\S+) \(0x", listing)):
        yield pathlib.Path(name), pathlib.Path(name).resolve(strict=True)
