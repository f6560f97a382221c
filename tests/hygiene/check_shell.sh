#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_shell.sh ROOT: shellcheck finds nothing in any shell script.
set -euo pipefail
root=${1:?usage: check_shell.sh ROOT}
cd "$root"
mapfile -t scripts < <(
  find tests deploy bench charts .ci -type f -not -path 'tests/data/*' 2>/dev/null |
    while read -r file; do
      case $file in *.sh) echo "$file" ;; *) head -c 64 "$file" | head -n 1 | grep -aqE '^#!.*\b(ba)?sh$' && echo "$file" ;; esac
    done | sort
)
((${#scripts[@]} > 0)) || { echo "no scripts under $root"; exit 1; }
shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
echo "shell: ${#scripts[@]} scripts ok"
