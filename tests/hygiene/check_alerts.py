#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_alerts.py ROOT: alert rules and dashboard of the chart name only what exists.

AW-128: each metric of charts/countersign/alerts.yaml and dashboard.json is in docs/metrics.md, each label is one of its
metric's or of those that a scrape adds, and each value of a label that has a closed list is in that list or in
docs/reasons.md. Every alert is complete, and its runbook is a section of a page that names it."""
import json
import pathlib
import re
import sys

import yaml

ROW = re.compile(r"^\| `(countersign_\w+)` \| (\w+) \| ([^|]+) \|", re.M)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
MATCHERS = re.compile(r"(\w+)\s*\{([^{}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
WORD = re.compile(r"[A-Za-z_]\w*")
SHOWN = re.compile(r"\$labels\.(\w+)|\{\{\s*(\w+)\s*\}\}")
REASON = re.compile(r"`reason`(?:: a code| of a refusal)")
OPEN = re.compile(r"of the configuration|an HTTP status")
FUNCTIONS = {"absent", "and", "by", "bool", "clamp_max", "clamp_min", "delta", "histogram_quantile", "increase", "max", "min", "offset", "or", "rate", "sum",
             "time", "topk", "unless", "without"}
SCRAPED = {"pod", "namespace", "job", "instance", "service", "container", "endpoint"}
SEVERITIES = {"critical", "warning"}


def read_metrics(root):
    """By metric: its labels, each with its values, or None where there is no closed list."""
    reasons = set(re.findall(r"^\| `([A-Z_]+)` \|", (root / "docs/reasons.md").read_text(), re.M)) | {"NONE"}
    metrics = {}
    for name, kind, cell in ROW.findall((root / "docs/metrics.md").read_text()):
        labels = {}
        for part in cell.split(";"):
            head, _, tail = part.partition("`:")
            names = re.findall(r"`([a-z][\w]*)", head)
            labels |= dict.fromkeys(names)
            if names:
                labels[names[-1]] = reasons if REASON.search(part) else values_of(tail)
        metrics[name] = labels
        if kind == "histogram":
            metrics |= {name + "_bucket": labels | {"le": None}, name + "_sum": labels, name + "_count": labels}
    return metrics


def values_of(text):
    """None where the list is open."""
    values = set(re.findall(r"`([^`]+)`", text))
    if "`2xx` to `5xx`" in text:
        values |= {"3xx", "4xx"}
    return None if not values or OPEN.search(text) else values


def wrong_matchers(metrics, expression):
    for name, inside in MATCHERS.findall(expression):
        for label, kind, value in MATCHER.findall(inside):
            known = metrics.get(name, {}).get(label)
            if label not in metrics.get(name, {}) and label not in SCRAPED:
                yield f"{name} has no label {label}"
            elif known and "$" not in value:
                parts = value.split("|") if kind in ("=~", "!~") else [value]
                yield from (f"{label} of {name} is never {part}" for part in parts if part not in known)


def wrong_names(metrics, expression):
    """Metrics and the labels that are grouped by."""
    bare = MATCHERS.sub(r"\1", expression)
    bare = re.sub(r"\[[^\]]*\]", "", STRING.sub("", bare))
    used = {label for name in metrics for label in metrics[name] if re.search(rf"\b{name}\b", bare)} | SCRAPED
    for group in GROUPING.findall(bare):
        yield from (f"no metric of it has the label {label}" for label in WORD.findall(group) if label not in used)
    words = set(WORD.findall(re.sub(r"\b\d\w*", "", GROUPING.sub(" by ", bare))))
    yield from (f"there is no metric {word}" for word in sorted(words - FUNCTIONS - set(metrics)))
    if not words & set(metrics):
        yield "it looks at no metric"


def wrong_texts(metrics, expression, texts):
    known = {label for name in metrics if re.search(rf"\b{name}\b", expression) for label in metrics[name]} | SCRAPED
    for text in texts:
        yield from (f"no metric of it has the label {label}" for pair in SHOWN.findall(text) if (label := "".join(pair)) not in known)


def wrong_query(metrics, expression, texts=()):
    yield from wrong_matchers(metrics, expression)
    yield from wrong_names(metrics, expression)
    yield from wrong_texts(metrics, expression, texts)


def anchors(page):
    titles = re.findall(r"^#+ (.+)$", page, re.M)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def wrong_alert(root, rule):
    notes = rule.get("annotations", {})
    yield from (f"no {name}" for name in ("summary", "description", "runbook") if not notes.get(name))
    if rule.get("labels", {}).get("severity") not in SEVERITIES:
        yield f"severity is none of {sorted(SEVERITIES)}"
    file, _, anchor = notes.get("runbook", "").partition("#")
    page = (root / file).read_text() if file and (root / file).is_file() else ""
    if anchor not in anchors(page) or rule["alert"] not in page:
        yield f"its runbook {file}#{anchor} is no section of a page that names it"


def alerts(root, metrics):
    rules = [rule for group in yaml.safe_load((root / "charts/countersign/alerts.yaml").read_text())["groups"] for rule in group["rules"]]
    names = [rule["alert"] for rule in rules]
    yield from (f"{name} stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for rule in rules:
        faults = [*wrong_query(metrics, rule["expr"], rule.get("annotations", {}).values()), *wrong_alert(root, rule)]
        yield from (f"{rule['alert']}: {fault}" for fault in faults)


def targets(panels):
    for panel in panels:
        yield from ((panel.get("title", "?"), target) for target in panel.get("targets", []))
        yield from targets(panel.get("panels", []))


def dashboard(root, metrics):
    board = json.loads((root / "charts/countersign/dashboard.json").read_text())
    found = list(targets(board["panels"]))
    for title, target in found:
        query = target["expr"].replace("$__rate_interval", "5m")
        yield from (f"panel {title}: {fault}" for fault in wrong_query(metrics, query, [target.get("legendFormat", "")]))
    if not found:
        yield "the dashboard asks nothing"


def main():
    root = pathlib.Path(sys.argv[1])
    metrics = read_metrics(root)
    found = [*alerts(root, metrics), *dashboard(root, metrics)]
    print("\n".join(found) or "alerts: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
