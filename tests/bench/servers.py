"""Starts what is measured: this site, a bare function under the same server with the same options, and nginx."""

import http.client
import json
import os
import re
import resource
import shlex
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from history import privileges
from leaflets import guards

ROOT = Path(__file__).parent.parent.parent
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
    access_log off; keepalive_requests 1000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; include {root}/current/nginx.conf; }}
}}
"""
PATIENCE = 900


class Answered(NamedTuple):
    """What was answered: the status as a number, its words, the headers as pairs, the body."""

    status: int
    reason: str
    headers: list
    body: bytes


def options():
    """Return the options that the Makefile runs granian with."""
    [said] = re.findall(r"^SERVED := (.*?[^\\])$", (ROOT / "Makefile").read_text(), re.S | re.M)
    return shlex.split(said.replace("\\\n", " "))


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(port, path, timeout=30, **headers):
    """Ask a server on this machine once, and return what it Answered."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        asking.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = asking.getresponse()
        return Answered(answer.status, answer.reason, answer.getheaders(), answer.read())
    finally:
        asking.close()


@contextmanager
def site(folder, port=None, **environment):
    """Serve the site on this process's database, its mirror below `folder`; yield the port and the process."""
    environment |= {
        "DATABASE_URL": _database(),
        "MIRROR_ROOT": f"{folder}/mirror",
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "ANCHOR_FILE": settings.ANCHOR_FILE,
        # Pages name it, so that it is the same for all.
        "SITE_URL": "http://127.0.0.1:8000",
    }
    with granian("tests.bench.site", port, **environment) as started:
        yield started


def _database():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    # As in production, where the site's role is not the owner.
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'bench'")
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE bench LOGIN PASSWORD 'bench'")
    privileges.grant(connection, "bench", guards.guarded_tables())
    place = os.environ["DATABASE_URL"].rpartition("/")[0].rpartition("@")[2]
    return f"postgresql://bench:bench@{place}/{name}"


@contextmanager
def bare(folder, answered):
    """Serve one answer to everything; yield the port."""
    own = ("date", "server", "connection", "transfer-encoding")
    said = {
        "status": f"{answered.status} {answered.reason}",
        "headers": [pair for pair in answered.headers if pair[0].lower() not in own],
        "body": b64encode(answered.body).decode(),
    }
    file = Path(folder) / "bare.json"
    file.write_text(json.dumps(said))
    with granian("tests.bench.bare", None, BARE_ANSWER=str(file)) as (port, _):
        until(lambda: get(port, "/").status)
        yield port


@contextmanager
def granian(module, port, **environment):
    """Run a module's application as the Makefile does; yield the port and the process."""
    port = port or free_port()
    command = [
        Path(sys.executable).parent / "granian",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *options(),
    ]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    with running([*command, f"{module}:application"], cwd=ROOT, env={**os.environ, **environment}) as process:
        yield port, process


@contextmanager
def nginx(folder):
    """Serve the mirror below `folder` by nginx, with the configuration written there; yield the port."""
    port, file = free_port(), Path(folder) / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, port=port, root=f"{folder}/mirror"))
    with running(["/usr/sbin/nginx", "-c", file, "-e", f"{folder}/nginx.log"]):
        until(lambda: get(port, "/").status == 200)
        yield port


@contextmanager
def running(command, **options):
    """Run a command, and end it."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(holds, patience=PATIENCE, every=0.01):
    """Return how many seconds passed until `holds` held; a refused connection does not count."""
    start = time.perf_counter()
    while time.perf_counter() - start < patience:
        try:
            if holds():
                return time.perf_counter() - start
        except OSError:
            pass
        time.sleep(every)
    raise SystemExit("What was waited for did not come about.")


def memory(process):
    """Return the resident memory of the worker of a granian `process`, in megabytes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    status = Path(f"/proc/{children[-1]}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
