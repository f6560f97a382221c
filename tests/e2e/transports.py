# SPDX-License-Identifier: Apache-2.0
"""How registries are reached: proxies, TLS, client certificates. Real registries, forwarder.py before them."""
import contextlib

from forwarder import Forwarder, Proxy, serving
from reviews import ALLOWED
from stack import Certificates
from verdicts import verify

UNAVAILABLE = "REGISTRY_UNAVAILABLE"
CANARY = "canary-proxy-password"

# REG-93: what a proxy says instead of doing its work.
REFUSALS = (
    ("refuses", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", UNAVAILABLE),
    ("wants credentials", b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
     UNAVAILABLE),
    ("floods", b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 0123456789\r\n" * 100_000 + b"\r\n", (UNAVAILABLE, "REGISTRY_RESPONSE")),
    ("speaks another protocol", b"SSH-2.0-nonsense\r\n" * 10, UNAVAILABLE),
    ("hangs up", b"", UNAVAILABLE),
)


def check_proxy(world, plain, secured):
    with Proxy() as proxy:
        through = {"proxy": proxy.address}
        for name, library, more, methods in (
                ("an http registry: GET", plain, through, {"GET"}),
                ("an https registry: CONNECT", secured, through, {"CONNECT"}),
                ("noProxy names the address: nothing", secured, through | {"noProxy": ["127.0.0.1"]}, set()),
                ("noProxy names a range: nothing", plain, through | {"noProxy": ["127.0.0.0/8"]}, set()),
                ("noProxy names others: CONNECT", secured, through | {"noProxy": [".example", "10.0.0.0/8"]}, {"CONNECT"})):
            problems = verify(world, [library.registry.settings() | more], library.digest("signed")).problems(ALLOWED)
            asked = {method for method, _ in proxy.take()}
            problems += [] if asked == methods else [f"the proxy saw {sorted(asked)}"]
            world.checks.check(f"proxy, {name}", problems)
        entry = {name: value for name, value in secured.registry.settings().items() if name != "allowAddresses"}
        verdict = verify(world, [entry | through], secured.digest("signed"))
        world.checks.check("a proxy whose address is not allowed", verdict.problems("ADDRESS_NOT_ALLOWED")
                           + ["it was asked" for _ in proxy.take()])
    for name, said, expected in REFUSALS:
        with Proxy(said) as proxy:
            verdict = verify(world, [secured.registry.settings() | {"proxy": proxy.address}], secured.digest("signed"))
            codes = expected if isinstance(expected, tuple) else (expected,)
            world.checks.check(f"a proxy that {name} is {' or '.join(codes)}", min((verdict.problems(code) for code in codes), key=len))


def check_proxy_password(world, library):
    """REG-93: the proxy gets the password for the proxy, the registry behind it does not."""
    context = serving(*world.certificates.issue("behind-proxy"))
    address = lambda proxy: proxy.address.replace("//", f"//robot:{CANARY}@")
    with Proxy() as proxy, Forwarder(library.registry.host, context) as origin:
        entry = origin.settings(caFile=str(world.certificates.ca), proxy=address(proxy))
        verdict = verify(world, [entry], f"{origin.host}/shop/web@{library.digests['signed']}")
        problems = verdict.problems(ALLOWED)
        problems += [] if all("Proxy-Authorization" in headers for _, headers in proxy.take()) else ["the proxy did not get it"]
        leaked = [name for seen in origin.seen for name in seen.headers if name.lower().startswith("proxy-")]
        world.checks.check("the password for a proxy goes to the proxy only", problems + leaked)
    with Proxy(REFUSALS[1][1]) as proxy:
        verdict = verify(world, [entry | {"proxy": address(proxy)}], f"{origin.host}/shop/web@{library.digests['signed']}")
        world.checks.check("the password for a proxy is in no message",
                           verdict.problems(UNAVAILABLE) + ([verdict.text] if CANARY in verdict.text else []))


def check_certificates(world, library):
    """REG-88: of registries and of clients. `a` and `b` are authorities; the registry's certificate is b's but for one."""
    folder = world.work / "authorities"
    folder.mkdir()
    a, b = (Certificates(folder / name, name) for name in ("a", "b"))
    good = b.issue("good")
    path = f"shop/web@{library.digests['signed']}"
    pair = lambda files: {"clientCertificate": dict(zip(("certificate", "key"), map(str, files)))}
    ca = {"caFile": str(b.ca)}
    for name, context, more, expected in (
            ("a good certificate", serving(*good), ca, ALLOWED),
            ("an expired certificate", serving(*b.issue("expired", days=-1)), ca, UNAVAILABLE),
            ("a certificate for another name", serving(*b.issue("misnamed", names="DNS:registry.example,IP:127.0.0.9")), ca,
             UNAVAILABLE),
            ("another authority's certificate", serving(*good), {"caFile": str(a.ca)}, UNAVAILABLE),
            ("an authority that the system does not know", serving(*good), {}, UNAVAILABLE),
            ("a client certificate that is demanded", serving(*good, a.ca), ca | pair(a.issue("client")), ALLOWED),
            ("no client certificate where one is demanded", serving(*good, a.ca), ca, UNAVAILABLE),
            ("a client certificate of another authority", serving(*good, a.ca), ca | pair(b.issue("client")), UNAVAILABLE)):
        with Forwarder(library.registry.host, context) as origin:
            verdict = verify(world, [origin.settings(**more)], f"{origin.host}/{path}")
            problems = verdict.problems(expected)
            # TLS 1.3 lets a client speak before its certificate is refused; the registry must not have answered it.
            problems += ["it was asked"] if expected != ALLOWED and any(seen.status for seen in origin.seen) else []
            world.checks.check(f"TLS, {name} is {expected}", problems)
    check_two_authorities(world, library, (a, a.issue("server")), (b, good), path)


def check_two_authorities(world, library, one, other, path):
    """Two registries in one configuration: each one's authority is worth nothing for the other."""
    with contextlib.ExitStack() as servers:
        origins = [servers.enter_context(Forwarder(library.registry.host, serving(*pair))) for _, pair in (one, other)]
        authorities = [str(certificates.ca) for certificates, _ in (one, other)]
        right = [origin.settings(caFile=ca) for origin, ca in zip(origins, authorities)]
        crossed = [origin.settings(caFile=ca) for origin, ca in zip(origins, reversed(authorities))]
        problems = [problem for origin in origins for entries, expected in ((right, ALLOWED), (crossed, UNAVAILABLE))
                    for problem in verify(world, entries, f"{origin.host}/{path}").problems(expected)]
        world.checks.check("TLS, an authority of one registry is worthless for another", problems)


def check(world):
    plain, secured = world.libraries["olareg"], world.libraries["distribution-basic"]
    check_proxy(world, plain, secured)
    check_proxy_password(world, plain)
    check_certificates(world, plain)
