# SPDX-License-Identifier: Apache-2.0
"""The part "azure": workload identity, Key Vault and Container Registry as scripted_azure.py plays them, with the real
Notation, real registries and the vault peer; the program's own checks of names stay as they are in production."""
import shutil

import azure_hostile
import azure_identities
import azure_online
import azure_outages
import azure_secrecy
import azure_stores
from azure_world import AzureWorld
from stack import PEERS, run

STEPS = (("images by Key Vault's certificates", (
             azure_stores.check_admission, azure_stores.check_environment, azure_stores.check_command_line)),
         ("certificates of a vault", (
             azure_stores.check_selections, lambda stage: azure_stores.check_rotation(stage, "secrets"),
             lambda stage: azure_stores.check_rotation(stage, "certificates"))),
         ("vaults that fail", (
             azure_outages.check_faults, azure_outages.check_staleness, azure_outages.check_start, azure_outages.check_required,
             azure_outages.check_under_load)),
         ("identities", (
             azure_identities.check_managed, azure_identities.check_propagation, azure_identities.check_principal,
             azure_identities.check_token_file, azure_identities.check_refusals)),
         ("who wants our tokens", (
             azure_hostile.check_vault, azure_hostile.check_spoofed, azure_hostile.check_identity, azure_hostile.check_registry,
             azure_hostile.check_names, azure_hostile.check_family, azure_hostile.check_configurations)),
         ("config check --online", (azure_online.check,)),
         ("what was said", (azure_secrecy.check_words,)))


def check(world):
    if not shutil.which("vault"):
        world.missing("Azure", "vault not built (tests/peers/build.sh vault)")
        return
    try:
        with AzureWorld(world) as stage:
            for title, steps in STEPS:
                world.checks.part(f"Azure: {title}")
                for step in steps:
                    with world.checks.guarded(f"{title}: {getattr(step, '__name__', title)}"):
                        step(stage)
                    stage.azure.restore()
            world.checks.check("Azure: every request of the whole part was well-formed", stage.azure.problems())
            stage.azure.leaks()
            world.checks.check("Azure: no token went astray in the whole part", stage.azure.astray)
    finally:
        run(PEERS / "down.sh", world.work / "azure", ok=None)
