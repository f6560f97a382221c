#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_docs.py ROOT: README.md and the pages of docs can be followed.

Every relative link leads to a file or folder of the repository, and its anchor to a heading there. Every chart value
that a page gives to `--set` is one of charts/countersign/values.schema.json, as long as there is a chart. docs/README.md
is the table of contents: it links every page of docs, or the page's folder."""
import functools
import json
import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"^[a-z]+:")
BLOCK = re.compile(r"^ *(```|~~~).*?^ *\1", re.MULTILINE | re.DOTALL)
SET = re.compile(r"--set(?:-string|-file|-json|-literal)?[ =]['\"`]?([A-Za-z][^\s'\"`]*)")
KEY = re.compile(r"(?:^|,)((?:[\w.\[\]/-]|\\.)+)=")
SCHEMA = "charts/countersign/values.schema.json"


def targets(page):
    """(link, path, anchor) of each link to something of the repository; code has none."""
    prose = re.sub(r"`[^`\n]+`", "", BLOCK.sub("", page.read_text()))
    for link in LINK.findall(prose):
        if not ELSEWHERE.match(link):
            path, _, anchor = link.partition("#")
            yield link, ((page.parent / path) if path else page).resolve(), anchor


def anchors(page):
    """Of its headings, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = sum(1 for each in found if re.fullmatch(re.escape(slug) + r"(-\d+)?", each))
        found.add(f"{slug}-{count}" if count else slug)
    return found


def dead_links(root, page):
    for link, path, anchor in targets(page):
        if root not in (path, *path.parents):
            yield f"{link} leads out of the repository"
        elif not path.exists():
            yield f"{link} leads to nothing"
        elif anchor and (path.suffix != ".md" or anchor not in anchors(path)):
            yield f"{link}: no heading has this anchor"


def values_of(page):
    """(key, its names) that --set is given: a.b[0].c has the names a b 0 c."""
    for words in SET.findall(page.read_text().replace("\\\n", " ")):
        for key in KEY.findall(words):
            plain = re.sub(r"\[(\d+)\]", r".\1", key.replace("\\.", "\0"))
            yield key, [name.replace("\0", ".") for name in plain.split(".")]


def below(part, name):
    """The schema of a name in this part; True when anything may stand there."""
    if name in part.get("properties", {}):
        return part["properties"][name]
    if name.isdigit() and "items" in part:
        return part["items"]
    return part.get("additionalProperties", "properties" not in part and part.get("type", "object") == "object")


def is_value(whole, part, names):
    """Whether these names lead somewhere below this part of the whole schema."""
    if isinstance(part, bool) or not names:
        return part is not False
    if "$ref" in part:
        return is_value(whole, functools.reduce(dict.__getitem__, part["$ref"].split("/")[1:], whole), names)
    choices = [each for word in ("anyOf", "oneOf", "allOf") for each in part.get(word, []) if {"$ref", "properties", "items"} & set(each)]
    return any(is_value(whole, each, names) for each in choices) or is_value(whole, below(part, names[0]), names[1:])


def unknown_values(root, page):
    if (root / SCHEMA).exists():
        schema = json.loads((root / SCHEMA).read_text())
        for key, names in values_of(page):
            if not is_value(schema, schema, names):
                yield f"--set {key}: the chart has no such value"


def not_listed(docs, pages):
    linked = {path for _, path, _ in targets(docs / "README.md")}
    folders = linked - {docs}
    for page in pages:
        if page.name != "README.md" and page not in linked and not folders & set(page.parents[:page.parents.index(docs)]):
            yield f"docs/README.md does not link {page.relative_to(docs)}"


def faults(root):
    docs = root / "docs"
    pages = sorted(docs.rglob("*.md"))
    for page in [root / "README.md", *pages]:
        for fault in [*dead_links(root, page), *unknown_values(root, page)]:
            yield f"{page.relative_to(root)}: {fault}"
    yield from not_listed(docs, pages)


def main():
    found = list(faults(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) or "docs: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
