"""nginx, two processes of the site, its static export and PostgreSQL, as the files of `deploy/` say."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from base64 import b32decode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from sitecontent.finished.export import file_of
from tests.resilience.conftest import Database
from tests.resilience.processes import (
    ROOT,
    Load,
    Program,
    Reply,
    Site,
    Visitor,
    environment,
    free_port,
    manage,
    running,
    until,
)
from tests.security.helpers import code_of
from tests.tooling.nginx import find_nginx

NAME = "www.example.org"
DEPLOY = ROOT / "deploy"
SEEN_WITHIN_SECONDS = 2.0


def deployed_environment(database_url: str, var_dir: Path) -> dict[str, str]:
    """The settings of deploy/environment.example, with what an operator has to fill in."""
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    given.update(SECRET_KEY="only-for-tests-" * 4, DATABASE_URL=database_url, VAR_DIR=str(var_dir))
    given.update(CHECKER_MODE="personal", CLINICAL_SAFETY_OFFICER="Nobody, for a test")
    given.update(SEARCHES_A_MINUTE="0")  # All the load of this test comes from one address.
    kept = environment(database_url, var_dir)
    return {**{name: kept[name] for name in ("PATH", "HOME") if name in kept}, **given}


class SecureVisitor(Visitor):
    """Somebody who comes by HTTPS, to the site's own name."""

    def __init__(self, port: int, name: str = NAME) -> None:
        super().__init__("127.0.0.1", port)
        self.name = name

    def _ask_once(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        given = {"Host": self.name, "Referer": f"https://{self.name}/", **headers}
        if self.connection is None:
            self.connection = self._open()
        return super()._ask_once(method, address, body, given)

    def _open(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection((self.host, self.port), timeout=self.timeout_seconds)
        try:
            connection.sock = context.wrap_socket(plain, server_hostname=self.name)
        except BaseException:
            plain.close()
            raise
        return connection


class BehindProxy(Visitor):
    """Somebody whom a proxy has let through to one process."""

    def _ask_once(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        given = {
            "Host": NAME,
            "Referer": f"https://{NAME}/",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            **headers,
        }
        return super()._ask_once(method, address, body, given)


@dataclass
class Deployment:
    """All that runs."""

    sites: list[Site]
    export: Program
    site_link: Path
    https: int
    http: int
    log: Path

    def visitor(self) -> SecureVisitor:
        return SecureVisitor(self.https)

    def is_exported(self, edition: int) -> bool:
        manifest = self.site_link / "edition-manifest.json"
        return manifest.is_file() and json.loads(manifest.read_text())["edition"]["number"] == edition


def make_certificate(folder: Path) -> None:
    """A certificate that only this test believes."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "key.pem"]
    name = ["-days", "2", "-subj", f"/CN={NAME}", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", "req", "-x509", *key, *name], check=True, capture_output=True)


def nginx_configuration(folder: Path, *, sites: list[Site], https: int, http: int, site_link: Path) -> Path:
    """The files of deploy/nginx with the places of this machine in them, and the rest that nginx needs."""
    shutil.copytree(DEPLOY / "nginx", folder / "causeway")
    replaced = {
        "/etc/nginx/causeway": str(folder / "causeway"),
        "/etc/ssl/causeway": str(folder),
        "/var/lib/causeway/site": str(site_link),
        "/var/log/nginx": str(folder),
        "listen 443 ": f"listen 127.0.0.1:{https} ",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 80 ": f"listen 127.0.0.1:{http} ",
        "127.0.0.1:8000": f"127.0.0.1:{sites[0].port}",
        "127.0.0.1:8001": f"127.0.0.1:{sites[1].port}",
    }
    for path in (folder / "causeway").glob("*.conf"):
        text = path.read_text()
        for old, new in replaced.items():
            text = text.replace(old, new)
        path.write_text("\n".join(line for line in text.splitlines() if "[::]" not in line) + "\n")
    temporary = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    main.write_text(
        f"{user}daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 512; }}\n"
        f"http {{ include /etc/nginx/mime.types; default_type application/octet-stream; sendfile on;\n{temporary}\n"
        f"include {folder}/causeway/causeway.conf; }}\n"
    )
    return main


@pytest.fixture
def deployment(database: Database, tmp_path: Path) -> Iterator[Deployment]:
    """Everything, running."""
    var_dir, folder = tmp_path / "var", tmp_path / "nginx"
    var_dir.mkdir()
    folder.mkdir()
    environ = deployed_environment(database.url, var_dir)
    manage(environ, "collectstatic", "--noinput", "-v0")
    sites = [Site(environ), Site(environ)]
    site_link = var_dir / "site"
    export = Program([*sites[0].command[:2], "build", "--follow", str(site_link)], environ)
    https, http = free_port(), free_port()
    make_certificate(folder)
    main = nginx_configuration(folder, sites=sites, https=https, http=http, site_link=site_link)
    nginx = Program([str(find_nginx()), "-c", str(main), "-e", str(folder / "start.log")], dict(os.environ))
    deployment = Deployment(sites, export, site_link, https, http, folder / "causeway.log")
    with ExitStack() as stack:
        for program in (export, *sites, nginx):
            stack.enter_context(running(program))
        until(lambda: answers(deployment), within_seconds=20)
        until(lambda: deployment.is_exported(1), within_seconds=60)
        yield deployment


def answers(deployment: Deployment) -> bool:
    try:
        return deployment.visitor().get("/healthz").status == 200
    except OSError:
        return False


def test_the_deployment_serves_publishes_and_loses_nothing(deployment: Deployment, database: Database) -> None:
    visitor = deployment.visitor()
    direct = BehindProxy("127.0.0.1", deployment.sites[0].port)

    see_that_export_and_application_say_the_same(visitor, direct, deployment)
    see_that_what_answers_a_visitor_reaches_the_application(visitor)
    see_that_only_the_sites_own_name_is_answered(deployment)
    see_that_an_approval_is_seen_everywhere_in_time(deployment, database)
    see_that_a_process_can_go_without_a_loss(deployment)
    see_that_no_log_tells_who_asked_what(deployment)


def see_that_export_and_application_say_the_same(visitor: Visitor, direct: Visitor, deployment: Deployment) -> None:
    of_the_file = {"date", "server", "connection", "keep-alive", "etag", "last-modified", "accept-ranges"}
    of_the_file |= {"content-length", "transfer-encoding", "vary", "content-security-policy", "cache-control"}
    for address in ("/", "/about/", "/causes/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/favicon.ico"):
        exported, live = visitor.get(address), direct.get(address)
        assert "last-modified" in exported.headers, f"{address} did not come from the export"
        assert exported.content == live.content, address
        names = (set(exported.headers) | set(live.headers)) - of_the_file
        assert {name: exported.headers.get(name) for name in names} == {
            name: live.headers.get(name) for name in names
        }, address
        assert cache_control(exported) == cache_control(live)
        assert policy(exported) == policy(live)

        packed = visitor.get(address, Accept_Encoding="gzip")
        has_packed = (deployment.site_link / f"{file_of(address)}.gz").is_file()
        assert packed.headers.get("content-encoding", "") == ("gzip" if has_packed else "")
        again = visitor.get(address, If_None_Match=exported.headers["etag"])
        assert (again.status, again.content) == (304, b"")
    hashed = visitor.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in visitor.get(hashed).headers["cache-control"]


def cache_control(reply: Reply) -> set[str]:
    return {part.strip() for part in reply.headers["cache-control"].split(",")}


def policy(reply: Reply) -> set[str]:
    return {part.strip() for part in reply.headers["content-security-policy"].split(";")}


def see_that_what_answers_a_visitor_reaches_the_application(visitor: Visitor) -> None:
    for address, status in (
        ("/causes/?urgency=emergency", 200),
        ("/claims/?verdict=harmful", 200),
        ("/search/?q=cyst", 200),
        ("/check/", 200),
        ("/readyz", 200),
        ("/api/v1/edition", 200),
        ("/admin/", 302),
        ("/about", 301),
        ("/causes", 301),
        ("/no-such-page/", 404),
        ("/no-such-file.txt", 404),
        ("/metrics", 404),
    ):
        reply = visitor.get(address)
        assert reply.status == status, address
        assert "last-modified" not in reply.headers, address
    assert visitor.post("/check/", {"danger-signs": "fainted"}).status == 200


def see_that_only_the_sites_own_name_is_answered(deployment: Deployment) -> None:
    with pytest.raises(OSError, match=r"(?i)unrecognized name|handshake|eof|reset"):
        SecureVisitor(deployment.https, "elsewhere.example").get("/")
    plain = Visitor("127.0.0.1", deployment.http).get("/about/", Host=NAME)
    assert (plain.status, plain.headers["location"]) == (301, f"https://{NAME}/about/")


def set_up_second_step(desk: BehindProxy) -> None:
    """Take up an app with the secret that is shown at the first sign-in, and send its code."""
    page = desk.get("/admin/second-step/")
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text[:2000]
    code = code_of(b32decode(found[1].replace(" ", "")))
    assert desk.post("/admin/second-step/", page.page.form("set-up-form").sent(code_token=code)).status in (200, 302)


def see_that_an_approval_is_seen_everywhere_in_time(deployment: Deployment, database: Database) -> None:
    revision, *_ = database.waiting_revisions()
    desk = BehindProxy("127.0.0.1", deployment.sites[0].port)
    desk.sign_in("moderator")
    set_up_second_step(desk)
    readers = [deployment.visitor(), *(BehindProxy("127.0.0.1", site.port) for site in deployment.sites)]
    assert not any("Another title, A" in reader.get("/sources/").text for reader in readers)

    reply = desk.approve(revision)
    assert reply.status == 302, reply.page.text
    until(
        lambda: all("Another title, A" in reader.get("/sources/").text for reader in readers),
        within_seconds=SEEN_WITHIN_SECONDS,
    )

    until(lambda: deployment.is_exported(2), within_seconds=60)
    assert "Another title, A" in deployment.visitor().get("/sources/").text


def see_that_a_process_can_go_without_a_loss(deployment: Deployment) -> None:
    load = Load([visiting(deployment) for _ in range(4)])
    load.start()
    load.wait_for(100)
    deployment.sites[0].ask_to_end()
    load.wait_for(300)
    load.stop()

    assert load.failures == []


def visiting(deployment: Deployment):
    visitor = deployment.visitor()

    def visit() -> None:
        for address in ("/about/", "/search/?q=cyst", "/check/"):
            assert visitor.get(address).status == 200, address

    return visit


def see_that_no_log_tells_who_asked_what(deployment: Deployment) -> None:
    for path in deployment.log.parent.glob("*.log"):
        said = path.read_text()
        assert "cyst" not in said
        assert "urgency=" not in said
    assert "GET /search/ 200" in deployment.log.read_text()
    assert "127.0.0.1" not in deployment.log.read_text()
