#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# registry-up.sh [OPTIONS] WORK NAME PORT: start a registry on 127.0.0.1:PORT, with its data in WORK/NAME.
# Returns when it answers; down.sh WORK stops it.
#
#   --kind olareg        referrers API; the default
#   --kind ggcr          the same, in memory, with unfiltered and unordered lists
#   --kind distribution  no referrers API: clients fall back to the referrers tag
#   --kind debian        the same at version 2.8
#   --no-referrers       olareg and ggcr without the referrers API
#   --tls                HTTPS, with a certificate of the authority WORK/pki/ca.crt
#   --auth basic         user tester, password secret
#   --auth bearer        the same, by way of a token server on PORT+1
#   --help               this text
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

kind=olareg auth=none scheme=http referrers=true
while [ $# -gt 0 ]; do
  case $1 in
  --kind) kind=${2:?--kind needs a value} && shift ;;
  --auth) auth=${2:?--auth needs a value} && shift ;;
  --tls) scheme=https ;;
  --no-referrers) referrers=false ;;
  --help | -h) usage && exit ;;
  -*) die "no option is called $1 (--help lists them)" ;;
  *) break ;;
  esac
  shift
done
[ $# = 3 ] || die "usage: registry-up.sh [OPTIONS] WORK NAME PORT"
mkdir -p "$1"
work=$(cd "$1" && pwd) name=$2 port=$3
pki=$work/pki
mkdir -p "$work/$name"
make_ca "$pki"

# What ociregistry takes as flags, distribution takes as a file.
flags=(--addr "127.0.0.1:$port" --dir "$work/$name" --referrers="$referrers")
http="addr: '127.0.0.1:$port', secret: peers" access=''
token_server=(--port $((port + 1)) --cert "$pki/token.crt" --key "$pki/token.key")

if [ $scheme = https ]; then
  make_cert "$pki" registry /CN=registry IP:127.0.0.1,DNS:localhost
  http+=", tls: {certificate: $pki/registry.crt, key: $pki/registry.key}"
  flags+=(--tls-cert "$pki/registry.crt" --tls-key "$pki/registry.key")
  token_server+=(--tls "$pki/registry.crt" "$pki/registry.key")
fi
case $auth in
none) ;;
basic)
  # shellcheck disable=SC2016 # Perl's variables; 22 characters of salt, because bcrypt wants them
  perl -e 'print "tester:", crypt("secret", "\$2y\$05\$" . "peers" x 4 . "pu"), "\n"' >"$work/$name.htpasswd"
  access="auth: {htpasswd: {realm: peers, path: $work/$name.htpasswd}}"
  flags+=(--htpasswd "$work/$name.htpasswd")
  ;;
bearer)
  if [ ! -f "$pki/token.crt" ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=tokens \
      -keyout "$pki/token.key" -out "$pki/token.crt" 2>/dev/null
  fi
  realm=$scheme://127.0.0.1:$((port + 1))/token
  access="auth: {token: {realm: '$realm', service: peers, issuer: peers, rootcertbundle: $pki/token.crt}}"
  flags+=(--token-realm "$realm" --token-root "$pki/token.crt")
  start "$work" "$name-token" python3 "$peers_dir/token-server.py" "${token_server[@]}"
  ;;
*) die "--auth is basic or bearer, not $auth" ;;
esac
case $kind in
olareg | ggcr) command=(ociregistry --engine "$kind" "${flags[@]}") ;;
distribution) command=(registry serve "$work/$name.yml") ;;
debian) command=(docker-registry serve "$work/$name.yml") ;;
*) die "--kind is olareg, ggcr, distribution or debian, not $kind" ;;
esac
cat >"$work/$name.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $work/$name}, delete: {enabled: true}}
http: {$http}
$access
YAML
command -v "${command[0]}" >/dev/null || die "${command[0]} is missing; tests/peers/build.sh default builds it"
start "$work" "$name" env OTEL_TRACES_EXPORTER=none "${command[@]}"
wait_for "$work" "$name" curl -s --cacert "$pki/ca.crt" "$scheme://127.0.0.1:$port/v2/"
if [ "$auth" = bearer ]; then
  wait_for "$work" "$name-token" curl -s --cacert "$pki/ca.crt" "$scheme://127.0.0.1:$((port + 1))/"
fi
