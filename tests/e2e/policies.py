# SPDX-License-Identifier: Apache-2.0
"""The trust policies under which both verifiers judge, with the trust stores of laboratory.py."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Policy:
    name: str
    good: str = "trusted"  # what becomes of a good signature: trusted, stamped (only with a timestamp) or refused
    level: str = "strict"
    override: dict = dataclasses.field(default_factory=dict, hash=False)
    stores: tuple = ("ca:trusted",)
    identities: tuple = ("*",)
    verify_timestamp: str = ""
    scope: str = "*"  # "here": the repository that is judged; a statement for "*" then trusts strangers only

    def document(self, repository):
        verification = {"level": self.level} | ({"override": self.override} if self.override else {})
        if self.verify_timestamp:
            verification["verifyTimestamp"] = self.verify_timestamp
        statement = {"name": self.name, "registryScopes": [repository if self.scope == "here" else self.scope],
                     "signatureVerification": verification}
        if self.level != "skip":
            statement |= {"trustStores": self.stores, "trustedIdentities": self.identities}
        others = [{"name": "others", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
                   "trustStores": ["ca:strangers"], "trustedIdentities": ["*"]}] if self.scope == "here" else []
        return {"version": "1.0", "trustPolicies": [statement, *others]}


STRICT = Policy("strict")
STAMPED = Policy("strict, timestamps", "stamped", stores=("ca:trusted", "tsa:clocks"))
STAMPED_WHEN_EXPIRED = Policy("strict, timestamps of the expired", stores=("ca:trusted", "tsa:clocks"),
                              verify_timestamp="afterCertExpiry")
STRANGERS = Policy("strict strangers", "refused", stores=("ca:strangers",))
PERMISSIVE = Policy("permissive", level="permissive")
PERMISSIVE_STAMPED = Policy("permissive, timestamps", level="permissive", stores=("ca:trusted", "tsa:clocks"))
NO_REVOCATION = Policy("revocation skipped", override={"revocation": "skip"})
LENIENT = Policy("audit, no timestamps", level="audit", stores=("ca:trusted", "ca:strangers"))

EVERYWHERE = (STRICT, STAMPED, STAMPED_WHEN_EXPIRED, Policy("audit of strangers", level="audit", stores=("ca:strangers",)))
SOMEWHERE = (
    PERMISSIVE, PERMISSIVE_STAMPED, NO_REVOCATION, STRANGERS,
    Policy("audit", level="audit"),
    Policy("skip", level="skip", scope="here"),
    Policy("permissive strangers", "refused", level="permissive", stores=("ca:strangers",)),
    Policy("two stores", stores=("ca:strangers", "ca:trusted")),
    Policy("store of the other scheme", "refused", stores=("signingAuthority:trusted",)),
    Policy("an identity", identities=("x509.subject: C=NL, ST=Test, O=Peers",)),
    Policy("another identity", "refused", identities=("x509.subject: C=NL, ST=Test, O=Others",)),
    Policy("another identity, logged", override={"authenticity": "log"}, identities=("x509.subject: C=NL, ST=Test, O=Others",)),
    Policy("another scope", "refused", scope="registry.example/other"),
    Policy("this scope before all", scope="here"),
    Policy("timestamps of strangers", "refused", stores=("ca:trusted", "tsa:strangers")),
    Policy("timestamps of strangers, logged", override={"authenticTimestamp": "log"}, stores=("ca:trusted", "tsa:strangers")),
    Policy("permissive, timestamps enforced", "stamped", level="permissive", override={"authenticTimestamp": "enforce"},
           stores=("ca:trusted", "tsa:clocks")),
    Policy("expiry logged", override={"expiry": "log"}),
)
