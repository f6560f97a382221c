#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vault-up.sh [OPTIONS] WORK NAME PORT: start Key Vault and Entra's token endpoint on https://127.0.0.1:PORT, and the
# instance metadata service on http://127.0.0.1:PORT+1. Each host name it is asked by is a vault of its own. All is in
# memory. Returns when it answers; down.sh WORK stops it. The certificate (of the authority WORK/pki/ca.crt) is also good
# for *.vault.azure.net and login.microsoftonline.com.
#
#   --page-size N      most entries on a page of a list; 25
#   --audience URL     of the tokens that the vault takes; https://vault.azure.net
#   --tenant ID        that the vault's challenge names
#   --help             this text
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

flags=()
while [ $# -gt 0 ]; do
  case $1 in
  --page-size | --audience | --tenant) flags+=("$1" "${2:?$1 needs a value}") && shift ;;
  --help | -h) usage && exit ;;
  -*) die "no option is called $1 (--help lists them)" ;;
  *) break ;;
  esac
  shift
done
[ $# = 3 ] || die "usage: vault-up.sh [OPTIONS] WORK NAME PORT"
mkdir -p "$1"
work=$(cd "$1" && pwd) name=$2 port=$3
pki=$work/pki
make_ca "$pki"
make_cert "$pki" vault /CN=vault 'IP:127.0.0.1,DNS:localhost,DNS:*.vault.azure.net,DNS:login.microsoftonline.com'
command -v vault >/dev/null || die "vault is missing; tests/peers/build.sh vault builds it"
start "$work" "$name" vault --addr "127.0.0.1:$port" --imds-addr "127.0.0.1:$((port + 1))" "${flags[@]}" \
  --tls-cert "$pki/vault.crt" --tls-key "$pki/vault.key"
wait_for "$work" "$name" curl -sf --cacert "$pki/ca.crt" "https://127.0.0.1:$port/"
