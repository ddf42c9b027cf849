"""What the tests of the chart share: helm, and how to read what it renders."""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

CHART = settings.BASE_DIR / "helm" / "rboard"
VALUES_FILES = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))
KUBERNETES = "1.37.2"
# Objects that are one value: what is in them is Kubernetes' own.
WHOLE = {"resources", "podSecurityContext", "securityContext", "dashboard.labels"}


def find_helm() -> str | None:
    """Where helm is: in PATH, or where .ci/helm puts it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return shutil.which("helm") or shutil.which("helm", path=cache / "rboard-ci" / "bin")


HELM = find_helm()
needs_helm = pytest.mark.skipif(
    HELM is None and not os.environ.get("CI"), reason="needs helm (.ci/helm tools)"
)


def helm(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    assert HELM, "helm is missing: run .ci/helm tools"
    return subprocess.run(
        [HELM, *arguments], capture_output=True, text=True, env=os.environ | (env or {})
    )


def template(
    *arguments: str, env: dict[str, str] | None = None, chart: Path = CHART
) -> list[dict[str, Any]]:
    """The objects that the chart renders to."""
    done = helm(
        "template", "rboard", str(chart), "--namespace", "boards", "--kube-version", KUBERNETES,
        *arguments, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@functools.cache
def rendered(name: str = "", upgrade: bool = False) -> list[dict[str, Any]]:
    """With a file of values in ci/, or with none."""
    values = ["--values", str(CHART / "ci" / f"{name}.yaml")] if name else []
    return template(*values, *(["--is-upgrade"] if upgrade else []))


def all_rendered() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ["", *VALUES_FILES]:
        for upgrade in (False, True):
            for document in rendered(name, upgrade):
                kind, called = document["kind"], document["metadata"]["name"]
                yield f"{name or 'defaults'}: {kind} {called}", document


def refusal(*arguments: str) -> str:
    """The error with which helm refuses."""
    done = helm("template", "rboard", str(CHART), "--kube-version", KUBERNETES, *arguments)
    assert done.returncode != 0, "it was rendered"
    return done.stderr


def of_kind(documents: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [document for document in documents if document["kind"] == kind]


def only(documents: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    [document] = of_kind(documents, kind)
    return document


def pod_of(document: dict[str, Any]) -> dict[str, Any] | None:
    """The spec of the pods that an object makes."""
    spec: dict[str, Any] = document.get("spec", {})
    match document["kind"]:
        case "Pod":
            return spec
        case "Deployment" | "Job":
            found: dict[str, Any] = spec["template"]["spec"]
            return found
        case "CronJob":
            inner: dict[str, Any] = spec["jobTemplate"]["spec"]["template"]["spec"]
            return inner
    return None


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {entry["name"]: entry.get("value") for entry in container["env"]}


def default_values() -> dict[str, Any]:
    """Every value by its path, such as image.tag."""

    def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict) and value and path not in WHOLE:
            for key, part in value.items():
                yield from leaves(part, f"{path}.{key}".lstrip("."))
        else:
            yield path, value

    return dict(leaves(yaml.safe_load((CHART / "values.yaml").read_text()), ""))


def set_json(path: str, value: Any) -> list[str]:
    return ["--set-json", f"{path}={json.dumps(value)}"]
