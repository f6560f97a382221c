#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_mirror.py ROOT: tests/unit mirrors src.

src/<module>/<name>.cpp has tests/unit/<module>/<name>_test.cpp, and a unit test that mirrors a source has one.
Exempt are main.cpp and src/app/builtin, which only wire things together; tests/unit may hold more than
mirrors where a test is about several sources (`EXTRA`).
"""
import pathlib
import sys

EXTRA = {
    "admission/binding_test.cpp",  # references, digests and signatures, over all of admission
    "admission/reviews_test.cpp",  # from a review's JSON to the decision
    "admission/warm_test.cpp",  # the second decision about the same image, over all of admission
    "admission/warnings_test.cpp",  # from a signature to the warnings of the answer
    "app/mirrors_test.cpp",  # registries.cpp over HTTP
    "app/rule_fields_test.cpp",  # every field of a rule, from the configuration to the decision
    "app/same_judgement_test.cpp",  # `review` beside the webhook
    "azure/wiping_test.cpp",  # private keys in memory, over all that an answer passes through
    "base/clock_test.cpp",  # a header
    "kube/review_law_test.cpp",  # reviews held against a second reader, over all of kube
    "notation/third_party_test.cpp",  # envelopes and tokens of the Notary Project's own tests
    "notation/timestamp_signer_test.cpp",  # the revocation of who signed a timestamp, over questions and answers
    "notation/policy_fields_test.cpp",  # every field of a policy, from its JSON to the verdict
    "notation/vectors_test.cpp",  # the case folders of tests/data/notation, judged whole
    "registry/http_publisher_credentials_test.cpp",  # a push, its session and credentials together
    "registry/memory_test.cpp",  # a template
    "registry/remembered_crowd_test.cpp",  # many callers, over memory, crew and registry
    "registry/nowhere_else_test.cpp",  # where requests and secrets never go, over references, sessions and redirects
    "registry/session_write_test.cpp",  # what a session sends that is no GET
    "registry/several_credentials_test.cpp",  # a session, its authenticator and the order of credentials together
    "x509/profile_order_test.cpp",  # the order of a chain, apart from the profile of one certificate
}


def faults(root):
    sources = {
        file.relative_to(root / "src").with_suffix("").as_posix()
        for file in root.glob("src/*/**/*.cpp")
        if file.name != "main.cpp" and "builtin" not in file.parts
    }
    tests = {file.relative_to(root / "tests/unit").as_posix() for file in root.glob("tests/unit/*/**/*_test.cpp")}
    mirrored = {test.removesuffix("_test.cpp") for test in tests}
    for source in sorted(sources - mirrored):
        yield f"src/{source}.cpp has no tests/unit/{source}_test.cpp"
    for test in sorted(tests - EXTRA):
        if test.removesuffix("_test.cpp") not in sources:
            yield f"tests/unit/{test} mirrors no source"
    if not sources:
        yield f"no sources under {root}/src"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "mirror: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
