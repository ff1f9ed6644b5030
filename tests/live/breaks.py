"""What the state files break worlds with: small changes to records, manifests and handles."""
from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import build
import observe
from world import World

OTHER_ID = "f" * 32
LONG_GONE = ("2026-01-05T00:00:00+00:00", "2026-01-06T00:00:00+00:00")


def lease(record: dict, published: str, expires: str) -> None:
    """Sets the lease, wherever this record's schema keeps it."""
    holder = record["liveness"] if isinstance(record.get("liveness"), dict) else record
    holder["published_at"], holder["lease_expires_at"] = published, expires


def expire(record: dict) -> None:
    """Lets the lease end in the past."""
    lease(record, *LONG_GONE)


def rename_terminal(record: dict, session: str) -> None:
    """Makes a record name another tmux session."""
    for name in ("session_name", "current_session_name", "last_session_name"):
        if name in record["terminal"]:
            record["terminal"][name] = session


def copy_record(w: World, ident: str, change=None) -> Path:
    """A second record beside the agent's own, under another id; `change` edits it."""
    record = w.read(w.record)
    record["agent_id"] = ident
    if change:
        change(record)
    path = w.registry / "live_agents" / ident / "record.json"
    w.write(path, record)
    return path


def set_session_name(manifest: dict, name: str) -> None:
    """Makes a manifest belong to another tmux session, consistently."""
    manifest["tmux_session_name"] = manifest["tmux"]["session_name"] = name


def second_agent(w: World, session: str = "lab", agent: str = "lab") -> Path:
    """A second managed session; gives its manifest."""
    build.new_session(w, session)
    return build.join(w, session, agent)


def kill_gateway(w: World) -> None:
    """Kills the live gateway as a crash would: its files and bindings stay, its window closes."""
    os.kill(w.read(w.handle)["pid"], signal.SIGKILL)
    observe.settle(w)


def set_handle(w: World, **fields) -> None:
    """Changes fields of the execution handle of a gateway that no longer writes it; `None` removes a field."""
    def change(handle: dict) -> None:
        handle.update(fields)
        for name in [n for n, v in handle.items() if v is None]:
            del handle[name]
    w.edit(w.handle, change)


def dead_handle(w: World, **fields) -> None:
    """The gateway is gone; the handle that it left says something else."""
    kill_gateway(w)
    set_handle(w, **fields)


def bystander(w: World) -> int:
    """An unrelated process of the same user; gives its pid."""
    return w.spawn("sleep", "7200")


def bystander_session(w: World, name: str = "other") -> dict[str, str]:
    """Another session with its own agent; gives the handle fields that would name its window."""
    window, pane = build.new_session(w, name)
    return {"tmux_window_id": window, "tmux_pane_id": pane}


def own_window(w: World) -> dict[str, str]:
    """The handle fields that would name the agent's own window."""
    window, pane = w.first_pane()
    return {"tmux_window_id": window, "tmux_pane_id": pane}


def restart_tmux(w: World) -> None:
    """The tmux server ends and starts again: sessions and their environments are gone, ids are given out anew."""
    w.tmux("kill-server")
    for _ in range(100):
        if w.run("tmux", "list-sessions").exit:
            break
        time.sleep(0.05)
    observe.settle(w)


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file that no JSON writer would write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
