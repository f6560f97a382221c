#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py LIST OPENAPI [--write]: everything in a pod's schema that could name bytes to run has been looked at.

OPENAPI is /openapi/v3/api/v1 of an API server. LIST has a line for each field of a pod's spec, of a container and of a
volume, for each field anywhere below the spec whose name sounds like an image, and for each subresource of a pod, with
what it is to us: `image`, `list` (of what has images), `none`, `refused`; `judged` or `ignored` for a subresource. What
the API server has and LIST has not is a failure: a new release of Kubernetes has to be classified by a person.
--write adds what is missing as `unclassified`, for that person.
"""
import json
import pathlib
import re
import sys

CORE = "io.k8s.api.core.v1."
WHOLE = ("PodSpec", "Container", "EphemeralContainer", "Volume")  # every field of these
SOUNDS = re.compile(r"image|reference|restore|checkpoint|artifact|registry|digest", re.IGNORECASE)
CLASSES = {"image", "list", "none", "refused", "judged", "ignored"}


def refs(schema):
    """The schemas that a property leads to."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from refs(schema[key])
    for each in schema.get("allOf", ()):
        yield from refs(each)


def fields(document):
    """`Type.field` of all that LIST must have."""
    schemas, found, waiting = document["components"]["schemas"], set(), [CORE + "PodSpec"]
    seen = set(waiting)
    while waiting:
        full = waiting.pop()
        name = full.removeprefix(CORE)
        for field, schema in schemas[full].get("properties", {}).items():
            if name in WHOLE or SOUNDS.search(field):
                found.add(f"{name}.{field}")
            for each in refs(schema):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
    return found


def subresources(document):
    prefix = "/api/v1/namespaces/{namespace}/pods/{name}/"
    return {f"pods/{path.removeprefix(prefix).partition('/')[0]}" for path in document["paths"] if path.startswith(prefix)}


def unclassified(document, classes):
    return sorted((fields(document) | subresources(document)) - classes.keys())


def read(path):
    pairs = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: what for name, what in pairs if what in CLASSES}


def with_news(document):
    """The same from a Kubernetes that has more. AW-59"""
    newer = json.loads(json.dumps(document))
    newer["components"]["schemas"][CORE + "PodSpec"]["properties"]["runFrom"] = {"type": "string"}
    newer["components"]["schemas"][CORE + "SecretVolumeSource"]["properties"]["imageRef"] = {"type": "string"}
    newer["paths"]["/api/v1/namespaces/{namespace}/pods/{name}/thaw"] = {}
    return newer


def check(name, problem):
    print(f"FAIL {name}: {problem}" if problem else f"ok   {name}", flush=True)


def main():
    path, document = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
    classes = read(path)
    missing = unclassified(document, classes)
    if "--write" in sys.argv:
        with path.open("a") as file:
            file.writelines(f"{name} unclassified\n" for name in missing)
        return
    check("every image-like field and every subresource of pods is classified", ", ".join(missing))
    news = unclassified(with_news(document), classes)
    expected = ["PodSpec.runFrom", "SecretVolumeSource.imageRef", "pods/thaw"]
    check("a new field or subresource would be noticed", "" if news == sorted({*expected, *missing}) else ", ".join(news))
    known = fields(document) | subresources(document)
    check("the API server has what we judge", ", ".join(
        sorted(name for name, what in classes.items() if what in ("image", "list", "judged") and name not in known)))


if __name__ == "__main__":
    main()
