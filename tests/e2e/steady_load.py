# SPDX-License-Identifier: Apache-2.0
"""Reviews at a steady rate over kept-alive connections, as an API server sends them, each compared with what must come."""
import dataclasses
import json
import ssl
import sys
import threading
import time

from reviews import ALLOWED, RETRY, judge, pod, review
from stack import PEERS, Reply

sys.path.insert(0, str(PEERS.parent / "integration/app"))
from callers import Caller, Lost, Refused  # noqa: E402  pylint: disable=wrong-import-position

TIMEOUT_SECONDS = 5  # of ?timeout=; an answer must come before
CONNECTIONS = 16


@dataclasses.dataclass
class Question:
    image: str
    deserves: str  # ALLOWED, or the code of a denial


@dataclasses.dataclass
class Answered:
    at: float
    took: float
    question: Question
    lost: str = ""  # why there is no answer
    wrong: str = ""  # what is wrong with it, however the registries do
    excused: str = ""  # a denial that somebody else's failure excuses

    @property
    def good(self):
        return not (self.lost or self.wrong or self.excused)


def verdict(question, asked, reply):
    """(wrong, excused)"""
    problems = judge(reply, asked, question.deserves)
    if not problems:
        return "", ""
    code = next((code for code in EXCUSES if not judge(reply, asked, code)), "")
    return ("", code) if code else (f"{question.image}: {problems[0][:200]}", "")


EXCUSES = sorted(RETRY) + ["REGISTRY_RESPONSE", "REGISTRY_AUTH", "DIGEST_MISMATCH", "IMAGE_NOT_FOUND"]


class Load:
    """Runs in threads of its own from __enter__ to __exit__."""

    def __init__(self, ca, port, questions, rate):
        self.context = ssl.create_default_context(cafile=ca)
        self.port, self.questions, self.rate = port, questions, rate
        self.answers, self.ending, self.began = [], threading.Event(), 0.0
        self.threads = [threading.Thread(target=self._ask_on, args=(number,), daemon=True) for number in range(CONNECTIONS)]

    def __enter__(self):
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(TIMEOUT_SECONDS + 5)

    def since(self, mark):
        return [answer for answer in self.answers if answer.at >= mark]

    def _ask_on(self, number):
        caller, turn = Caller(self.port, self.context), number
        while not self.ending.is_set():
            due = self.began + turn / self.rate
            if self.ending.wait(max(0.0, due - time.monotonic())):
                break
            self.answers.append(self._ask(caller, self.questions[turn % len(self.questions)]))
            turn += CONNECTIONS
        caller.close()

    @staticmethod
    def _ask(caller, question):
        asked = review(pod(question.image))
        answered = Answered(time.monotonic(), 0.0, question)
        try:
            reply = Reply(*caller.ask(json.dumps(asked), f"/validate?timeout={TIMEOUT_SECONDS}s"))
            answered.wrong, answered.excused = verdict(question, asked, reply)
        except (Lost, Refused) as error:
            answered.lost = f"{type(error).__name__}: {error}"
        answered.took = time.monotonic() - answered.at
        if answered.took > TIMEOUT_SECONDS and not answered.lost:
            answered.wrong = f"{question.image}: an answer after {answered.took:.1f} s"
        return answered


def problems_of(answers, at_least, lost_allowed=0):
    """What no failure of others excuses: lost calls, wrong answers, and too few of them."""
    lost = [answer.lost for answer in answers if answer.lost]
    problems = [answer.wrong for answer in answers if answer.wrong][:3]
    problems += [f"{len(lost)} lost, for example {lost[0]}"] if len(lost) > lost_allowed else []
    return problems + ([f"only {len(answers)} calls were made"] if len(answers) < at_least else [])
