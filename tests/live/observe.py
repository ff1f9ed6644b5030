"""What a world looks like from outside, and what is different between two looks."""
from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path

from world import World

PANE = ("session_id", "session_name", "window_id", "window_index", "window_name", "window_active",
        "pane_id", "pane_pid", "pane_dead", "pane_current_command", "pane_start_command")
# What a live gateway or pair server writes of its own accord, about once a second, and when it answers a probe.
SELF_WRITTEN = re.compile(r"/gateway(/state\.json|/run|/run/(current-instance\.json|gateway\.pid)|/events\.jsonl|/queue\.sqlite.*|/gateway_manifest\.json|/logs.*)?"
                          r"(\.[^/]*tmp)?$|/gateway/(run/)?\.[^/]+\.tmp$|/memory/agents/[^/]+/houmao-memo\.md$|/houmao_servers/")


@dataclass
class Look:
    """One look: panes, session environments, files (kind, size, time, content), processes."""

    panes: list[dict[str, str]]
    environments: dict[str, list[str]]
    files: dict[str, tuple]
    processes: dict[int, str]

    def windows(self) -> dict[str, list[dict[str, str]]]:
        """The panes by window id."""
        by: dict[str, list[dict[str, str]]] = {}
        for pane in self.panes:
            by.setdefault(pane["window_id"], []).append(pane)
        return by


def panes(world: World) -> list[dict[str, str]]:
    """Every pane of the world's tmux server; none when there is no server."""
    answer = world.run("tmux", "list-panes", "-a", "-F", "\t".join(f"#{{{name}}}" for name in PANE))
    return [dict(zip(PANE, line.split("\t"))) for line in answer.stdout.splitlines()]


def environments(world: World, sessions) -> dict[str, list[str]]:
    """The whole environment of each session, by session id, and of the server."""
    found = {sid: world.run("tmux", "show-environment", "-t", f"{sid}:").stdout.splitlines() for sid in sessions}
    found["global"] = world.run("tmux", "show-environment", "-g").stdout.splitlines()
    return found


def files(*roots: Path) -> dict[str, tuple]:
    """Everything under some folders: kind, size, modification time and digest or link target."""
    found = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            try:
                status = path.lstat()
                if path.is_symlink():
                    found[str(path)] = ("link", status.st_mtime_ns, str(path.readlink()))
                elif path.is_file():
                    found[str(path)] = ("file", status.st_size, status.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
                elif path.is_dir():
                    found[str(path)] = ("folder", status.st_mtime_ns)
                else:
                    found[str(path)] = ("other", status.st_mtime_ns)
            except FileNotFoundError:
                continue  # a live gateway replaced it meanwhile
    return found


def look(world: World) -> Look:
    """Looks at everything."""
    first = world.processes()
    seen = panes(world)
    around = environments(world, dict.fromkeys(p["session_id"] for p in seen))
    time.sleep(0.1)
    lasting = {pid: line for pid, line in world.processes().items() if pid in first}  # a server's short-lived helpers do not count
    return Look(seen, around, files(world.home, world.work), lasting)


def settle(world: World) -> None:
    """Waits until the set of processes stays the same for a moment: what was hung up needs time to die."""
    last, since, until = set(world.processes()), time.monotonic(), time.monotonic() + 4
    while time.monotonic() < until:
        time.sleep(0.05)
        now = set(world.processes())
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > 0.35:
            return


def self_written(path: str) -> bool:
    """Whether a live gateway or server may write this file by itself."""
    return bool(SELF_WRITTEN.search(path))


def changes(before: Look, after: Look) -> list[str]:
    """Every difference that cannot be a live gateway's or server's own doing; empty when nothing was changed."""
    alive = any("gateway_service" in line or " server start " in line for line in before.processes.values())
    found = []
    if before.panes != after.panes:
        found.append(f"panes: {[p for p in before.panes if p not in after.panes]} -> {[p for p in after.panes if p not in before.panes]}")
    for where in sorted(before.environments.keys() | after.environments.keys()):
        if before.environments.get(where) != after.environments.get(where):
            found.append(f"environment of {where}")
    for path in changed_files(before, after):
        if not (alive and self_written(path)):
            found.append(f"file {path}: {before.files.get(path)} -> {after.files.get(path)}")
    dead = before.processes.keys() - after.processes.keys()
    found += [f"process {pid} ended: {before.processes[pid]}" for pid in sorted(dead)]
    return found


def changed_files(before: Look, after: Look) -> list[str]:
    """Every path that is not the same in both looks."""
    return sorted(p for p in before.files.keys() | after.files.keys() if before.files.get(p) != after.files.get(p))


def parents() -> dict[int, int]:
    """Parent of every process of this machine."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    return found


def subtree(root: int, parent_of: dict[int, int]) -> set[int]:
    """A process and everything below it."""
    found = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parent_of.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return found


def deaths(before: Look, after: Look) -> tuple[list[str], list[int]]:
    """The windows and the processes that were there before and are gone."""
    left = {p["window_id"] for p in after.panes if p["pane_dead"] == "0"}
    windows = sorted({p["window_id"] for p in before.panes if p["pane_dead"] == "0"} - left)
    gone = before.processes.keys() - after.processes.keys()
    if not after.panes:  # a tmux server ends with its last window
        gone -= {pid for pid in gone if before.processes[pid].startswith("tmux ")}
    return windows, sorted(gone)
