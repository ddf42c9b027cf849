"""Every value of the Helm chart does something, and its README tells of it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from rboard.tests.chart import (
    CHART,
    KUBERNETES,
    VALUES_FILES,
    default_values,
    helm,
    needs_helm,
    set_json,
    template,
)

pytestmark = pytest.mark.one_database

# What to change a value to where its kind does not tell.
OTHER: dict[str, Any] = {
    "image.digest": f"sha256:{'0' * 64}",
    "image.pullPolicy": "Never",
    "imagePullSecrets": [{"name": "other"}],
    "site.publicUrl": "https://other.example",
    "site.trustedProxies": ["192.0.2.0/24"],
    "site.metricsAllow": ["192.0.2.0/24"],
    "site.logFormat": "text",
    "site.logLevel": "ERROR",
    "secretKey.value": "another key" * 10,
    "database.url": "postgres://other.example/rboard",
    "database.replicaUrl": "postgres://other.example/rboard",
    "persistence.accessMode": "ReadWriteMany",
    "backup.accessMode": "ReadWriteMany",
    "postgresql.cnpg.backup.method": "volumeSnapshot",
    "postgresql.cnpg.backup.schedule": "@weekly",
    "postgresql.cnpg.backup.retentionPolicy": "7d",
    "postgresql.cnpg.backup.objectStore.compression": "snappy",
    "topologySpread.whenUnsatisfiable": "DoNotSchedule",
    "service.type": "LoadBalancer",
    "ingress.path": "/other",
    "ingress.pathType": "Exact",
    "serviceMonitor.interval": "15s",
    "serviceMonitor.scrapeTimeout": "5s",
    "prometheusRule.disabled": ["RboardDown"],
    "resources": {"limits": {"cpu": "3"}},
    "migrations.resources": {"limits": {"cpu": "3"}},
    "jobs.resources": {"limits": {"cpu": "3"}},
    "postgresql.cnpg.resources": {"limits": {"cpu": "3"}},
}
OBJECT_LISTS = ("httpRoute.parentRefs", "networkPolicy.", "tolerations", "extra")


def other(path: str, value: Any) -> Any:
    """Something else that the schema allows in the value's place."""
    if path in OTHER:
        return OTHER[path]
    match value:
        case int() | None:
            return (value or 2) + 1
        case list():
            return [{"name": "OTHER"}] if path.startswith(OBJECT_LISTS) else ["other"]
        case dict():
            return {"other": "yes"}
    if path.endswith("schedule"):
        return "@daily"
    return "7Gi" if path.endswith("size") else "other"


@cache
def render(name: str, path: str = "", value: str = "") -> str | None:
    """What the chart renders to, with one value changed; nothing where it refuses."""
    arguments = [*set_json("secretKey.value", "k" * 64), "--values", str(CHART / f"ci/{name}.yaml")]
    if path:
        arguments += ["--set-json", f"{path}={value}"]
    done = helm("template", "rboard", str(CHART), "--kube-version", KUBERNETES, *arguments)
    return done.stdout if done.returncode == 0 else None


def does_something(path: str, value: Any) -> bool:
    # What is off by itself may be on in a file of values.
    others = [True, False] if isinstance(value, bool) else [other(path, value)]
    return any(
        render(name, path, json.dumps(changed)) not in {None, render(name)}
        # The one that has nearly all first.
        for name in sorted(VALUES_FILES, key=lambda name: name != "everything")
        for changed in others
    )


@needs_helm
def test_every_value_does_something() -> None:
    values = default_values()
    assert len(values) > 150
    with ThreadPoolExecutor(4) as threads:
        done = dict(
            zip(values, threads.map(does_something, values.keys(), values.values()), strict=True)
        )
    assert [path for path, changed in done.items() if not changed] == []


def test_the_readme_tells_every_value_and_its_default() -> None:
    text = (CHART / "README.md").read_text()
    rows = re.findall(r"^\| `(\S+)` \| (.+?) \| `(.*)` \|$", text, re.M)
    told = {path: json.loads(default) for path, _what, default in rows}
    assert told == default_values()
    assert len(rows) == len(told)


@needs_helm
def test_the_examples_of_the_readme_render(tmp_path: Path) -> None:
    examples = re.findall(r"^```yaml\n(.+?)^```", (CHART / "README.md").read_text(), re.M | re.S)
    assert len(examples) >= 3
    for example in examples:
        (tmp_path / "values.yaml").write_text(example)
        template("--values", str(tmp_path / "values.yaml"))


def test_the_schema_knows_every_value() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert open_objects(schema, "values") == []
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert set(schema["properties"]) == {*values, "global"}


def open_objects(schema: dict[str, Any], path: str) -> list[str]:
    """Objects with names of ours that take other names, too."""
    found = [] if schema.get("additionalProperties") is False else [path]
    for name, part in schema["properties"].items():
        if "properties" in part:
            found += open_objects(part, f"{path}.{name}")
    return found
