# SPDX-License-Identifier: Apache-2.0
"""The part "signing": `countersign sign`, the plugin `notation-azure-kv`, `keys generate` and `certificate check`, with the real
Notation CLI, real registries of both kinds, layouts, the vault peer and a time stamping authority on loopback."""
import shutil

import signing_crowd
import signing_faults
import signing_matrix
import signing_stamps
import signing_toolbox
from signing_world import SigningWorld
from stack import PEERS, run

STEPS = (("every format, algorithm, key and place", signing_matrix.check),
         ("timestamps, expiry, metadata", signing_stamps.check),
         ("many at once", signing_crowd.check),
         ("what must not be signed, or can't", signing_faults.check),
         ("the toolbox", signing_toolbox.check))


def check(world):
    if not shutil.which("vault"):
        world.missing("signing", "vault not built (tests/peers/build.sh vault)")
        return
    try:
        with SigningWorld(world) as stage:
            for title, step in STEPS:
                world.checks.part(f"signing: {title}")
                stage.register_keys()
                with world.checks.guarded(title):
                    step(stage)
                stage.azure.restore()
            world.checks.check("signing: every request to Azure was well-formed", stage.azure.problems())
    finally:
        run(PEERS / "down.sh", world.work / "signing", ok=None)
