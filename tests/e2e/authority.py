# SPDX-License-Identifier: Apache-2.0
"""Certificate authorities by openssl, and what they answer over HTTP on loopback: revocation lists, OCSP, timestamps."""
import base64
import datetime
import functools
import http.server
import threading
import urllib.parse

from stack import run

KEYS = {"rsa2048": ("RSA", "rsa_keygen_bits:2048"), "rsa3072": ("RSA", "rsa_keygen_bits:3072"),
        "rsa4096": ("RSA", "rsa_keygen_bits:4096"), "p256": ("EC", "ec_paramgen_curve:P-256"),
        "p384": ("EC", "ec_paramgen_curve:P-384"), "p521": ("EC", "ec_paramgen_curve:P-521")}

WEAK_KEYS = {"rsa1024": ("RSA", "rsa_keygen_bits:1024"), "rsa2560": ("RSA", "rsa_keygen_bits:2560"),
             "p224": ("EC", "ec_paramgen_curve:P-224"), "secp256k1": ("EC", "ec_paramgen_curve:secp256k1")}

AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
CODE_SIGNING = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"
TIMESTAMPING = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
OCSP_SIGNING = ("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\n"
                "noCheck=ignored\n")

CONFIG = """[ca]
default_ca = authority
[authority]
database = {folder}/{name}.db
crlnumber = {folder}/{name}.number
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
[any]
countryName = optional
stateOrProvinceName = optional
organizationName = optional
commonName = supplied
"""


def openssl(*words, **options):
    return run("openssl", *words, **options)


def in_seconds(number):
    return f"{datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=number):%Y%m%d%H%M%SZ}"


def crl_at(url):
    return f"crlDistributionPoints=URI:{url}\n"


def ocsp_at(url):
    return f"authorityInfoAccess=OCSP;URI:{url}\n"


class Authority:
    """`<name>.crt` and `.key` in `folder`; whatever it issues is there too, and `<name>.chain` is leaf first."""

    def __init__(self, folder, name, issuer=None, extensions=""):
        self.folder, self.name = folder, name
        folder.mkdir(exist_ok=True)
        self.config = folder / f"{name}.cnf"
        self.config.write_text(CONFIG.format(folder=folder, name=name))
        (folder / f"{name}.db").touch()
        (folder / f"{name}.number").write_text("01\n")
        (issuer or self).issue(name, "p256", AUTHORITY + extensions, selfsign=issuer is None)
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"

    def issue(self, name, key, extensions, selfsign=False, lifetime=None, options=()):
        """The chain's file. Begins an hour ago: a timestamp says when, more or less. `lifetime` is in seconds from now; `options`
        are those of `openssl ca`."""
        file = lambda kind: self.folder / f"{name}.{kind}"
        algorithm, option = (KEYS | WEAK_KEYS)[key]
        openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", file("key"))
        openssl("req", "-new", "-key", file("key"), "-subj", f"/C=NL/ST=Test/O=Peers/CN={name}", "-out", file("csr"))
        file("ext").write_text(extensions)
        dates = ["-startdate", in_seconds(-3600)] + (["-enddate", in_seconds(lifetime)] if lifetime else [])
        self._ca("-in", file("csr"), "-out", file("crt"), "-extfile", file("ext"), *dates, *options,
                 *(["-selfsign", "-keyfile", file("key")] if selfsign else self._signing()))
        above = "" if selfsign else (self.folder / f"{self.name}.chain").read_text()
        file("chain").write_text(file("crt").read_text() + above)
        return file("chain")

    def revoke(self, name):
        self._ca("-revoke", self.folder / f"{name}.crt", *self._signing())

    def write_list(self):
        """`<name>.crl`, DER, of what is revoked so far."""
        pem = self.folder / f"{self.name}.crl.pem"
        self._ca("-gencrl", "-out", pem, *self._signing())
        openssl("crl", "-in", pem, "-outform", "DER", "-out", self.folder / f"{self.name}.crl")

    def _signing(self):
        return ["-cert", self.folder / f"{self.name}.crt", "-keyfile", self.folder / f"{self.name}.key"]

    def _ca(self, *words):
        openssl("ca", "-batch", "-notext", "-config", self.config, *words)


class Loopback(http.server.ThreadingHTTPServer):
    """A server on 127.0.0.1, port 0, while the `with` lasts."""
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Files(Loopback):
    """Serves a folder, for revocation lists."""

    def __init__(self, folder):
        super().__init__(functools.partial(QuietFiles, directory=str(folder)))


class ToolHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):  # OCSP only: the request is in the path
        self.answer(base64.b64decode(urllib.parse.unquote(self.path[1:])))

    def answer(self, request):
        reply = self.server.answer(request)
        self.send_response(200)
        self.send_header("Content-Type", self.server.media_type)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class ToolServer(Loopback):
    """Has each request answered by a run of openssl, one at a time. (`openssl ocsp -port` would listen everywhere.)"""
    media_type = ""

    def __init__(self, authority, name):
        """`name` is the certificate that signs the answers, issued by `authority`."""
        super().__init__(ToolHandler)
        self.authority, self.folder, self.name = authority, authority.folder, name
        self.one_at_a_time = threading.Lock()

    def answer(self, request):
        with self.one_at_a_time:
            question, reply = self.folder / f"{self.name}.question", self.folder / f"{self.name}.reply"
            question.write_bytes(request)
            openssl(*self.command(question, reply))
            return reply.read_bytes()

    def command(self, question, reply):
        raise NotImplementedError


STAMP_CONFIG = """[tsa]
default_tsa = stamp
[stamp]
serial = {folder}/{name}.serial
signer_cert = {folder}/{name}.crt
signer_key = {folder}/{name}.key
certs = {folder}/{name}.chain
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class StampServer(ToolServer):
    media_type = "application/timestamp-reply"

    def __init__(self, authority, name):
        super().__init__(authority, name)
        self.config = self.folder / f"{name}.tsa"
        self.config.write_text(STAMP_CONFIG.format(folder=self.folder, name=name))
        (self.folder / f"{name}.serial").write_text("01\n")

    def command(self, question, reply):
        return "ts", "-reply", "-config", self.config, "-queryfile", question, "-out", reply


class OcspServer(ToolServer):
    media_type = "application/ocsp-response"

    def command(self, question, reply):
        return ("ocsp", "-index", self.folder / f"{self.authority.name}.db", "-CA", self.authority.certificate,
                "-rsigner", self.folder / f"{self.name}.crt", "-rkey", self.folder / f"{self.name}.key", "-ndays", "1",
                "-reqin", question, "-respout", reply)
