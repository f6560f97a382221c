# SPDX-License-Identifier: Apache-2.0
"""Questions to the provider without Gatekeeper, with its certificate."""
import http.client
import json
import ssl
import time

ENTRY = "/ratify/gatekeeper/v1/verify"


def request_for(keys):
    return {"apiVersion": "externaldata.gatekeeper.sh/v1beta1", "kind": "ProviderRequest", "request": {"keys": keys}}


def context_of(stage):
    context = ssl.create_default_context(cafile=stage.ca)
    context.load_cert_chain(stage.folder / "pki/gatekeeper/tls.crt", stage.folder / "pki/gatekeeper/tls.key")
    return context


def ask(stage, keys, connection=None):
    """(answer, seconds), directly."""
    connection = connection or http.client.HTTPSConnection("127.0.0.1", stage.port, timeout=30, context=context_of(stage))
    began = time.monotonic()
    connection.request("POST", ENTRY, body=json.dumps(request_for(keys)), headers={"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    return answer, time.monotonic() - began
