"""The real thing, to be broken: databases that can be lost and found again, and servers as `make run` starts them."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests import postgres

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(condition, patience=PATIENCE):
    """Return how many seconds it took until `condition` gave something true."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < patience, f"Nothing came of waiting for {patience} s."
        time.sleep(0.05)
    return time.monotonic() - begun


def is_alive(pid):
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class SQLite:
    """A database in a file. It is lost where the file is moved away."""

    def __init__(self, folder, copied_from=None):
        self.file, self.away = folder / "site.sqlite3", folder / "away.sqlite3"
        if copied_from:
            shutil.copy(copied_from.file, self.file)
        self.url = f"sqlite:///{self.file}"

    def copy(self, folder):
        folder.mkdir(exist_ok=True)
        return SQLite(folder, self)

    def stop(self):
        for end in ("", "-wal", "-shm"):
            if Path(f"{self.file}{end}").exists():
                os.rename(f"{self.file}{end}", f"{self.away}{end}")

    def start(self):
        for end in ("-shm", "-wal", ""):
            if Path(f"{self.away}{end}").exists():
                os.rename(f"{self.away}{end}", f"{self.file}{end}")

    @contextlib.contextmanager
    def held(self):
        """Somebody has the database open meanwhile, so that who only reads writes nothing beside it."""
        connection = sqlite3.connect(self.file)
        connection.execute("SELECT * FROM leaflets_event").fetchone()
        yield
        connection.close()

    @contextlib.contextmanager
    def locked(self):
        """Somebody writes all the while."""
        connection = sqlite3.connect(self.file, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
        connection.close()

    def replace_by(self, other):
        """Become what another file holds, as by a backup."""
        self.stop()
        shutil.copy(other.file, self.file)

    def close(self):
        pass


class PostgreSQL:
    """A server of its own, which can be stopped, frozen and started again; each database in it is one site's."""

    def __init__(self, server=None, name="postgres", settings=postgres.OPTIONS):
        self.server = server or _Server(settings)
        self.name = name
        self.url = self.server.url(name)
        self.stop, self.start = self.server.stop, self.server.start
        self.freeze, self.thaw = self.server.freeze, self.server.thaw
        self.crash = self.server.crash

    def copy(self, folder):
        """Return a copy in the same server, named after a folder."""
        name = folder.name
        with psycopg.connect(self.server.url("template1"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        return PostgreSQL(self.server, name)

    def held(self):
        """There is nothing to hold."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def locked(self):
        """The tables are locked, as while they are migrated."""
        with psycopg.connect(self.url) as connection:
            connection.execute("LOCK TABLE leaflets_event, leaflets_rendering, auth_user")
            yield

    def replace_by(self, other):
        """Become what another database of the server holds, as by a backup."""
        with psycopg.connect(self.server.url("template1"), autocommit=True) as connection:
            connection.execute(
                f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false; '
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'"
            )
            connection.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
            connection.execute(f'ALTER DATABASE "{other.name}" RENAME TO "{self.name}"')

    def close(self):
        self.server.stop(signal.SIGQUIT)
        shutil.rmtree(self.server.folder)


class _Server:
    def __init__(self, settings):
        self.settings = settings.split()
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
        self.binaries = postgres.reachable_binaries(self.folder)
        if postgres.NOBODY:
            subprocess.run(["chown", "--recursive", "nobody", self.folder], check=True)
        self.options = {"cwd": self.folder, "stdout": subprocess.DEVNULL, **postgres.NOBODY}
        subprocess.run([self.binaries / "initdb", *postgres.INITDB.split()], check=True, **self.options)
        self.process = None
        self.start()

    def url(self, name):
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/{name}"

    def start(self):
        command = [self.binaries / "postgres", "-D", "data", "-k", self.folder, *self.settings]
        self.process = subprocess.Popen(
            command, stderr=subprocess.DEVNULL, preexec_fn=postgres.end_with_parent, **self.options
        )
        wait_for(lambda: postgres.answers(self.url("postgres")))

    def stop(self, order=signal.SIGINT):
        self.process.send_signal(order)
        self.process.wait()

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def crash(self):
        """End it as a loss of power would: nobody is waited for."""
        pids = self._signal(signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not any(map(is_alive, pids)))

    def _signal(self, order):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        pids = [self.process.pid, *map(int, children)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order)
        return pids


class Instance:
    """One server of the site, as `make run` starts it, with a mirror and media of its own."""

    def __init__(self, folder, database, workers=1, root=None, **environment):
        self.folder, self.port, self.workers = folder, free_port(), workers
        self.root = root or folder / "mirror"
        self.log = folder / f"log-{self.port}"
        self.environment = environment_of(folder, database) | environment | {"MIRROR_ROOT": str(self.root)}
        self.process = self.writer = None

    def start(self):
        """Start, and return the Instance once it takes connections."""
        command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(self.workers), "--blocking-threads", "48"]
        command += ["--no-access-log", "--log-level", "error", "config.wsgi:application"]
        with self.log.open("a") as log:
            # What it says is written by another process, which has room where it has none.
            self.writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log, start_new_session=True)
        # A group of its own, so that it can be killed whole.
        self.process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=self.environment,
            stdout=self.writer.stdin,
            stderr=self.writer.stdin,
            start_new_session=True,
        )
        self.writer.stdin.close()
        wait_for(self.is_open)
        return self

    def is_open(self):
        assert self.process.poll() is None, self.log.read_text()
        return self._takes_connections()

    def _takes_connections(self):
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        """End it as a loss of power would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.writer.wait()
            # Its workers may live for a moment longer.
            wait_for(lambda: not self._takes_connections())

    def ask(self, path, patience=PATIENCE, **headers):
        """Return the status and the text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        finally:
            connection.close()

    def is_ready(self):
        return self.ask("/readyz")[0] == 200

    def agrees(self, status, path):
        """Whether all workers answer so: each connection may lead to another."""
        return all(self.ask(path)[0] == status for _ in range(6 * self.workers))

    def processes(self):
        """Return the ids of all its processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return self.process.pid, *map(int, children)


def environment_of(folder, database):
    """Return what a process of the site finds in its environment."""
    return {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": database.url,
        "MEDIA_ROOT": str(folder / "media"),
        "MIRROR_ROOT": str(folder / "mirror"),
        "ANCHOR_FILE": str(folder / "anchors.jsonl"),
        "SITE_URL": "http://127.0.0.1:8000",
        "DEMO_PASSWORD": "demo-password",
    }
