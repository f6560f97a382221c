#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_chart_readme.py ROOT [--update]: the tables of charts/countersign/README.md are made of the chart.

Between `<!-- values -->` and `<!-- /values -->` stands a table of each section (`## Title`) of values.yaml: a row for every
value with a comment of its own. Between `<!-- ratify -->` and `<!-- /ratify -->` stands what becomes of Ratify's values, from
ratify.yaml. --update writes both; without it a difference is a failure, and so is a value without a comment."""
import json
import pathlib
import re
import sys

import yaml

KEY = re.compile(r"^( *)([A-Za-z][\w]*):")
LAST = "Ratify"  # its values have a table of their own


def sections(text):
    """(title, [(dotted name, comment)]) of values.yaml, in its order. A comment belongs to the key in the next line."""
    found, path, comment = [("", [])], [], []
    for line in text.splitlines():
        bare = line.strip()
        if line.startswith("## "):
            found.append((line[3:], []))
        elif bare.startswith("# "):
            comment.append(bare[2:])
        elif key := KEY.match(line):
            path[len(key[1]) // 2:] = [key[2]]
            found[-1][1].append((".".join(path), " ".join(comment)))
            comment = []
        elif not bare:
            comment = []
    return found[1:]


def value_at(values, name):
    for part in name.split("."):
        values = values[part]
    return values


def cell(text):
    return text.replace("|", "\\|")


def table(rows, values, problems):
    lines = ["| value | default | |", "|---|---|---|"]
    for name, comment in rows:
        value = value_at(values, name)
        if comment:
            # What has comments below it has its defaults there.
            shown = "" if any(other.startswith(name + ".") and text for other, text in rows) else f"`{json.dumps(value)}`"
            lines.append(f"| `{name}` | {cell(shown)} | {cell(comment)} |")
        elif not any(other.startswith(name + ".") or (name.startswith(other + ".") and text) for other, text in rows):
            problems.append(f"values.yaml: {name} has no comment")
    return lines


def values_part(chart, problems):
    text = (chart / "values.yaml").read_text()
    values, lines = yaml.safe_load(text), []
    for title, rows in sections(text):
        if title != LAST:
            lines += [f"### {title}", "", *table(rows, values, problems), ""]
    return lines


def ratify_part(chart):
    lines = ["| value of Ratify | here |", "|---|---|"]
    for entry in yaml.safe_load((chart / "ratify.yaml").read_text()):
        if "moot" in entry:
            said = f"taken, and of no effect: {entry['moot']}"
        elif "means" in entry:
            said = entry["means"]
        else:
            allowed = " or ".join(f"`{json.dumps(value)}`" for value in entry["only"])
            said = f"only {allowed}: {entry['say']}"
        lines.append(f"| `{entry['path']}` | {cell(said)} |")
    return [*lines, ""]


def filled(page, mark, lines):
    start, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, rest = page.split(start)
    return before + start + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1]


def main():
    chart = pathlib.Path(sys.argv[1]) / "charts/countersign"
    readme, problems = chart / "README.md", []
    page = readme.read_text()
    wanted = filled(filled(page, "values", values_part(chart, problems)), "ratify", ratify_part(chart))
    if "--update" in sys.argv:
        readme.write_text(wanted)
    elif page != wanted:
        problems.append("charts/countersign/README.md is not what the chart says; tests/hygiene/check_chart_readme.py . --update mends it")
    print("\n".join(problems) or "chart: the README agrees with values.yaml and ratify.yaml")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
