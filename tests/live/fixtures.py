"""Snapshots of real sessions for `fixtures/sessions/`: captured by the doctor, then given made-up names.

Each fixture is one state of the live tests, made by the real Houmao of its release and captured from the agent's pane.
Only names change afterwards: the world's directories become /home/alice, and user 0 becomes user 1000.
"""
from __future__ import annotations

import re
import shutil
from pathlib import Path

import conformance
import releases
import states
from world import World

# Where the doctor is asked from: the agent's pane, unless the state is about being elsewhere.
OUTSIDE = {"no-server", "outside-two-managed", "session-gone", "session-on-other-socket"}
# States that look alike on every release, so that each release line has its own.
EVERYWHERE = (
    "healthy-joined", "healthy-attached", "nothing-published", "pointer-missing-file-no-id", "handle-own-window",
    "session-renamed", "gateway-crashed",
)
FIXTURES: dict[str, tuple[str, ...]] = {
    "0.4.2": (
        *EVERYWHERE,
        "healthy-background", "several-windows", "log-blames-port",
        "published-globally-only", "old-names-only", "pointer-other-agent",
        "pointer-missing-file", "pointer-relative-no-id", "lease-expired-pointer-gone",
        "manifest-other-session-no-id", "manifest-truncated-no-id", "manifest-extra-key-no-id", "manifest-schema-9",
        "manifest-four-mistakes", "definition-missing-folder",
        "session-recreated", "session-root-deleted", "base-index-1", "prefix-of-two",
        "pair-healthy", "pair-healthy-attached", "pair-unregistered", "pair-server-down", "pair-not-houmao",
        "pair-registration-lost", "pair-url-missing", "pair-alias-taken", "pair-gateway-crashed",
        "handle-index-0", "handle-index-0-pid-reused", "handle-other-session", "handle-incomplete", "handle-other-window",
        "gateway-window-closed", "gateway-window-in-other-session", "gateway-folder-deleted", "pid-reused",
        "agent-window-closed", "agent-pane-dead", "tmux-restarted-ids-reused",
        "port-taken", "port-from-shell", "live-bindings-foreign", "background-mode-from-shell",
        "record-missing-pointer-unset", "name-ambiguous", "session-claimed-twice", "registry-variable-relative",
        "no-server", "asked-by-newer",
        "session-gone", "session-on-other-socket", "proxy-in-shell", "port-taken-by-http",
        "queue-cut-off", "gateway-cannot-find-agent", "healthy-notifier", "notifier-without-gateway", "mailbox-deregistered",
        "healthy-headless-claude-attached", "healthy-headless-codex", "healthy-headless-gemini-attached",
    ),
    "0.6.6": (*EVERYWHERE, "port-taken", "record-missing", "healthy-notifier", "healthy-headless-codex-attached", "healthy-headless-gemini"),
    "1.2.1": (*EVERYWHERE, "pid-reused", "lease-expired", "healthy-notifier", "healthy-headless-claude", "healthy-headless-kimi-attached"),
    "2.4.0": (
        *EVERYWHERE,
        "never-managed", "launched-healthy", "healthy-background", "outside-two-managed",
        "pointer-missing-file", "definition-relative", "manifest-schema-9", "manifest-other-agent",
        "tmux-restarted-own-id", "agent-window-moved", "handle-other-session", "port-taken", "desired-extra-key",
        "queue-not-a-database", "live-gateway-of-other-release", "role-missing-live-gateway",
        "record-stopped", "record-stopped-pointer-gone", "twin-stopped", "registry-moved-by-config-home", "asked-by-older",
        "session-gone", "session-on-other-socket", "record-other-generation", "record-relaunching",
        "queue-cut-off", "healthy-notifier", "mailbox-deregistered", "notifier-unbound", "notifier-finds-agent-busy",
        "healthy-headless-claude-attached", "healthy-headless-codex-attached", "healthy-headless-kimi",
    ),
}


# States that are packed by hand too, as the doctor's own script packs them: fixtures/trees/.
TREES = {"0.4.2": ("healthy-attached", "handle-own-window"), "2.4.0": ("pointer-missing-file-no-id",)}


def made_up(text: str, world: World) -> str:
    """The text with every name of the real world replaced."""
    for real, name in (
        (str(world.work), "/home/alice/project"), (str(world.home), "/home/alice"), (str(world.bin), "/home/alice/bin"),
        (str(world.sockets), "/tmp"), (str(releases.venv(world.release)), f"/opt/houmao-{world.release}"),
        (str(world.dir), "/home/alice/world"),
    ):
        text = text.replace(real, name)
    text = text.replace("/tmux-0/", "/tmux-1000/")
    return re.sub(r"^(\s*uid:(?:\n\s*present:)?) 0$", r"\1 1000", text, flags=re.MULTILINE)


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


# Packed by somebody who did not write down what the shell sets: a danger is told all the same.
SHELL_UNSAID = {"handle-own-window"}


def pack(name: str, release: str, folder: Path) -> Path:
    """One fixture of raw trees, packed by the script that `capture --print-commands` prints."""
    world = conformance.broken(states.STATES[name], release)
    try:
        script = world.dir / "pack.sh"
        script.write_text(world.run(conformance.doctor(), "capture", "--print-commands").stdout)
        target = folder / f"{release}-{name}"
        for tree in ("session-root", "registry"):
            shutil.rmtree(target / tree, ignore_errors=True)
        answer = world.run("sh", script, world.root, world.registry, target, env=world.env(world.session))
        if answer.exit:
            raise SystemExit(f"{name}@{release}: packing failed: {answer.stderr.strip()}")
        host = target / "host.yaml"
        told = host.read_text()
        if name in SHELL_UNSAID:
            told = re.sub(r"^env:\n(  .*\n)*", "", told, flags=re.MULTILINE)
        host.write_text(told + f'houmao: "{release}"\n')
        for file in (f for f in sorted(target.rglob("*")) if f.is_file()):
            try:
                text = made_up(file.read_text(), world)
            except UnicodeDecodeError:
                continue
            # tmux counts the bytes of the socket's path, which is another one now.
            file.write_text(re.sub(r"^(@V .* )\d+:(\S+)$", lambda m: f"{m[1]}{len(m[2])}:{m[2]}", text, flags=re.MULTILINE))
        return target
    finally:
        world.teardown()


def run(only: str | None, folder: Path) -> int:
    """Writes the fixtures whose STATE@RELEASE matches; gives their number."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(n, r) for r, names in FIXTURES.items() for n in names if not only or re.search(only, f"{n}@{r}")]
    for name, release in wanted:
        print(capture(name, release, folder), flush=True)
    packed = [(n, r) for r, names in TREES.items() for n in names if not only or re.search(only, f"trees/{n}@{r}")]
    for name, release in packed:
        print(pack(name, release, folder.parent / "trees"), flush=True)
    return len(wanted) + len(packed)
