# SPDX-License-Identifier: Apache-2.0
"""Holds a document against one of docs/schemas, which use a small part of JSON Schema 2020-12 alone; a word beyond it is
a failure here, so that nothing is overlooked."""
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "docs/schemas"
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SAYS_NOTHING = {"$schema", "$defs", "title", "description"}
WORDS = SAYS_NOTHING | {"$ref", "anyOf", "enum", "type", "pattern", "items", "properties", "required", "additionalProperties"}


def is_of(kind, value):
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def of_object(schema, value, root, path):
    known = schema.get("properties", {})
    yield from (f"{path}: lacks {name}" for name in schema.get("required", ()) if name not in value)
    for name, each in value.items():
        rest = schema.get("additionalProperties", True)
        if name in known:
            yield from faults(known[name], each, root, f"{path}.{name}")
        elif isinstance(rest, dict):
            yield from faults(rest, each, root, f"{path}.{name}")
        elif not rest:
            yield f"{path}: {name} is unknown"


def faults(schema, value, root, path="$"):
    """What is wrong with the value, one line each."""
    if schema.keys() - WORDS:
        yield f"{path}: the schema has {schema.keys() - WORDS}"
    if "$ref" in schema:
        yield from faults(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root, path)
    if "anyOf" in schema:
        all_faults = [list(faults(each, value, root, path)) for each in schema["anyOf"]]
        if all(all_faults):
            yield f"{path}: none of {all_faults}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if "type" in schema and not is_of(schema["type"], value):
        yield f"{path}: {value!r} is no {schema['type']}"
        return
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} is not {schema['pattern']}"
    if "items" in schema and isinstance(value, list):
        for index, each in enumerate(value):
            yield from faults(schema["items"], each, root, f"{path}[{index}]")
    if isinstance(value, dict):
        yield from of_object(schema, value, root, path)


def against(name, value):
    schema = json.loads((FOLDER / f"{name}.json").read_text())
    return list(faults(schema, value, schema))
