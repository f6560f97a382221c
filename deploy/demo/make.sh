#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make.sh: make the demo's images, signature, trust store and reviews again, with the real oras and Notation CLI
# (tests/peers/build.sh notation oras). The results are committed, so only who changes the demo needs this. The
# signing key is thrown away: nobody can sign for the demo afterwards.
#
#   layout               OCI image layout; tag "signed" has a Notation signature (COSE), tag "unsigned" has none
#   trust/demo.pem       the signer's certificate: RSA 2048, self-signed, as Azure Key Vault makes it
#   signed.json, unsigned.json   AdmissionReviews of a pod with that image, as the API server sends them
#
#   --help               this text
# shellcheck source=../../tests/peers/lib.sh
. "$(dirname "$0")/../../tests/peers/lib.sh"
case ${1:-} in
'') ;;
--help | -h) usage && exit ;;
*) die "unknown argument $1 (see --help)" ;;
esac
for program in oras notation openssl; do
  command -v $program >/dev/null || die "$program is missing; tests/peers/build.sh builds oras and notation"
done

cd "$(dirname "$0")"
layout=layout
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image() { # TAG: a whole image whose only layer is a file that says hello
  local epoch='--mtime=@0 --owner=0 --group=0 --numeric-owner'
  mkdir -p "$work/$1/root"
  echo "Hello, I am $1." >"$work/$1/root/hello.txt"
  # shellcheck disable=SC2086 # a list of flags
  tar $epoch -C "$work/$1/root" -cf "$work/$1/layer.tar" hello.txt
  cat >"$work/$1/config.json" <<JSON
{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:$(
    sha256sum "$work/$1/layer.tar" | cut -d' ' -f1)"]}}
JSON
  gzip -n "$work/$1/layer.tar"
  (cd "$work/$1" && oras push --no-tty --oci-layout "$OLDPWD/$layout:$1" --config config.json:application/vnd.oci.image.config.v1+json \
    --annotation org.opencontainers.image.created=2026-01-01T00:00:00Z layer.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip >&2)
  oras resolve --oci-layout "$layout:$1"
}

signer() { # the certificate that Key Vault makes for issuer "Self", with a longer life than it allows
  cat >"$work/signer.cnf" <<'CNF'
[req]
prompt = no
distinguished_name = name
x509_extensions = signer
[name]
C = NL
ST = Noord-Holland
O = Countersign demo
CN = demo.countersign.example
[signer]
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CNF
  mkdir -p trust
  openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -config "$work/signer.cnf" -keyout "$work/signer.key" \
    -out trust/demo.pem 2>/dev/null
}

sign() { # DIGEST
  mkdir -p "$work/notation"
  cat >"$work/notation/signingkeys.json" <<JSON
{"keys": [{"name": "demo", "keyPath": "$work/signer.key", "certPath": "$PWD/trust/demo.pem"}]}
JSON
  NOTATION_EXPERIMENTAL=1 NOTATION_CONFIG=$work/notation \
    notation sign --oci-layout --signature-format cose --key demo "$layout@$1"
}

review() { # TAG
  cat >"$1.json" <<JSON
{
  "kind": "AdmissionReview",
  "apiVersion": "admission.k8s.io/v1",
  "request": {
    "uid": "$(cat /proc/sys/kernel/random/uuid)",
    "kind": {"group": "", "version": "v1", "kind": "Pod"},
    "resource": {"group": "", "version": "v1", "resource": "pods"},
    "requestKind": {"group": "", "version": "v1", "kind": "Pod"},
    "requestResource": {"group": "", "version": "v1", "resource": "pods"},
    "name": "hello",
    "namespace": "default",
    "operation": "CREATE",
    "userInfo": {"username": "demo", "groups": ["system:authenticated"]},
    "object": {
      "kind": "Pod",
      "apiVersion": "v1",
      "metadata": {"name": "hello", "namespace": "default"},
      "spec": {"containers": [{"name": "hello", "image": "demo.local/demo/hello:$1"}]}
    },
    "oldObject": null,
    "dryRun": false,
    "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"}
  }
}
JSON
}

rm -rf layout trust
mkdir -p "$layout"
signed=$(image signed)
image unsigned >"$work/unsigned.digest"
signer
sign "$signed"
rm -rf "$layout/ingest"
review signed
review unsigned
find layout trust -type f
