"""Writes the JSON schemas with which kubeconform validates what the chart renders.

    python .ci/schemas.py FOLDER

They are made from Kubernetes' own OpenAPI and from the custom resource definitions of the operators
that the chart knows, out of their Go modules on the module proxy. A module is a zip file: only the
members needed are fetched, by range, and each must have the checksum that schemas.txt tells. They
are stricter than an API server: what no definition names is refused, and so is an empty value.
"""

import hashlib
import io
import json
import os
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PROXY = os.environ["GOPROXY"].split(",")[0].split("|")[0]

SOURCES = Path(__file__).with_suffix(".txt")


class RemoteFile(io.RawIOBase):
    """A file on a server that answers to ranges, for zipfile to read its members from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.position = 0
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=60) as head:
            self.size = int(head.headers["Content-Length"])

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + {io.SEEK_CUR: self.position, io.SEEK_END: self.size}.get(whence, 0)
        return self.position

    def readinto(self, buffer: Any) -> int:
        end = min(self.size, self.position + len(buffer))
        if end <= self.position:
            return 0
        headers = {"Range": f"bytes={self.position}-{end - 1}"}
        request = urllib.request.Request(self.url, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            data = answer.read()
            if answer.status != 206:  # the whole file, all the same
                data = data[self.position : end]
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)


def sources() -> dict[tuple[str, str], dict[str, str]]:
    """For each module and version the checksums of the files wanted of it."""
    result: dict[tuple[str, str], dict[str, str]] = {}
    for line in SOURCES.read_text().splitlines():
        if line and not line.startswith("#"):
            checksum, module, version, name = line.split()
            result.setdefault((module, version), {})[name] = checksum
    return result


def members(module: str, version: str, checksums: dict[str, str]) -> Iterator[bytes]:
    """The files of a module, each proved by its checksum."""
    remote = RemoteFile(f"{PROXY}/{module}/@v/{version}.zip")
    with zipfile.ZipFile(io.BufferedReader(remote, 1 << 20)) as archive:
        for name, checksum in checksums.items():
            data = archive.read(f"{module}@{version}/{name}")
            if hashlib.sha256(data).hexdigest() != checksum:
                sys.exit(f"{module}@{version}/{name} has not the checksum that {SOURCES} tells")
            yield data


def strict(schema: Any) -> Any:
    """A schema of OpenAPI as one of JSON Schema that refuses what it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {
        key: strict(part)
        for key, part in schema.items()
        if key not in {"description", "default", "example", "externalDocs", "properties"}
        and not key.startswith("x-")
    }
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        result.pop("format", None)
        result["type"] = ["integer", "string"]
    if "properties" in schema:
        # Under `properties` every key is a name, even "default" or "description".
        result["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            result.setdefault("additionalProperties", False)
    return result


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix("#/definitions/")
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


def needed(name: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """The definition of that name and all that it refers to, however far."""
    found: dict[str, Any] = {}
    open_names = [name]
    while open_names:
        current = open_names.pop()
        if current not in found:
            found[current] = definitions[current]
            open_names += references(definitions[current])
    return found


def one_of(kind: str, version: str) -> dict[str, Any]:
    return {"kind": {"enum": [kind]}, "apiVersion": {"enum": [version]}}


def write(folder: Path, group: str, version: str, kind: str, schema: Any) -> None:
    """Under the name that .ci/helm tells kubeconform: kind-group-version, or kind-version."""
    parts = [kind.lower(), *([group.split(".")[0]] if group else []), version]
    (folder / f"{'-'.join(parts)}.json").write_text(json.dumps(schema))


def write_kubernetes(folder: Path, text: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    swagger = json.loads(text)
    definitions = {name: strict(part) for name, part in swagger["definitions"].items()}
    # Quantities may be written as numbers.
    definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"]["type"] = ["string", "number"]
    for name, definition in swagger["definitions"].items():
        kinds = definition.get("x-kubernetes-group-version-kind", [])
        if len(kinds) != 1 or "properties" not in definition:
            continue
        group, api, kind = (kinds[0][key] for key in ("group", "version", "kind"))
        found = needed(name, definitions)
        top = dict(found[name])
        top["properties"] = top["properties"] | one_of(kind, f"{group}/{api}".lstrip("/"))
        top["required"] = sorted({*top.get("required", []), "kind", "apiVersion"})
        write(folder, group, api, kind, top | {"definitions": found})


def write_custom(folder: Path, text: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for document in yaml.safe_load_all(text):
        if not document or document.get("kind") != "CustomResourceDefinition":
            continue
        spec = document["spec"]
        group, kind = spec["group"], spec["names"]["kind"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"] |= one_of(kind, f"{group}/{version['name']}")
            schema["properties"]["metadata"] = {"type": "object"}
            write(folder, group, version["name"], kind, schema)


def main(folder: Path) -> None:
    for (module, version), checksums in sources().items():
        for text in members(module, version, checksums):
            if module == "k8s.io/kubernetes":
                write_kubernetes(folder / version, text)
            else:
                write_custom(folder / "custom", text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
