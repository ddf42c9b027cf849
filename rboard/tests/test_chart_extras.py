"""Jobs, addresses, metrics and notes of the Helm chart."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from prometheus_client import Counter, Histogram

from rboard import metrics
from rboard.tests.chart import (
    CHART,
    VALUES_FILES,
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


def test_periodic_commands_exist_and_can_be_turned_off() -> None:
    jobs = {job["metadata"]["name"]: job["spec"] for job in of_kind(rendered(), "CronJob")}
    assert set(jobs) == {f"rboard-{name}" for name in ("prune", "judge", "recount", "check-tree")}
    for spec in jobs.values():
        pod = spec["jobTemplate"]["spec"]["template"]["spec"]
        manage, command, *_options = pod["containers"][0]["args"]
        assert manage == "manage"
        assert command in get_commands()
    assert not of_kind(rendered("no-jobs"), "CronJob")
    schedules = {
        job["metadata"]["name"]: job["spec"]["schedule"]
        for job in of_kind(template("--set", "cronJobs.prune.schedule=@weekly"), "CronJob")
    }
    assert schedules["rboard-prune"] == "@weekly"
    assert schedules["rboard-judge"] == "*/10 * * * *"


def test_the_answer_of_helm_test_can_be_read_afterwards() -> None:
    # `helm test --logs` ends with an error where the pod that asked is already deleted.
    annotations = only(rendered(), "Pod")["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "test"
    assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation"


def mounts_backups(document: dict[str, Any]) -> bool:
    """Whether its pods have the volume of the backups, and all their containers see it."""
    pod = pod_of(document)
    assert pod
    has_volume = "backups" in {volume["name"] for volume in pod["volumes"]}
    for container in containers(pod):
        seen = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert seen.get("backups") == ("/backups" if has_volume else None)
    return has_volume


def test_backups_go_into_a_volume_of_their_own() -> None:
    assert not [name for name in named(rendered(), "CronJob") if name.endswith("backup")]
    claims = named(rendered("backups"), "PersistentVolumeClaim")
    assert set(claims) == {"rboard", "rboard-backups"}
    assert claims["rboard-backups"]["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    job = named(rendered("backups"), "CronJob")["rboard-backup"]
    pod = pod_of(job)
    assert pod
    assert job["spec"]["schedule"] == "@daily"
    assert pod["containers"][0]["args"] == ["manage", "backup", "/backups", "--keep", "7", "--json"]
    # Else `helm install --wait` would wait for the first night.
    assert mounts_backups(job)
    assert mounts_backups(only(rendered("backups"), "Deployment"))


def test_on_postgresql_the_backup_alone_has_their_volume() -> None:
    assert "set backup.existingClaim" in refusal(
        "--set", "backup.enabled=true,database.existingSecret=database"
    )
    documents = rendered("backups-postgresql")
    assert not of_kind(documents, "PersistentVolumeClaim")
    assert not mounts_backups(only(documents, "Deployment"))
    have = {name for name, job in named(documents, "CronJob").items() if mounts_backups(job)}
    assert have == {"rboard-backup"}


def named(documents: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in of_kind(documents, kind)}


def test_the_address_leads_in_over_tls() -> None:
    ingress = only(rendered("ingress"), "Ingress")["spec"]
    assert ingress["tls"] == [{"hosts": ["board.example"], "secretName": "rboard-tls"}]
    assert [rule["host"] for rule in ingress["rules"]] == ["board.example"]
    routes = {r["metadata"]["name"]: r["spec"] for r in of_kind(rendered("gateway"), "HTTPRoute")}
    assert routes["rboard"]["parentRefs"] == [{"name": "rboard", "sectionName": "https"}]
    [rule] = routes["rboard-https"]["rules"]
    assert rule["filters"][0]["requestRedirect"]["scheme"] == "https"
    listeners = only(rendered("gateway"), "Gateway")["spec"]["listeners"]
    assert {listener["name"]: listener.get("tls", {}).get("mode") for listener in listeners} == {
        "http": None, "https": "Terminate",
    }  # fmt: skip


def test_the_network_lets_visitors_in_and_pods_out_to_what_they_need() -> None:
    found = of_kind(rendered("everything"), "NetworkPolicy")
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in found}
    [way_in] = policies["the-board"]["ingress"]
    assert way_in["ports"] == [{"port": "http", "protocol": "TCP"}]
    assert {"ipBlock": {"cidr": "10.0.0.0/8"}} in way_in["from"]
    tester = only(rendered("everything"), "Pod")["metadata"]["labels"]
    own = way_in["from"][0]["podSelector"]["matchLabels"]
    assert own.items() <= tester.items()
    assert policies["the-board-jobs"]["policyTypes"] == ["Ingress"]
    assert "ingress" not in policies["the-board-jobs"]
    ways_out = policies["the-board-egress"]["egress"]
    database = {"podSelector": {"matchLabels": {"cnpg.io/cluster": "the-board-db"}}}
    assert [way["ports"] for way in ways_out if way.get("to") == [database]] == [
        [{"port": 5432, "protocol": "TCP"}]
    ]
    assert {"ports": [{"port": 6379, "protocol": "TCP"}]} in ways_out


@pytest.mark.parametrize("method", ["plugin", "barmanObjectStore", "volumeSnapshot"])
def test_the_database_cluster_is_backed_up(method: str) -> None:
    documents = rendered(f"cnpg-backup-{method}")
    cluster = only(documents, "Cluster")
    backup = only(documents, "ScheduledBackup")["spec"]
    assert backup["cluster"]["name"] == cluster["metadata"]["name"]
    assert (backup["method"], backup["immediate"]) == (method, True)
    match method:
        case "plugin":
            [plugin] = cluster["spec"]["plugins"]
            assert plugin["isWALArchiver"] is True
            store = only(documents, "ObjectStore")
            assert plugin["parameters"]["barmanObjectName"] == store["metadata"]["name"]
            assert store["spec"]["configuration"]["destinationPath"] == "s3://backups/rboard"
        case "barmanObjectStore":
            store = cluster["spec"]["backup"]["barmanObjectStore"]
            assert store["s3Credentials"]["accessKeyId"]["name"] == "bucket"
        case "volumeSnapshot":
            assert cluster["spec"]["backup"]["volumeSnapshot"]["className"] == "fast"


def test_the_database_of_the_cluster_is_the_one_used() -> None:
    cluster = only(rendered("cnpg"), "Cluster")
    assert cluster["spec"]["bootstrap"]["initdb"] == {"database": "rboard", "owner": "rboard"}
    pod = pod_of(only(rendered("cnpg"), "Deployment"))
    assert pod
    # CloudNativePG's own Secret, and its Service of the standbys.
    name = cluster["metadata"]["name"]
    [volume] = [volume for volume in pod["volumes"] if volume["name"] == "secrets"]
    found = {s["secret"]["name"]: s["secret"].get("items") for s in volume["projected"]["sources"]}
    assert found[f"{name}-app"] == [{"key": "uri", "path": "database-url"}]
    replica = environment(pod["containers"][0])["DATABASE_REPLICA_URL"]
    assert replica == (f"postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{name}-ro:5432/rboard")


def test_visitors_behind_a_proxy_get_single_threads() -> None:
    # See rboard/gunicorn.py.
    for name, threads in (("", "8"), ("ingress", "1"), ("httproute", "1"), ("everything", "2")):
        pod = pod_of(only(rendered(name), "Deployment"))
        assert pod
        assert environment(pod["containers"][0])["WEB_THREADS"] == threads


def told_metrics() -> dict[str, set[str]]:
    """Names and labels of files/metrics.txt."""
    lines = (CHART / "files" / "metrics.txt").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return {name: set(labels) for name, *labels in words}


@pytest.mark.django_db
def test_the_metrics_that_are_told_are_those_of_the_site() -> None:
    own: dict[str, set[str]] = {}
    for metric in vars(metrics).values():
        if isinstance(metric, Counter):
            own[f"{metric._name}_total"] = set(metric._labelnames)
        elif isinstance(metric, Histogram):
            labels = set(metric._labelnames)
            own |= {f"{metric._name}_{part}": labels for part in ("count", "sum")}
            own[f"{metric._name}_bucket"] = labels | {"le"}
    own |= {family.name: set() for family in metrics.Waiting().collect()}
    told = {name: labels for name, labels in told_metrics().items() if name.startswith("rboard_")}
    assert told == own


# What makes no sense in the image, or is the chart's own affair.
NOT_IN_PODS = {"STATIC_ROOT", "ENV_FILE", "DEBUG", "SAMPLES", "MIGRATE"}
# Of which CloudNativePG's address of its standbys is put together; and one in ci/everything.yaml.
OTHERS = {"DATABASE_USER", "DATABASE_PASSWORD", "MARK"}


def test_every_variable_of_the_pods_is_a_setting_and_every_setting_one_of_theirs() -> None:
    readme = (CHART.parents[1] / "README.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", readme, re.M)
    settings = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    used: set[str] = set()
    for name in ["", *VALUES_FILES]:
        pod = pod_of(only(rendered(name), "Deployment"))
        assert pod
        used |= {key.removesuffix("_FILE") for key in environment(pod["containers"][0])}
    assert used - OTHERS == settings - NOT_IN_PODS


def test_alerts_and_dashboard_use_metrics_that_are_told() -> None:
    told = told_metrics()
    alerts = yaml.safe_load((CHART / "files" / "alerts.yaml").read_text())["groups"][0]["rules"]
    expressions = [rule["expr"] for rule in alerts]
    dashboard = json.loads((CHART / "files" / "dashboard.json").read_text())
    expressions += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    used = set()
    for name, labels in re.findall(r"([a-z_]+)\{([^}]*)\}", " ".join(expressions)):
        used.add(name)
        named = set(re.findall(r"([a-z_]+)=", labels)) - {"job", "namespace"}
        assert named <= told[name], name
    assert used <= set(told)
    assert {name for name in told if name.startswith("rboard_")} - used <= {
        "rboard_request_seconds_count"
    }


def test_alerts_are_about_this_release_alone() -> None:
    rules = only(rendered("monitoring"), "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert "RboardSignupFlood" not in {rule["alert"] for rule in rules}
    assert len(rules) >= 8
    for rule in rules:
        assert 'namespace="boards"' in rule["expr"], rule["alert"]
        assert 'job="rboard"' in rule["expr"] or 'job_name=~"rboard-' in rule["expr"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart with its notes among what it renders; helm prints them to a cluster alone."""
    folder = tmp_path_factory.mktemp("chart")
    chart = Path(shutil.copytree(CHART, folder / "rboard"))
    (chart / "templates" / "NOTES.txt").rename(chart / "NOTES.txt")
    rest = '{{ tpl (.Files.Get "NOTES.txt") . | toJson }}'
    (chart / "templates" / "notes.yaml").write_text(f"kind: Notes\nnotes: {rest}\n")
    return chart


@pytest.mark.parametrize("name", ["", *VALUES_FILES])
def test_notes_say_what_to_do_next(name: str, told: Path) -> None:
    values = ["--values", str(CHART / "ci" / f"{name}.yaml")] if name else []
    notes = only(template(*values, chart=told), "Notes")["notes"]
    assert "manage.py ensure_operator" in notes
    assert "Back it up" in notes
    assert "manage.py backup /tmp/rboard.tar.zst\n" in notes
    assert re.search(r"exec -i .*'cat >/tmp/rboard.tar.zst' <rboard.tar.zst\n", notes)
    assert re.search(
        r"manage.py restore /tmp/rboard.tar.zst (--verify )?--apply --replace\n", notes
    )
    assert "helm -n boards test rboard" in notes
    address = "https://board.example/" if "board.example" in notes else "http://localhost:8000/"
    assert address in notes
    assert ("WARNING" in notes) == (name in {"sqlite-ephemeral", "cnpg"})
