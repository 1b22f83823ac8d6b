#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tyr: run graded tests of Arm Mali CSF kernel drivers. Start with "./harness.sh help".
# Everything it does is in harness/, one concern a file; docs/harness.md is the manual.
set -euo pipefail

TYR_ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
export TYR_ROOT

# These files hold functions and constants only, so their order does not matter.
for file in "$TYR_ROOT"/harness/*.sh; do
	# shellcheck source=/dev/null
	source "$file"
done
unset file

main "$@"
