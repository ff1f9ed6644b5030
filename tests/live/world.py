"""A world: one home directory, one tmux server, one network namespace, in which the real Houmao runs undisturbed.

Two worlds never meet: each has its own HOME (registry, project), its own TMUX_TMPDIR (tmux server) and its own
network namespace (so the default ports are free in every one). A process belongs to a world when it lives in the
world's namespace; that is how teardown finds what to end, and it ends nothing else.
"""
from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import releases
from releases import Answer

# Looks like an agent CLI to Houmao and to tmux: the process is called `claude`, it lives, and it reads its terminal.
AGENT = '#!/bin/bash\nexec -a "${0##*/}" cat\n'
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


class World:
    """One isolated world; `release` is the Houmao that made its sessions."""

    def __init__(self, release: str, parent: Path | None = None):
        self.release = release
        self.dir = Path(tempfile.mkdtemp(prefix="houmao-live-", dir=parent)).resolve()
        self.home, self.sockets, self.work, self.bin = (self.dir / n for n in ("home", "tmux", "work", "bin"))
        for place in (self.home, self.sockets, self.work, self.bin):
            place.mkdir()
        for name in ("claude", "codex", "gemini", "kimi"):
            (self.bin / name).write_text(AGENT)
            (self.bin / name).chmod(0o755)
        (self.work / ".git").mkdir()  # stops the search for a project at this directory
        (self.home / ".tmux.conf").write_text("set -g default-terminal screen-256color\n")
        # A gateway's window runs a login shell, which must find the agent's program too, or the gateway cannot reach its agent.
        (self.home / ".profile").write_text(f'PATH="{self.bin}:$PATH"\n')
        self.extra: dict[str, str] = {}  # what the operator's shell exports besides the usual
        self.session = "gpu"
        self.agent = "gpu"
        self.manifest = Path()
        self.known_id: str | None = None
        self.started: dict[int, subprocess.Popen] = {}
        self.keeper = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 7200"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True, text=True,
        )
        if self.keeper.stdout.readline().strip() != "up":
            said = self.keeper.stderr.read().strip()
            raise SystemExit(f"a network namespace of its own cannot be made (run as root, with `unshare` and `ip`): {said}")
        self.namespace = os.readlink(f"/proc/{self.keeper.pid}/ns/net")
        (self.dir / "made-by").write_text(f"{os.getpid()} {self.namespace}\n")

    # -- running things ------------------------------------------------------------------------------------------
    def env(self, inside: str | None = None, release: str | None = None) -> dict[str, str]:
        """The operator's environment: outside tmux, or in the first pane of session `inside`."""
        path = f"{self.bin}:{releases.venv(release or self.release)}/bin:{SYSTEM_PATH}"
        env = {"HOME": str(self.home), "TMUX_TMPDIR": str(self.sockets), "PATH": path, "LANG": "C.UTF-8",
               "TERM": "xterm-256color", "SHELL": "/bin/bash", "COLUMNS": "400", "USER": "alice"}
        env.update(self.extra)
        if inside is not None:
            form = "#{socket_path},#{pid},#{s/[$]//:session_id} #{pane_id}"
            env["TMUX"], env["TMUX_PANE"] = self.tmux("list-panes", "-s", "-t", f"={inside}", "-F", form).splitlines()[0].split()
        return env

    def run(self, *argv: object, env: dict[str, str] | None = None, timeout: float = 60) -> Answer:
        """Runs any command in this world."""
        return releases.plain([str(a) for a in argv], namespace=self.keeper.pid, env=env or self.env(), cwd=self.work, timeout=timeout)

    def tmux(self, *argv: object) -> str:
        """Runs tmux and demands that it works."""
        answer = self.run("tmux", *argv)
        if answer.exit:
            raise RuntimeError(f"tmux {argv}: {answer.stderr}")
        return answer.stdout.rstrip("\n")

    def mgr(self, arguments: list[str], *, inside: str | None = None, release: str | None = None,
            env: dict[str, str] | None = None, timeout: float = 60) -> Answer:
        """Runs the real `houmao-mgr`."""
        release = release or self.release
        return releases.manager(release).run(arguments, namespace=self.keeper.pid, env=env or self.env(inside, release),
                                             cwd=self.work, timeout=timeout)

    def demand(self, arguments: list[str], **how) -> Answer:
        """Runs the real `houmao-mgr` for a step of building that must work."""
        answer = self.mgr(arguments, **how)
        if answer.exit != 0:
            raise RuntimeError(f"houmao-mgr {arguments}: exit {answer.exit}: {answer.stdout} {answer.stderr}")
        return answer

    def spawn(self, *argv: object) -> int:
        """Starts a process that lives until teardown or restoring; gives its pid."""
        process = subprocess.Popen(["nsenter", f"--net=/proc/{self.keeper.pid}/ns/net", "--", *map(str, argv)], env=self.env(),
                                   cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.started[process.pid] = process
        return process.pid

    def listen(self, port: int, body: str | None = None, status: int = 200) -> int:
        """A stranger on a loopback port: one that never answers, or one that answers every GET and POST with `body`."""
        silent = ("import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(7200)")
        speaking = (
            "import http.server as h\n"
            "class S(h.BaseHTTPRequestHandler):\n"
            "  def do_GET(s):\n"
            "    b = {body!r}.encode(); s.send_response({status}); s.send_header('Content-Type', 'application/json')\n"
            "    s.send_header('Content-Length', str(len(b))); s.end_headers(); s.wfile.write(b)\n"
            "  do_POST = do_GET\n"
            "  def log_message(s, *a): pass\n"
            "h.ThreadingHTTPServer(('127.0.0.1', {port}), S).serve_forever()\n"
        )
        source = (silent if body is None else speaking).format(port=port, body=body, status=status)
        pid = self.spawn("/usr/bin/python3", "-c", source)
        self.await_port(port)
        return pid

    def await_port(self, port: int) -> None:
        """Waits until something listens on a loopback port of this world."""
        wanted = f":{port:04X}"
        for _ in range(200):
            table = Path(f"/proc/{self.keeper.pid}/net/tcp").read_text().splitlines()[1:]
            if any(row.split()[1].endswith(wanted) and row.split()[3] == "0A" for row in table):
                return
            time.sleep(0.05)
        raise RuntimeError(f"nothing listens on {port}")

    # -- what is there -------------------------------------------------------------------------------------------
    def processes(self) -> dict[int, str]:
        """Every process of this world except its keeper: pid to command line."""
        found = inhabitants(self.namespace)
        found.pop(self.keeper.pid, None)
        return found

    @property
    def root(self) -> Path:
        """The session root."""
        return self.manifest.parent

    @property
    def gateway(self) -> Path:
        """The gateway subtree of the session root."""
        return self.root / "gateway"

    @property
    def handle(self) -> Path:
        """The execution handle of the live gateway."""
        return self.gateway / "run/current-instance.json"

    @property
    def registry(self) -> Path:
        """Where this world's own release keeps its registry records."""
        return self.home / (".houmao/registry" if self.release.startswith("0.") else ".config/houmao/registry")

    @property
    def agent_id(self) -> str:
        """The agent's authoritative id, as its manifest said when it was first asked: the manifest may be broken since."""
        if self.known_id is None:
            self.known_id = self.read(self.manifest)["agent_id"]
        return self.known_id

    @property
    def record(self) -> Path:
        """The agent's registry record."""
        return self.registry / "live_agents" / self.agent_id / "record.json"

    @staticmethod
    def read(path: Path) -> dict:
        """A JSON file."""
        return json.loads(path.read_text())

    @staticmethod
    def write(path: Path, data: object) -> None:
        """A JSON file, as Houmao writes it; replaced in one step, because a live gateway may be reading it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(path.name + ".new")
        scratch.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n")
        scratch.rename(path)

    def edit(self, path: Path, change) -> None:
        """Changes a JSON file in place."""
        data = self.read(path)
        change(data)
        self.write(path, data)

    def put(self, name: str, value: str | None, session: str | None = None) -> None:
        """Sets a variable of a tmux session environment, or takes it away."""
        where = ["set-environment", "-t", f"={session or self.session}"]
        self.tmux(*where, *(["-u", name] if value is None else [name, value]))

    def first_pane(self, session: str | None = None) -> tuple[str, str]:
        """Window id and pane id of a session's first window."""
        form = "#{window_id} #{pane_id}"
        window, pane = self.tmux("list-panes", "-s", "-t", f"={session or self.session}", "-F", form).splitlines()[0].split()
        return window, pane

    # -- the end -------------------------------------------------------------------------------------------------
    def end(self, pids) -> None:
        """Ends processes of this world, and waits for them."""
        own = self.processes()
        left = {pid for pid in pids if pid in own}
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for pid in left:
                try:
                    os.kill(pid, sign)
                except ProcessLookupError:
                    pass
            until = time.monotonic() + 3
            while left and time.monotonic() < until:
                for process in self.started.values():
                    process.poll()
                left &= set(self.processes())
                time.sleep(0.02)
            if not left:
                return

    def teardown(self) -> None:
        """Ends everything that lives in this world's namespace, then removes its files."""
        self.run("tmux", "kill-server", timeout=15)
        self.end(list(self.processes()))
        self.keeper.kill()
        self.keeper.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def inhabitants(namespace: str) -> dict[int, str]:
    """Every living process of a network namespace: pid to command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "ns/net") == namespace and not is_zombie(entry):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
    return found


def die_with_parent() -> None:
    """Makes this worker end when the run is stopped; its worlds are swept by the next run."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def sweep() -> None:
    """Ends the worlds of a run that was stopped: those whose maker no longer lives."""
    for note in Path(tempfile.gettempdir()).glob("houmao-live-*/made-by"):
        maker, namespace = note.read_text().split()
        if not Path(f"/proc/{maker}").exists() and namespace != os.readlink("/proc/self/ns/net"):
            for pid in inhabitants(namespace):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(note.parent, ignore_errors=True)


def is_zombie(entry: Path) -> bool:
    """Whether a process has ended and only waits to be collected."""
    return (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"


if sys.version_info < (3, 11):
    raise SystemExit("the live tests need Python 3.11 or later")
