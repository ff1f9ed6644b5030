"""The pinned Houmao releases: where they are installed, and how their `houmao-mgr` is run.

Starting `houmao-mgr` costs more than a second of imports. A `Manager` therefore keeps one interpreter per release
that has imported Houmao already and forks it for each command (`forkserver.py`): the same code, the same
interpreter, the same environment, without the wait. Whatever Houmao reads from its environment while it is being
imported makes the plain script necessary; `Manager.run` knows those cases.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINNED = ("0.4.2", "0.6.6", "1.2.1", "2.4.0")
# Releases whose command line alone is asked, one of each line between two in which the catalogue of commands changes,
# each with the pinned release whose dependencies it borrows: that takes seconds, and parses the same.
SPOKEN = {"0.2.0": "0.4.2", "0.3.3": "0.4.2", "0.7.3": "0.6.6", "0.8.3": "0.6.6", "0.10.1": "1.2.1"}
# First releases of lines of which nobody can run any, with the reason.
NEVER_RUN = {"0.11.0": "only a candidate (0.11.0rc1) was published, whose package lacks a module that it imports"}
# Read by Houmao at import: a forked interpreter would not see them.
READ_AT_IMPORT = ("CAO_PORT", "HOUMAO_PASSIVE_SERVER_PORT")


def folder() -> Path:
    """Where the releases live: shared between checkouts under the cache, or `HOUMAO_RELEASES`."""
    chosen = os.environ.get("HOUMAO_RELEASES")
    if chosen:
        return Path(chosen).resolve()
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache).resolve() / "houmao-doctor" / "releases"


def venv(release: str) -> Path:
    """The virtual environment of one release."""
    return folder() / release


def install(release: str) -> None:
    """Installs one release from the package index; does nothing when its stamp says that it is complete."""
    place, lender = venv(release), SPOKEN.get(release)
    stamp = place / "complete"
    if stamp.is_file() and (place / "bin/houmao-mgr").is_file():
        return
    print(f"installing houmao {release} into {place}", flush=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    fetch = ["install", "--quiet", "--disable-pip-version-check", f"houmao=={release}"]
    if lender is None:
        done(release, [sys.executable, "-m", "venv", "--clear", str(place)])
        done(release, [str(place / "bin/pip"), *fetch])
    else:
        done(release, [sys.executable, "-m", "venv", "--clear", "--without-pip", str(place)])
        done(release, [str(venv(lender) / "bin/pip"), "--python", str(place / "bin/python3"), *fetch, "--no-deps"])
        # What is not here is taken from there; the release's own folder comes first.
        (packages(release) / "lent.pth").write_text(f"{packages(lender)}\n")
    stamp.write_text(f"houmao=={release}\n")


def packages(release: str) -> Path:
    """Where the packages of one release lie."""
    return next(venv(release).glob("lib/python3*/site-packages"))


def done(release: str, argv: list[str]) -> None:
    """Runs one step of an installation."""
    ran = subprocess.run(argv, capture_output=True, text=True)
    if ran.returncode:
        said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()
        raise SystemExit(f"houmao {release} cannot be installed: {said[-1] if said else argv}")


@dataclass
class Answer:
    """What a command answered; `exit` is None when it was stopped because it took too long."""

    exit: int | None
    stdout: str
    stderr: str


class Manager:
    """One release's `houmao-mgr`, ready to be forked."""

    def __init__(self, release: str):
        self.release = release
        self.server = subprocess.Popen(
            [str(venv(release) / "bin/python3"), str(HERE / "forkserver.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"},
        )
        if self.server.stdout.readline().strip() != "ready":
            raise SystemExit(f"houmao {release} cannot be imported from {venv(release)}")

    def run(self, arguments: list[str], *, namespace: int, env: dict[str, str], cwd: Path, timeout: float) -> Answer:
        """Runs `houmao-mgr ARGUMENTS` in the network namespace of process `namespace`."""
        script = venv(self.release) / "bin/houmao-mgr"
        if any(name in env for name in READ_AT_IMPORT) or arguments[:1] == ["server"]:
            return plain([str(script), *arguments], namespace=namespace, env=env, cwd=cwd, timeout=timeout)
        return self.ask({"argv": [str(script), *arguments]}, namespace, env, cwd, timeout)

    def call(self, source: str, argument: dict, *, namespace: int, env: dict[str, str], cwd: Path) -> Answer:
        """Runs Python `source` in a fork, with `argument` as JSON in its `sys.argv[1]`."""
        return self.ask({"argv": ["-c", json.dumps(argument)], "source": source}, namespace, env, cwd, 60)

    def ask(self, what: dict, namespace: int, env: dict[str, str], cwd: Path, timeout: float) -> Answer:
        what |= {"namespace": namespace, "env": env, "cwd": str(cwd), "timeout": timeout}
        self.server.stdin.write(json.dumps(what) + "\n")
        self.server.stdin.flush()
        line = self.server.stdout.readline()
        if not line:
            raise RuntimeError(f"the interpreter of houmao {self.release} ended")
        return Answer(**json.loads(line))

    def close(self) -> None:
        """Ends the interpreter."""
        self.server.stdin.close()
        self.server.wait(10)


def plain(argv: list[str], *, namespace: int, env: dict[str, str], cwd: Path, timeout: float) -> Answer:
    """Runs a command as a fresh process in the network namespace of process `namespace`."""
    entering = ["nsenter", f"--net=/proc/{namespace}/ns/net", "--", *argv]
    try:
        done = subprocess.run(entering, env=env, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return Answer(None, "", f"took longer than {timeout} s")
    return Answer(done.returncode, done.stdout, done.stderr)


_managers: dict[str, Manager] = {}


def manager(release: str) -> Manager:
    """The manager of a release in this process, started on first use."""
    if release not in _managers:
        _managers[release] = Manager(release)
    return _managers[release]


def close_all() -> None:
    """Ends the interpreters that this process started."""
    while _managers:
        _managers.popitem()[1].close()
