"""The files of `deploy/` say what is so: every command, option, setting and header in them is one that there is."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import get_commands, load_command_class

from sitecontent.edition import current
from tests.pages.wsgi import Holding, ask

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def settings_read() -> set[str]:
    """The names that the settings read from the environment."""
    text = (Path(settings.BASE_DIR) / "config/settings.py").read_text()
    return set(re.findall(r'env_\w+\("([A-Z_]+)"', text))


def settings_given() -> dict[str, str]:
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """A unit file: section -> key -> its values, as a key may be given more than once."""
    parsed: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            parsed.setdefault(section, {}).setdefault(key, []).append(value)
    return parsed


def commands_in(text: str) -> list[list[str]]:
    """Every `manage.py` command line in a text, as words; also those that are written as a list of words."""
    found = re.findall(r"manage\.py[\"', ]+([a-z_]+[^\n]*)", text)
    return [shlex.split(line.split("&&")[0].replace('"', " ").replace(",", " ").replace("]", " ")) for line in found]


def refuse_unknown(words: list[str]) -> None:
    """Let the command's own parser read the words."""
    name, *arguments = words
    command = load_command_class(get_commands()[name], name)
    arguments = [word.replace("%i", "8000") for word in arguments]
    command.create_parser("manage.py", name).parse_args(arguments)


def test_every_setting_that_is_given_is_read_and_real():
    given = settings_given()

    assert set(given) <= settings_read()
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BEHIND_PROXY"} <= set(given)
    assert given["SECRET_KEY"] == ""  # Nobody runs with a secret that is in the repository.


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_command_of_a_unit_is_one_that_there_is(path):
    service = unit(path)["Service"]

    for line in service["ExecStart"]:
        (words,) = commands_in(line)
        refuse_unknown(words)
    assert service["User"] == ["causeway"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["EnvironmentFile"] == ["/etc/causeway/environment"]


def test_every_timer_has_its_service():
    for timer in (DEPLOY / "systemd").glob("*.timer"):
        parser = configparser.ConfigParser()
        parser.read(timer)
        assert parser.has_option("Timer", "OnCalendar")
        assert timer.with_suffix(".service").is_file()


def test_an_export_that_nobody_looks_after_is_taken_away():
    service = unit(DEPLOY / "systemd/causeway-export.service")["Service"]

    assert service["ExecStopPost"] == ["/bin/rm -f /var/lib/causeway/site"]
    assert "/var/lib/causeway/site" in service["ExecStart"][0]


def test_the_containers_run_commands_that_there_are_and_mount_files_that_there_are():
    folder = DEPLOY / "container"
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    for words in commands_in((folder / "compose.yaml").read_text() + (folder / "Containerfile").read_text()):
        refuse_unknown(words)

    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    made_by_the_operator = {"./certificates"}
    assert {path for path in mounted if not (folder / path).exists()} == made_by_the_operator
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", (folder / "Containerfile").read_text(), re.MULTILINE):
        assert all((Path(settings.BASE_DIR) / name).exists() for name in line.split())
    assert "USER causeway" in (folder / "Containerfile").read_text()
    sites = re.findall(r"server ([\w-]+):8000", (folder / "upstream.conf").read_text())
    assert set(sites) <= set(compose["services"])


@pytest.mark.usefixtures("connections_left_alone")
def test_nginx_sends_the_security_headers_of_the_application(monkeypatch, starter_edition, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(current, "_holder", Holding(starter_edition))
    live = ask(WSGIHandler(), "/about/", x_forwarded_proto="https").headers
    text = (DEPLOY / "nginx/security-headers.conf").read_text()
    sent = {
        name.lower(): value for name, value in re.findall(r'^add_header ([\w-]+) "(.*)" always;$', text, re.MULTILINE)
    }

    of_the_page = {"content-type", "content-length", "etag", "cache-control"}
    assert set(sent) == set(live) - of_the_page
    for name, value in sent.items():
        assert parts(value) == parts(live[name]), name
    kept = re.search(r'Cache-Control "(.*)"', (DEPLOY / "nginx/page.conf").read_text())[1]
    assert kept == live["cache-control"]


def parts(value: str) -> set[str]:
    return {part.strip() for part in value.split(";")}


def test_no_log_of_nginx_holds_an_address_or_a_query_string():
    text = (DEPLOY / "nginx/causeway.conf").read_text()
    (form,) = re.findall(r"log_format causeway '(.*)';", text)

    assert not re.search(r"\$(request\b|request_uri|args|query_string|remote_addr|http_\w+)", form)
    assert set(re.findall(r"access_log (\S+)", text)) == {"off;", "/var/log/nginx/causeway.log"}
    assert re.findall(r"error_log \S+ (\w+);", text) == ["emerg"]


def test_postgresql_keeps_what_was_acknowledged_and_logs_no_values():
    lines = (DEPLOY / "postgresql/causeway.conf").read_text().splitlines()
    given = dict(line.split(" = ") for line in lines if " = " in line and not line.startswith("#"))

    assert [given[name] for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
    assert (given["log_statement"], given["log_parameter_max_length"]) == ("none", "0")
    processes = 4  # Two sites, the export, and a command.
    assert int(given["max_connections"]) > processes * int(settings_given()["DATABASE_POOL_SIZE"])
