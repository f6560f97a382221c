#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# down.sh WORK [NAME...]: stop the processes started under WORK (all of them, or those named), and no others.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
case ${1:-} in
--help | -h) usage && exit ;;
'') die "usage: down.sh WORK [NAME...]" ;;
esac
work=$1
shift
if [ $# = 0 ]; then
  stop_all "$work"
else
  for name in "$@"; do stop "$work" "$name"; done
fi
