"""Asks the real `houmao-mgr`, and writes down what it said and what died."""
from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import observe
from observe import Look
from releases import Answer
from states import Command
from world import World

# A traceback ends with `module.Class: message` (or the class alone) at the left margin; a message may have more lines.
LAST_LINE = re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: |$)", re.M)


@dataclass
class Reality:
    """What a real command did."""

    exit: int | None
    error: str | None
    traceback: bool
    killed_windows: list[str] = field(default_factory=list)
    killed_processes: list[int] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)
    created_windows: list[str] = field(default_factory=list)
    changed_files: list[str] = field(default_factory=list)
    changed_environments: dict[str, list[str]] = field(default_factory=dict)
    stdout: str = ""
    stderr: str = ""

    def as_json(self) -> dict:
        """As written to the outcomes file."""
        return asdict(self)


def error_text(answer: Answer) -> tuple[str | None, bool]:
    """The error as the report's `error` states it, and whether Houmao let an exception escape.

    Click prints `Error: TEXT`, after two lines of usage when the command line itself is wrong. Releases that let
    exceptions escape print a traceback: its last line counts, without the exception's class.
    """
    if answer.exit == 0:
        return None, False
    text = answer.stderr.rstrip("\n")
    if "Traceback (most recent call last):" in text:
        tail = text[text.rindex("Traceback (most recent call last):"):]
        found = list(LAST_LINE.finditer(tail))
        return (tail[found[-1].end():] if found else tail), True
    begin = text.find("Error: ") if text.startswith(("Error: ", "Usage: ")) or "\nError: " in text else -1
    return (text[begin + len("Error: "):] if begin >= 0 else text), False


def ask(world: World, command: Command, shell: dict[str, str], before: Look, timeout: float = 60) -> tuple[Reality, Look]:
    """Runs the command, lets the world come to rest, and compares."""
    parent_of = observe.parents()
    answer = world.mgr(list(command.arguments), release=command.release, env=shell, timeout=timeout)
    observe.settle(world)
    after = observe.look(world)
    error, traceback = error_text(answer)
    windows, pids = observe.deaths(before, after)
    result = Reality(answer.exit, error, traceback, windows, pids, stdout=answer.stdout, stderr=answer.stderr)
    result.harmed = harmed(world, before, windows, pids, parent_of)
    known = {p["window_id"] for p in before.panes}
    result.created_windows = sorted({f"{p['window_id']} in {p['session_name']}:{p['window_index']}" for p in after.panes if p["window_id"] not in known})
    result.changed_files = [p.replace(str(world.dir), "$WORLD") for p in observe.changed_files(before, after)]
    for where in before.environments.keys() & after.environments.keys():
        old, new = set(before.environments[where]), set(after.environments[where])
        if old != new:
            result.changed_environments[where] = sorted([f"-{x}" for x in old - new] + [f"+{x}" for x in new - old])
    return result, after


def ends_session(before: Look, window: str, killed: list[str]) -> bool:
    """Whether a session with this window had no window beside those that were killed."""
    sessions = {p["session_id"] for p in before.panes if p["window_id"] == window}
    left = {p["session_id"] for p in before.panes if p["window_id"] not in killed}
    return bool(sessions - left)


def harmed(world: World, before: Look, windows: list[str], pids: list[int], parent_of: dict[int, int]) -> list[str]:
    """What died without being the gateway of the session that the command was about: `window @1`, `process 17`.

    The gateway's own window counts too where it was the last one of its session, which ends with it.
    """
    roots = {str(world.gateway), str(Path(world.gateway).resolve())}
    gateway = {pid for pid, line in before.processes.items() if "gateway_service" in line and any(root in line for root in roots)}
    harmless = set().union(*(observe.subtree(pid, parent_of) for pid in gateway)) if gateway else set()
    found, covered = [], set(harmless)
    for window in windows:
        inside = set().union(*(observe.subtree(int(p["pane_pid"]), parent_of) for p in before.windows()[window]))
        covered |= inside
        if not inside & gateway or ends_session(before, window, windows):
            found.append(f"window {window}")
    return found + [f"process {pid}" for pid in pids if pid not in covered]
