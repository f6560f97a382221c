# SPDX-License-Identifier: Apache-2.0
"""A kubelet for one Deployment: runs its container's command as a process, from the files of the image, as the pod's user, with
ConfigMaps, Secrets and tokens as files that change as a kubelet changes them. Where AKS has webhooks that change pods, it does what the
one of Azure Workload Identity does."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import urllib.error
import urllib.request

from stack import run, until

MOUNTED = r"""
set -e
root=$1 owner=$2 volumes=$3
shift 3
mount --make-rprivate /
while IFS=' ' read -r source target; do
  mkdir -p "$root$target"
  mount --bind "$source" "$root$target"
done <"$volumes"
exec chroot --userspec="$owner" "$root" "$@"
"""
AZURE = {"volume": "/var/run/secrets/azure/tokens", "file": "azure-identity-token", "audience": "api://AzureADTokenExchange",
         "authority": "https://login.microsoftonline.com/"}


def image_of(binary, folder):
    """The files of an image that has nothing but the program and what it needs, for when the real one was not built."""
    def add(file):
        place = folder / str(file).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    for line in run("ldd", binary).stdout.splitlines():
        for word in line.split():
            if word.startswith("/"):
                add(word)
    modules = pathlib.Path(run("openssl", "version", "-m").stdout.split('"')[1])
    add(modules / "legacy.so")
    shutil.copy(binary, folder / "countersign")
    for name in ("etc", "tmp", "dev", "var/run"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return "/countersign"


def write_atomically(folder, files):
    """As the kubelet: a new folder, and a link that is swapped. Whether anything is new."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "..data"
    old = {file.name: file.read_bytes() for file in link.iterdir()} if link.exists() else None
    if old == files:
        return False
    number = len([each for each in folder.iterdir() if each.name.startswith("..v")])
    real = folder / f"..v{number}"
    real.mkdir()
    for name, content in files.items():
        (real / name).write_bytes(content)
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    (folder / "..new").symlink_to(real.name)
    (folder / "..new").rename(link)
    return True


class Pod:
    """`kubectl` runs one; `image` is the folder with the files, `program` where the program is in it."""

    def __init__(self, kubectl, namespace, deployment, image, program, api):
        self.kubectl, self.namespace, self.deployment = kubectl, namespace, deployment
        self.image, self.program, self.api = image, program, api
        self.folder = image.parent / "pod"
        self.process = self.template = None
        self.folder.mkdir(exist_ok=True)

    def get(self, kind, name):
        return json.loads(self.kubectl("get", kind, name, "-n", self.namespace, "-o", "json").stdout)

    def token(self, audience=None):
        words = ["create", "token", self.template["spec"]["serviceAccountName"], "-n", self.namespace]
        return self.kubectl(*words, *(["--audience", audience] if audience else [])).stdout.strip().encode()

    def content_of(self, volume):
        if "configMap" in volume:
            return {name: text.encode() for name, text in self.get("configmap", volume["configMap"]["name"])["data"].items()}
        if "secret" in volume:
            return {name: base64.b64decode(text) for name, text in self.get("secret", volume["secret"]["secretName"])["data"].items()}
        files = {}
        for source in volume["projected"]["sources"]:
            if "serviceAccountToken" in source:
                known = self.folder / "volumes" / volume["name"] / source["serviceAccountToken"]["path"]
                files[known.name] = known.read_bytes() if known.exists() else self.token()
            else:
                files |= {name: text.encode() for name, text in self.get("configmap", source["configMap"]["name"])["data"].items()}
        return files

    def sync(self):
        """What changed in the cluster, changes in the files."""
        for volume in self.template["spec"]["volumes"]:
            if "emptyDir" not in volume:
                write_atomically(self.folder / "volumes" / volume["name"], self.content_of(volume))

    def identity(self):
        """What the webhook of Azure Workload Identity adds to a pod that asks for it."""
        account = self.get("serviceaccount", self.template["spec"]["serviceAccountName"])
        if self.template["metadata"]["labels"].get("azure.workload.identity/use") != "true":
            return {}, []
        folder = self.folder / "volumes/azure-identity-token"
        write_atomically(folder, {AZURE["file"]: self.token(AZURE["audience"])})
        marks = account["metadata"]["annotations"]
        return {"AZURE_CLIENT_ID": marks["azure.workload.identity/client-id"],
                "AZURE_TENANT_ID": marks["azure.workload.identity/tenant-id"], "AZURE_AUTHORITY_HOST": AZURE["authority"],
                "AZURE_FEDERATED_TOKEN_FILE": f"{AZURE['volume']}/{AZURE['file']}"}, [(folder, AZURE["volume"])]

    def start(self):
        self.template = self.get("deployment", self.deployment)["spec"]["template"]
        container, = self.template["spec"]["containers"]
        self.sync()
        added, mounts = self.identity()
        mounts += [(self.folder / "volumes" / each["name"], each["mountPath"]) for each in container["volumeMounts"]]
        for folder, _ in mounts:
            folder.mkdir(parents=True, exist_ok=True)
        listing = self.folder / "mounts"
        listing.write_text("".join(f"{folder} {place}\n" for folder, place in mounts))
        user = self.template["spec"]["securityContext"]
        environment = {each["name"]: each["value"] for each in container.get("env", [])} | added
        environment |= {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(self.api)}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "bash", "-c", MOUNTED, "mounted", self.image, f"{user['runAsUser']}:{user['runAsGroup']}", listing,
                 self.program, *container["args"]], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def roll(self):
        """Another process when the template is another; whether it is."""
        fresh = self.get("deployment", self.deployment)["spec"]["template"]
        if fresh == self.template:
            self.sync()
            return False
        self.stop()
        self.start()
        return True

    def ready(self):
        container, = self.template["spec"]["containers"]
        port = next(each["containerPort"] for each in container["ports"] if each["name"] == "admin")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{container['readinessProbe']['httpGet']['path']}", timeout=1) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def wait_ready(self, seconds=30):
        if not until(seconds, self.ready):
            raise RuntimeError(f"the pod is not ready after {seconds} s: {self.log()[-1500:]}")

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def readable_by_pod(self):
        """Its user is nobody here: the way to its files must be open."""
        for folder in (self.folder, *self.folder.parents):
            if folder.stat().st_uid == os.getuid() and folder != pathlib.Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
