"""Secrets and migrations in the Helm chart, and what it asks the cluster for."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from rboard.tests.chart import (
    all_rendered,
    containers,
    environment,
    needs_helm,
    of_kind,
    only,
    pod_of,
    rendered,
    template,
)

pytestmark = [needs_helm, pytest.mark.one_database]


# --- Secrets -------------------------------------------------------------------------------------


def test_secrets_are_in_secrets_alone() -> None:
    given = set()
    for name, document in all_rendered():
        text = json.dumps(document)
        if document["kind"] == "Secret":
            given |= {base64.b64decode(value).decode() for value in document["data"].values()}
        else:
            assert "secret-of-" not in text, name
    assert len([value for value in given if "secret-of-" in value]) >= 4
    made = base64.b64decode(only(rendered(), "Secret")["data"]["secret-key"]).decode()
    assert len(made) >= 50
    others = [document for document in rendered() if document["kind"] != "Secret"]
    assert made not in json.dumps(others)


def test_secrets_come_to_every_container_as_files() -> None:
    for name in ("postgresql-url", "existing-secrets"):
        for document in rendered(name):
            pod = pod_of(document)
            if pod is None or document["kind"] == "Pod":
                continue
            [volume] = [volume for volume in pod["volumes"] if volume["name"] == "secrets"]
            files = set()
            for source in volume["projected"]["sources"]:
                secret = source["secret"]
                own = {} if "items" in secret else only(rendered(name), "Secret")["data"]
                files |= set(own) | {item["path"] for item in secret.get("items", [])}
            for container in containers(pod):
                told = {
                    key: value
                    for key, value in environment(container).items()
                    if key.endswith("_FILE")
                }
                assert set(told) == {
                    "SECRET_KEY_FILE", "DATABASE_URL_FILE", "DATABASE_REPLICA_URL_FILE",
                    "REDIS_URL_FILE", "EMAIL_URL_FILE", "UPLOADS_URL_FILE",
                }  # fmt: skip
                [mount] = [m for m in container["volumeMounts"] if m["name"] == "secrets"]
                assert {f"{mount['mountPath']}/{file}" for file in files} == set(told.values())


class Cluster(BaseHTTPRequestHandler):
    """As much of an API server as helm's `lookup` asks for."""

    objects: dict[str, dict[str, Any]] = {}
    resources = {
        "/api/v1": {"secrets": "Secret", "serviceaccounts": "ServiceAccount"},
        "/apis/postgresql.cnpg.io/v1": {"clusters": "Cluster"},
    }

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        answer: dict[str, Any] | None = self.objects.get(path)
        if path in self.resources:
            every = {"namespaced": True, "verbs": ["get"]}
            answer = {
                "kind": "APIResourceList",
                "groupVersion": path.removeprefix("/api/").removeprefix("/apis/"),
                "resources": [
                    {"name": name, "kind": kind} | every
                    for name, kind in self.resources[path].items()
                ],
            }
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound"}
        body = json.dumps(answer or missing | {"code": 404}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which helm has a cluster to ask; its objects are Cluster.objects."""
    Cluster.objects = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{"name": "test", "cluster": {
            "server": f"http://127.0.0.1:{server.server_port}"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "users": [{"name": "test", "user": {}}],
    }  # fmt: skip
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(config))
    yield {"KUBECONFIG": str(file), "HOME": str(tmp_path)}
    server.shutdown()
    server.server_close()


def test_the_key_it_made_is_kept(cluster: dict[str, str]) -> None:
    arguments = ["--is-upgrade", "--dry-run=server"]
    first = only(template(*arguments, env=cluster), "Secret")
    Cluster.objects["/api/v1/namespaces/boards/secrets/rboard"] = first
    second = only(template(*arguments, env=cluster), "Secret")
    assert second["data"] == first["data"]
    Cluster.objects = {}
    assert only(template(*arguments, env=cluster), "Secret")["data"] != first["data"]


def test_a_new_database_cluster_is_migrated_once_it_is_there(cluster: dict[str, str]) -> None:
    arguments = ["--is-upgrade", "--dry-run=server", "--set", "postgresql.cnpg.enabled=true"]
    first = only(template(*arguments, env=cluster), "Job")
    assert "annotations" not in first["metadata"]
    path = "/apis/postgresql.cnpg.io/v1/namespaces/boards/clusters/rboard-db"
    Cluster.objects[path] = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster"}
    later = only(template(*arguments, env=cluster), "Job")
    assert later["metadata"]["annotations"]["helm.sh/hook"] == "pre-upgrade"


# --- Migrations ----------------------------------------------------------------------------------


def test_an_upgrade_migrates_before_any_pod_changes() -> None:
    documents = rendered("postgresql-url", upgrade=True)
    job = only(documents, "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-upgrade"
    pod = pod_of(job)
    assert pod
    assert pod["containers"][0]["args"] == ["migrate"]
    # What it reads is there before it, with the new values.
    secrets = {secret["metadata"]["name"]: secret for secret in of_kind(documents, "Secret")}
    [copy] = [s for s in secrets.values() if "helm.sh/hook" in s["metadata"]["annotations"]]
    assert copy["data"] == secrets["rboard"]["data"]
    assert int(copy["metadata"]["annotations"]["helm.sh/hook-weight"]) < int(
        job["metadata"]["annotations"]["helm.sh/hook-weight"]
    )
    [volume] = [volume for volume in pod["volumes"] if volume["name"] == "secrets"]
    names = {source["secret"]["name"] for source in volume["projected"]["sources"]}
    assert names == {copy["metadata"]["name"]}


def test_an_upgrade_to_a_new_service_account_migrates_without_it(cluster: dict[str, str]) -> None:
    def accounts(*arguments: str) -> tuple[str, str]:
        documents = template(
            "--is-upgrade", "--dry-run=server", "--set", "database.existingSecret=database",
            *arguments, env=cluster,
        )  # fmt: skip
        hook, web = pod_of(only(documents, "Job")), pod_of(only(documents, "Deployment"))
        assert hook
        assert web
        return hook["serviceAccountName"], web["serviceAccountName"]

    # It is made after the hook, whose pod would wait for it until the upgrade is given up.
    assert accounts("--set", "serviceAccount.name=new") == ("default", "new")
    Cluster.objects["/api/v1/namespaces/boards/serviceaccounts/new"] = {
        "apiVersion": "v1", "kind": "ServiceAccount",
    }  # fmt: skip
    assert accounts("--set", "serviceAccount.name=new") == ("new", "new")
    assert accounts("--set", "serviceAccount.name=own,serviceAccount.create=false") == (
        "own",
        "own",
    )


def test_arguments_of_migrations_can_be_taken_back() -> None:
    for more in ([], ["--set", "database.existingSecret=database"]):
        documents = template("--set", "migrations.extraArgs=null", *more)
        pod = pod_of(only(documents, "Job" if more else "Deployment"))
        assert pod
        [migrate] = [each for each in containers(pod) if each["name"] == "migrate"]
        assert migrate["args"] == ["migrate"]


@pytest.mark.parametrize("name", ["postgresql-url", "existing-secrets", "cnpg"])
def test_an_install_migrates_beside_the_pods_once_the_database_answers(name: str) -> None:
    # No hook: with `helm install --wait` one after the install would never run.
    job = only(rendered(name), "Job")
    assert "annotations" not in job["metadata"]
    pod = pod_of(job)
    assert pod
    [wait] = pod["initContainers"]
    compile(wait["args"][-1], "wait", "exec")
    assert "ensure_connection" in wait["args"][-1]


def test_a_job_that_holds_something_else_has_another_name() -> None:
    # A job can't be changed, and some tools always render an install.
    base = ["--set", "database.existingSecret=database", "--set"]
    names = {
        only(template(*base, f"image.tag={tag}"), "Job")["metadata"]["name"]
        for tag in ("v1", "v1", "v2")
    }
    assert len(names) == 2
