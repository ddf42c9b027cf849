"""What the Helm chart makes of its values. Needs helm: `.ci/helm tools` builds it."""

import pytest

from rboard import gunicorn
from rboard.tests.chart import (
    all_rendered,
    containers,
    environment,
    needs_helm,
    of_kind,
    only,
    pod_of,
    refusal,
    rendered,
    template,
)

pytestmark = [needs_helm, pytest.mark.one_database]


# --- One replica on SQLite -----------------------------------------------------------------------


def test_by_itself_it_is_one_replica_on_sqlite() -> None:
    documents = rendered()
    deployment = only(documents, "Deployment")
    pod = pod_of(deployment)
    assert pod
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    [web] = pod["containers"]
    assert environment(web)["DATABASE_URL"] == "sqlite:////data/rboard.sqlite3"
    assert {"name": "data", "mountPath": "/data"} in web["volumeMounts"]
    claim = only(documents, "PersistentVolumeClaim")["metadata"]["name"]
    assert {"name": "data", "persistentVolumeClaim": {"claimName": claim}} in pod["volumes"]
    assert [step["args"] for step in pod["initContainers"]] == [["migrate"]]
    assert not of_kind(documents, "Job")
    assert not of_kind(documents, "PodDisruptionBudget")


def test_its_data_outlive_the_release() -> None:
    for kind in ("PersistentVolumeClaim", "Secret"):
        annotations = only(rendered(), kind)["metadata"]["annotations"]
        assert annotations["helm.sh/resource-policy"] == "keep"
    cluster = only(rendered("cnpg"), "Cluster")
    assert cluster["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


@pytest.mark.parametrize("more", ["replicaCount=2", "autoscaling.enabled=true"])
def test_sqlite_is_refused_more_replicas_with_the_reason(more: str) -> None:
    by_schema = refusal("--set", more)
    assert "as SQLite is a file on one volume" in by_schema
    assert f"at '/{more.split('=')[0].replace('.', '/')}'" in by_schema
    by_template = refusal("--set", more, "--skip-schema-validation")
    assert "SQLite is a file on one volume, so it serves one replica only" in by_template
    template("--set", f"{more},database.existingSecret=database")


def test_jobs_run_where_the_volume_is() -> None:
    for job in of_kind(rendered(), "CronJob"):
        pod = pod_of(job)
        assert pod
        [rule] = pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        web = only(rendered(), "Deployment")["spec"]["template"]["metadata"]["labels"]
        assert rule["labelSelector"]["matchLabels"].items() <= web.items()
        assert "data" in {volume["name"] for volume in pod["volumes"]}


# --- Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("replicacount=2", "additional properties 'replicacount' not allowed"),
        ("image.pullPolicy=Sometimes", "'IfNotPresent'"),
        ("site.publicUrl=board.example", "at '/site/publicUrl'"),
        ("cronJobs.prune.schedule=often", "at '/cronJobs/prune/schedule'"),
        ("ingress.enabled=true", "Set site.publicUrl to the address that visitors see"),
        ("serviceMonitor.enabled=true", "Set site.metricsAllow"),
        ("httpRoute.enabled=true,site.publicUrl=http://x.example", "Set httpRoute.parentRefs"),
        ("ingress.enabled=true,site.publicUrl=https://x.example", "Set site.trustedProxies"),
        ("database.existingSecret=a,postgresql.cnpg.enabled=true", "Only one of"),
        ("postgresql.cnpg.enabled=true,postgresql.cnpg.backup.enabled=true", "destinationPath"),
    ],
)
def test_what_cannot_work_is_refused(values: str, reason: str) -> None:
    assert reason in refusal("--set", values)


def test_no_error_shows_a_password() -> None:
    for name in ("database.url", "database.replicaUrl"):
        error = refusal("--set", f"{name}=mysql://rboard:hunter2@db.example/rboard")
        assert f"{name} must start with postgres://" in error
        assert "hunter2" not in error
    assert "hunter2" not in refusal("--set", "secretKey.value=hunter2")


# --- Every pod -----------------------------------------------------------------------------------


def test_every_pod_is_restricted() -> None:
    kinds = set()
    for name, document in all_rendered():
        pod = pod_of(document)
        if pod is None:
            continue
        kinds.add(document["kind"])
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == 10001, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
        assert not [volume for volume in pod.get("volumes", []) if "hostPath" in volume], name
    assert kinds == {"Deployment", "Job", "CronJob", "Pod"}


# --- Rolling updates -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["postgresql-url", "cnpg", "autoscaling"])
def test_an_update_loses_no_request(name: str) -> None:
    deployment = only(rendered(name), "Deployment")
    rolling = deployment["spec"]["strategy"]["rollingUpdate"]
    assert rolling == {"maxUnavailable": 0, "maxSurge": 1}
    pod = pod_of(deployment)
    assert pod
    [web] = pod["containers"]
    assert web["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz"
    command, seconds = web["lifecycle"]["preStop"]["exec"]["command"]
    assert command == "sleep"
    patience = int(seconds) + gunicorn.graceful_timeout
    assert pod["terminationGracePeriodSeconds"] > patience
    # Gone from the endpoints well before it stops to listen.
    assert int(seconds) >= 5


def test_the_chart_knows_how_long_gunicorn_lets_requests_end() -> None:
    seconds = 10 + gunicorn.graceful_timeout + 5
    template("--set", f"rollout.terminationGracePeriodSeconds={seconds}")
    error = refusal("--set", f"rollout.terminationGracePeriodSeconds={seconds - 1}")
    assert f"must be {seconds} at least" in error


def test_autoscaling_owns_the_replicas() -> None:
    documents = rendered("autoscaling")
    assert "replicas" not in only(documents, "Deployment")["spec"]
    scaler = only(documents, "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == only(documents, "Deployment")["metadata"]["name"]
    assert only(documents, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
