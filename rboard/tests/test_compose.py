"""compose.yaml, as Compose reads it."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

pytestmark = pytest.mark.one_database

ROOT = Path(settings.BASE_DIR)
SOURCE = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(SOURCE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate", "secrets"}

each_service = pytest.mark.parametrize("name", SERVICES)


def test_it_has_all_that_a_server_needs() -> None:
    needed = {"rboard", "migrate", "secrets", "periodic", "postgres", "redis", "caddy"}
    assert set(SERVICES) == needed


@each_service
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@each_service
def test_a_service_cannot_take_the_whole_server(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"memory", "pids"}
    assert SERVICES[name]["logging"]["options"]["max-size"]


@each_service
def test_a_service_comes_back_unless_it_runs_once(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")


@each_service
def test_a_service_tells_whether_it_is_well(name: str) -> None:
    in_its_image = name == "rboard"
    asked = "test" in SERVICES[name].get("healthcheck", {})
    assert asked == (name in {"caddy", "postgres", "redis"})
    assert asked or in_its_image or SERVICES[name]["healthcheck"] == {"disable": True}
    assert not in_its_image or "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_only_caddy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["back"]


def test_the_network_that_is_believed_is_caddys() -> None:
    (network,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert SERVICES["rboard"]["environment"]["TRUSTED_PROXIES"] == network["subnet"]
    assert SERVICES["caddy"]["networks"] == ["front"]


@each_service
def test_secrets_are_in_files(name: str) -> None:
    variables = SERVICES[name].get("environment", {})
    for variable in variables:
        if re.search("SECRET|PASSWORD|DATABASE_URL", variable):
            assert variable.endswith("_FILE"), variable
            file = variables[variable]
            assert f"keep {Path(file).name} " in SERVICES["secrets"]["command"][0]


def make_secrets(folder: Path) -> dict[str, tuple[int, str]]:
    """Run what makes them, here; the mode and the content of each file."""
    script = SERVICES["secrets"]["command"][0].replace("$$", "$").replace("/data", str(folder))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-euc", script], env={"PATH": path}, check=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    return {
        file.name: (stat.S_IMODE(file.stat().st_mode), file.read_text())
        for file in folder.iterdir()
    }


def test_postgresql_reads_its_password_and_no_other_secret(tmp_path: Path) -> None:
    """It runs as another user, without rights to read what is not its own."""
    assert SERVICES["postgres"]["user"] != SERVICES["secrets"].get("user")
    made = make_secrets(tmp_path)
    assert {name: mode for name, (mode, _content) in made.items()} == {
        "database_password": 0o644,
        "database_url": 0o600,
        "secret_key": 0o600,
    }
    assert made["database_password"][1] in made["database_url"][1]


def test_secrets_stay_and_old_ones_are_closed(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("of before")
    (tmp_path / "secret_key").chmod(0o644)
    made = make_secrets(tmp_path)
    assert made["secret_key"] == (0o600, "of before")
    assert make_secrets(tmp_path) == made


def test_nothing_starts_before_what_it_needs() -> None:
    done, well = "service_completed_successfully", "service_healthy"
    needs = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    for server in ("rboard", "periodic"):
        assert needs[server]["migrate"] == {"condition": done}
    assert needs["migrate"]["postgres"] == {"condition": well}
    assert needs["postgres"]["secrets"] == {"condition": done}
    assert needs["secrets"] == {}


def test_one_service_makes_the_image_for_all() -> None:
    # Each that builds it makes another, and Compose a new container for each that has not the last.
    image = SERVICES["rboard"]["image"]
    own = {name: service for name, service in SERVICES.items() if service["image"] == image}
    assert set(own) == {"rboard", "periodic", "migrate", "secrets"}
    assert [name for name, service in SERVICES.items() if "build" in service] == ["rboard"]
    asks = {name for name, service in own.items() if service["pull_policy"] != "never"}
    assert asks == {"rboard"}


def test_an_upgrade_keeps_visitors_waiting_in_caddy() -> None:
    # Older versions of Compose stop what depends on a service that they make anew.
    assert "depends_on" not in SERVICES["caddy"]
    assert "lb_try_duration 30s" in (ROOT / "deploy" / "Caddyfile").read_text()


def test_what_is_kept_has_a_volume() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount.partition(":")[0] for mount in mounts if not mount.startswith((".", "/"))}
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / mount.partition(":")[0]).is_file() for mount in mounts if mount[0] == ".")


def test_a_stop_takes_as_long_as_gunicorn_may() -> None:
    own = re.search(r"^graceful_timeout = (\d+)", (ROOT / "rboard/gunicorn.py").read_text(), re.M)
    assert own
    assert int(SERVICES["rboard"]["stop_grace_period"].removesuffix("s")) > int(own[1])


def test_the_example_names_every_variable() -> None:
    named = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M)
    used = re.findall(r"(?<!\$)\$\{(\w+)", SOURCE)
    assert sorted(named) == sorted(set(used))


def test_every_command_is_one_of_the_entry_point() -> None:
    entry_point = (ROOT / "bin/entrypoint").read_text()
    for service in (SERVICES["rboard"], SERVICES["migrate"]):
        for word in service.get("command", ["serve"])[:1]:
            assert re.search(rf"^    {word}:[0*]\)", entry_point, re.M)
