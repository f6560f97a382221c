# SPDX-License-Identifier: Apache-2.0
"""Vaults that fail: what was good stays good for as long as was said, then nothing is trusted; nobody need start anything
again."""
import signal
import time

import recorder
import scripted_vault
from azure_world import LONG, PATIENCE, decide, recovered, reload, settles, started, store, unsaid
from recorder import json_answer
from reviews import ALLOWED
from scripted_azure import REGISTRY, SECOND, VAULT
from stack import until
from steady_load import Load, Question, problems_of

STALE, EMPTY, UNTRUSTED = "TRUST_STORE_STALE", "TRUST_STORE_EMPTY", "UNTRUSTED"
MOST = 12  # seconds that a store may be old, in the test of just that

# (name, fault, what the log must say). Each hits the item `signer` alone.
FAULTS = (
    ("403 by role", scripted_vault.forbidden("ForbiddenByRbac"), ["Key Vault Secrets User", "KEY_VAULT_DENIED"]),
    ("403 by access policy", scripted_vault.forbidden("AccessDenied"), ["access polic", "KEY_VAULT_DENIED"]),
    ("403 by firewall", scripted_vault.forbidden("ForbiddenByFirewall"), ["network|firewall", "KEY_VAULT_DENIED"]),
    ("403 by private endpoint", scripted_vault.forbidden("ForbiddenByConnection"), ["private endpoint|private link", "KEY_VAULT_DENIED"]),
    ("403 of something on the way", recorder.html(403), ["403", "KEY_VAULT_DENIED"]),
    ("404 of something on the way", recorder.html(404), ["404", "KEY_VAULT_UNAVAILABLE"]),
    ("429 with a time", scripted_vault.throttled(**{"Retry-After": "1"}), ["429|limits our requests", "KEY_VAULT_UNAVAILABLE"]),
    ("429 without one", scripted_vault.throttled(), ["429|limits our requests", "KEY_VAULT_UNAVAILABLE"]),
    ("500", scripted_vault.failure(500, "InternalServerError", "x"), ["500", "KEY_VAULT_UNAVAILABLE"]),
    ("503", recorder.status(503), ["503", "KEY_VAULT_UNAVAILABLE"]),
    ("no answer", recorder.drop, ["KEY_VAULT_UNAVAILABLE"]),
    ("HTML for an answer", recorder.html(), ["KEY_VAULT_UNAVAILABLE|BAD_CONFIG"]),
    ("a secret without a certificate", lambda _server, _heard: json_answer(200, {
        "value": "x", "contentType": "application/x-pem-file", "id": f"https://{VAULT}/secrets/signer/{'0' * 32}",
        "attributes": {"enabled": True}}), ["BAD_CONFIG"]),
    ("401 for good", scripted_vault.challenge("https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999"),
     ["KEY_VAULT_DENIED", "99999999-9999-9999-9999-999999999999"]),
)


def two_vaults(stage, **more):
    """`shop/web` is judged by the first vault's certificates, `shop/second` by the second's."""
    return stage.configuration([store("signer", "made", **more), store("signer", vault=SECOND, name="ca:second")],
                               statements=[(f"{REGISTRY}/shop/second", "ca:second"), ("*", "ca:vault")])


def check_faults(stage):
    """Each item has a status of its own, and so has each vault."""
    other = stage.reference("other", repository="shop/second")
    with stage.server("faults", two_vaults(stage)) as server:
        stage.checks.check("two vaults, both well", decide(server, stage.reference("vault"), ALLOWED) + decide(server, other, ALLOWED))
        for name, fault, words in FAULTS:
            mark = len(server.log())
            with stage.front.failing(fault, only="/signer"):
                reload(server)
                problems = unsaid(server, mark, words)
                problems += decide(server, stage.reference("vault"), ALLOWED)
                problems += [f"another item: {problem}" for problem in decide(server, stage.reference("created"), ALLOWED)]
                problems += [f"another vault: {problem}" for problem in decide(server, other, ALLOWED)]
                problems += [] if server.ready() else ["not ready"]
            stage.checks.check(f"a vault with {name}: the last good certificates count, the log says why, nothing else suffers",
                               problems + recovered(server, "signer"))
        check_slow(stage, server)
        check_half(stage, server, other)


def check_slow(stage, server):
    """AKV-12."""
    mark, reloads = len(stage.front.heard), server.log().count('"reloaded"')
    with stage.front.failing(recorder.slow(30)):
        server.process.send_signal(signal.SIGHUP)
        until(PATIENCE, lambda: len(stage.front.heard) > mark)
        began = time.monotonic()
        problems = decide(server, stage.reference("vault"), ALLOWED)
        took = time.monotonic() - began
        problems += [] if len(stage.front.heard) > mark else ["the vault was not asked"]
        stage.checks.check("a vault that takes 30 s holds up no decision", problems + ([f"it took {took:.1f} s"] if took > 3 else []))
    stage.front.closing.set()  # lets it go
    until(LONG, lambda: server.log().count('"reloaded"') > reloads)
    stage.front.closing.clear()


def check_half(stage, server, other):
    """AKV-13: a vault that is gone altogether, and one that is there."""
    stage.front.down()
    reload(server)
    stage.checks.check("one vault of two is down: both are believed", decide(server, stage.reference("vault"), ALLOWED)
                       + decide(server, other, ALLOWED))
    stage.second.import_certificate("signer", stage.signers.pem("second"))
    reload(server)
    stage.checks.check("the other is still followed", settles(server, other, UNTRUSTED))
    stage.second.import_certificate("signer", stage.signers.pem("other"))
    stage.front.up()
    stage.checks.check("both are back", recovered(server, "signer") + settles(server, other, ALLOWED))


def check_staleness(stage):
    """AKV-03, AZ-29: the last good certificates count for `maxStale`, and no longer; age and failure can be seen."""
    age = lambda: [value for labels, value in server.metrics("countersign_trust_store_age_seconds") if labels == {"store": "ca:vault"}]
    failing = lambda: [value for _, value in server.metrics("countersign_trust_store_failing_items")]
    reference = stage.reference("vault")
    with stage.server("staleness", stage.configuration([store("signer", refresh="60s", maxStale=f"{MOST}s")])) as server:
        reload(server)
        began = time.monotonic()
        stage.front.down()
        reload(server)
        stage.checks.check("a vault that is killed: the image is admitted still", decide(server, reference, ALLOWED))
        stage.checks.equal("the item that fails is counted", failing(), [1.0])
        young = age()
        if not until(MOST + PATIENCE, lambda: not server.ready()):
            stage.checks.check("a store that is too old is not ready", "it is ready")
        took = time.monotonic() - began
        stage.checks.check("not before its time, and not much after it", "" if MOST - 2 <= took <= MOST + 4 else f"after {took:.1f} s")
        stage.checks.check("then the image is denied", decide(server, reference, STALE))
        old = age()
        stage.checks.check("the gauge shows the age", "" if young and old and young[0] < MOST <= old[0] else f"{young}, then {old}")
        stage.checks.equal("/livez is content", server.probe("/livez").status, 200)
        stage.checks.check("/readyz names the store", [] if "ca:vault" in server.probe("/readyz").body else [server.probe("/readyz").body])
        stage.front.up()
        stage.checks.check("the vault is back: ready by itself", [] if until(LONG, server.ready) else [server.log()[-300:]])
        stage.checks.check("and the image is admitted", decide(server, reference, ALLOWED))


def check_start(stage):
    """AKV-01, AKV-02."""
    reference = stage.reference("vault")
    stage.front.down()
    with started(stage.server("start", stage.configuration([store("signer", refresh="60s")]))) as server:
        stage.checks.check("a vault that is down at the start: alive",
                           [] if until(LONG, lambda: server.probe("/livez").status == 200) else [server.log()[-300:]])
        stage.checks.equal("not ready", server.probe("/readyz").status, 503)
        stage.checks.check("every image is denied", decide(server, reference, EMPTY))
        stage.front.up()
        stage.checks.check("then the vault is up: ready by itself", [] if until(LONG, server.ready) else [server.log()[-300:]])
        stage.checks.check("and the image is admitted", decide(server, reference, ALLOWED))


def check_required(stage):
    """AKV-07: what is required, and what is not."""
    for required, status in ((False, 200), (True, 503)):
        stores = [store("signer", {"name": "absent", "required": required})]
        with started(stage.server(f"required-{required}", stage.configuration(stores))) as server:
            until(LONG, lambda: server.probe("/readyz").status == status)
            word = "required" if required else "not required"
            stage.checks.equal(f"a missing certificate that is {word}: /readyz", server.probe("/readyz").status, status)
            stage.checks.check(f"a missing certificate that is {word}: the log names it", unsaid(server, 0, ["absent"]))
            stage.checks.check(f"a missing certificate that is {word}: the other one counts",
                               decide(server, stage.reference("vault"), ALLOWED))


def check_under_load(stage):
    """CHA-07: a vault that fails, is gone and has another certificate, while reviews come: none is wrong, none is lost."""
    questions = [Question(stage.reference("vault"), ALLOWED), Question(stage.reference("stranger"), UNTRUSTED)]
    with stage.server("load", stage.configuration([store("signer", refresh="60s")])) as server:
        with Load(server.ca, server.port, questions, 50) as load:
            for change in (lambda: stage.front.failing(scripted_vault.throttled()), lambda: stage.front.failing(recorder.status(503))):
                with change():
                    reload(server)
                    time.sleep(1)
            stage.front.down()
            reload(server)
            time.sleep(1)
            stage.front.up()
            reload(server)
        # What a store that could not be looked at does not anchor is not called untrusted, but for the time being unknown.
        excused = [answer.excused for answer in load.answers if answer.excused and answer.question.deserves == ALLOWED]
        stage.checks.check(f"a vault that fails under {len(load.answers)} calls: every answer is right, and none is late",
                           problems_of(load.answers, 100) + excused[:3])
