"""A PostgreSQL server of the tests' own, on loopback, with Debian's or anybody's programs; nothing of the machine's."""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

__all__ = ["PostgreSQLServer", "served_postgresql"]

_USER, _PASSWORD = "papertrail", "between lakes/and:rivers"
_QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=40")
"""The tests end processes, never the machine, so that nothing has to be on disk."""


class PostgreSQLServer:
    """A server that can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._port = _free_port()
        self._user = _unprivileged()
        if self._user is not None:
            shutil.chown(folder, self._user)
        password = folder / "password"
        password.write_text(_PASSWORD, encoding="ascii")
        password.chmod(0o644)
        self._run("initdb", "--auth=scram-sha-256", f"--username={_USER}", f"--pwfile={password}", "--encoding=UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start()

    def address(self, *, password: str = _PASSWORD, database: str = "postgres") -> str:
        """As ``PAPERTRAIL_CATALOGUE`` takes it."""
        return f"postgresql://{_USER}:{quote(password, safe='')}@127.0.0.1:{self._port}/{database}"

    def guest(self) -> str:
        """The same for a user who may look and make nothing."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS guest")
            connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
        return f"postgresql://guest:guest@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        settings = (
            *_QUICK,
            "listen_addresses=127.0.0.1",
            f"port={self._port}",
            f"unix_socket_directories={self._folder}",
        )
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "start", "-w", "-s", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        """As a crash would: nobody is waited for."""
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")

    def clear(self) -> None:
        """Deletes all collections, and ends the sessions that still look at them."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'papertrail%'").fetchall()
            for (schema,) in schemas:
                connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments, "-D", str(self._folder / "data")]
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, user=self._user, cwd=self._folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _unprivileged() -> str | None:
    """Who runs the server where root may not; None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    there = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", getpass.getuser()) if name in there)


def _programs() -> Path | None:
    """Where the server's programs are; Debian keeps them off the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    found = shutil.which("initdb") or (debian[-1] if debian else None)
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def served_postgresql() -> Iterator[PostgreSQLServer]:
    """Starts one, or skips the test that wants it.

    Its folder is not pytest's: the user that runs the server must be able to come to it.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("NOT TESTED: there is no PostgreSQL on this machine (Debian: apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="papertrail-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQLServer(programs, Path(folder))
        try:
            yield server
        finally:
            with contextlib.suppress(AssertionError):  # a test has stopped it
                server.stop()
