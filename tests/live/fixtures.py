"""Snapshots of real sessions for `fixtures/sessions/`: captured by the doctor, then given made-up names.

Each fixture is one state of the live tests, made by the real Houmao of its release and captured from the agent's pane.
Only names change afterwards: the world's directories become /home/alice, and user 0 becomes user 1000.
"""
from __future__ import annotations

import re
from pathlib import Path

import conformance
import releases
import states
from world import World

# Where the doctor is asked from: the agent's pane, unless the state is about being elsewhere.
OUTSIDE = {"attach-outside-two", "session-gone", "session-on-other-socket"}
FIXTURES: dict[str, tuple[str, ...]] = {
    "0.4.2": (
        "healthy-joined", "healthy-attached", "healthy-background", "several-windows",
        "nothing-published", "published-globally-only", "old-names-only",
        "pointer-missing-file", "pointer-missing-file-no-id", "pointer-relative-no-id", "lease-expired-pointer-gone",
        "manifest-other-session-no-id", "manifest-truncated-no-id", "manifest-extra-key-no-id", "manifest-schema-9",
        "session-renamed", "session-root-deleted",
        "pair-healthy", "pair-healthy-attached", "pair-unregistered", "pair-server-down", "pair-not-houmao",
        "handle-index-0", "handle-index-0-pid-reused", "handle-own-window", "handle-other-session", "handle-incomplete",
        "session-gone", "session-on-other-socket", "proxy-in-shell", "port-taken-by-http",
    ),
    "2.4.0": ("healthy-joined", "healthy-attached", "nothing-published", "pointer-missing-file-no-id", "handle-own-window",
              "session-gone", "session-on-other-socket", "record-other-generation", "record-relaunching"),
    "0.6.6": ("healthy-joined", "healthy-attached"),
    "1.2.1": ("healthy-joined", "healthy-attached"),
}


def made_up(text: str, world: World) -> str:
    """The text with every name of the real world replaced."""
    for real, name in (
        (str(world.work), "/home/alice/project"), (str(world.home), "/home/alice"), (str(world.bin), "/home/alice/bin"),
        (str(world.sockets), "/tmp"), (str(releases.venv(world.release)), f"/opt/houmao-{world.release}"),
        (str(world.dir), "/home/alice/world"),
    ):
        text = text.replace(real, name)
    text = text.replace("/tmux-0/", "/tmux-1000/")
    return re.sub(r"^(\s*uid:) 0$|^(\s*present:) 0$", r"\1\2 1000", text, flags=re.MULTILINE)


def capture(name: str, release: str, folder: Path) -> Path:
    """One fixture."""
    world = conformance.broken(states.STATES[name], release)
    try:
        raw = world.dir / "snapshot.yaml"
        inside = None if name in OUTSIDE else world.session
        answer = world.run(conformance.doctor(), "capture", "-o", raw, env=world.env(inside))
        if answer.exit:
            raise SystemExit(f"{name}@{release}: capture failed: {answer.stderr.strip()}")
        target = folder / f"{release}-{name}" / "snapshot.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made_up(raw.read_text(), world))
        return target
    finally:
        world.teardown()


def run(only: str | None, folder: Path) -> int:
    """Writes the fixtures whose STATE@RELEASE matches; gives their number."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(n, r) for r, names in FIXTURES.items() for n in names if not only or re.search(only, f"{n}@{r}")]
    for name, release in wanted:
        print(capture(name, release, folder), flush=True)
    return len(wanted)
