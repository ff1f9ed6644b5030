"""Missing and stale metadata: what the tmux session publishes, and the manifest it points to (contract 2, 3, 6.1)."""
from __future__ import annotations

import os
import shutil

import breaks
import build
from breaks import OTHER_ID, write_bytes
from states import AGENT_ID, BOTH, DEFINITION, POINTER, state

LOCAL = ("attach current", "attach target", "attach name")
BY_POINTER = ("attach current", "attach target")


def gone(w) -> str:
    """A path at which nothing is."""
    return str(w.dir / "gone/manifest.json")


def point(w, value, ident="keep") -> None:
    """Changes the published pointer, and the published id unless it is kept."""
    w.put(POINTER, value)
    if ident != "keep":
        w.put(AGENT_ID, ident)


@state("healthy-joined", asks=(*LOCAL, "attach id", "attach-bg current", "detach current", "status current", "status name"))
def _(w):
    "a joined session that was never attached"


@state("nothing-published", asks=(*LOCAL, "status current", "detach current"))
def _(w):
    "neither pointer nor id is published"
    point(w, None, None)


@state("never-managed", base="bare", asks=("attach current", "attach target", "detach current", "status name=gpu"))
def _(w):
    "a plain tmux session"


@state("old-names-only", asks=BY_POINTER)
def _(w):
    "only the names of v0.1.0 are published"
    w.put("AGENTSYS_MANIFEST_PATH", str(w.manifest))
    w.put("AGENTSYS_AGENT_ID", w.agent_id)
    point(w, None, None)


@state("published-globally-only", asks=BY_POINTER)
def _(w):
    "the variables stand in the server's environment, not in the session's"
    w.tmux("set-environment", "-g", POINTER, str(w.manifest))
    w.tmux("set-environment", "-g", AGENT_ID, w.agent_id)
    point(w, None, None)


@state("pointer-removed-mark")
def _(w):
    "pointer and id are marked as removed"
    for name in (POINTER, AGENT_ID):
        w.tmux("set-environment", "-t", f"={w.session}", "-r", name)


@state("pointer-unset", asks=(*BY_POINTER, "status current"))
def _(w):
    "the id alone is published; the registry knows it"
    point(w, None)


@state("id-unset", asks=BY_POINTER)
def _(w):
    "the pointer alone is published"
    w.put(AGENT_ID, None)


@state("pointer-blank", asks=("attach current",))
def _(w):
    "the pointer is published and blank"
    point(w, "   ")


@state("pointer-relative", asks=BY_POINTER)
def _(w):
    "the pointer is relative, the registry is good"
    point(w, os.path.relpath(w.manifest, w.work))


@state("pointer-relative-no-id", asks=BY_POINTER)
def _(w):
    "the pointer is relative and nothing stands in for it"
    point(w, "some/manifest.json", None)


@state("pointer-missing-file", asks=(*LOCAL, "attach id", "status current"))
def _(w):
    "the pointer names a file that is gone; the registry is good"
    point(w, gone(w))


@state("pointer-missing-file-no-id", asks=BY_POINTER)
def _(w):
    "the pointer names a file that is gone, and no id is published"
    point(w, gone(w), None)


@state("pointer-missing-file-unknown-id", asks=("attach current", "attach target"))
def _(w):
    "the pointer names a file that is gone, and the published id has no record"
    point(w, gone(w), OTHER_ID)


@state("pointer-missing-file-bad-id")
def _(w):
    "the published id cannot be one"
    point(w, gone(w), "../x")


@state("pointer-to-folder")
def _(w):
    "the pointer names the session root"
    point(w, str(w.root), None)


@state("pointer-through-link", asks=("attach current", "status current"))
def _(w):
    "the pointer goes through a link to the session root"
    link = w.dir / "link"
    link.symlink_to(w.root)
    point(w, str(link / "manifest.json"))


@state("pointer-home-tilde", asks=("attach current",))
def _(w):
    "the pointer begins with a tilde"
    point(w, "~/manifest.json", None)


@state("pointer-other-agent", asks=(*BY_POINTER, "detach current"))
def _(w):
    "the pointer names another live agent's manifest; the own id is published"
    point(w, str(breaks.second_agent(w)))


@state("pointer-other-agent-no-id", asks=BY_POINTER)
def _(w):
    "the pointer names another live agent's manifest, and no id is published"
    point(w, str(breaks.second_agent(w)), None)


@state("pointer-and-id-of-other-agent", asks=BY_POINTER)
def _(w):
    "pointer and id were both copied from another live agent"
    other = breaks.second_agent(w)
    point(w, str(other), w.read(other)["agent_id"])


@state("session-renamed", asks=("attach current", "attach target", "attach name", "detach name", "status current"))
def _(w):
    "the tmux session was renamed"
    w.tmux("rename-session", "-t", f"={w.session}", "cpu")
    w.session = "cpu"


@state("session-renamed-no-id", asks=BY_POINTER)
def _(w):
    "the tmux session was renamed, and no id is published"
    w.tmux("rename-session", "-t", f"={w.session}", "cpu")
    w.session = "cpu"
    w.put(AGENT_ID, None)


@state("session-renamed-to-longer", asks=("attach name", "detach id", "status name"))
def _(w):
    "the recorded session name is now only a prefix of the live one"
    w.tmux("rename-session", "-t", f"={w.session}", "gpu-old")
    w.session = "gpu-old"


@state("session-recreated", asks=("attach current", "attach name", "detach name"))
def _(w):
    "the session ended, and one of the same name was made"
    build.new_session(w, "spare")
    w.tmux("kill-session", "-t", f"={w.session}")
    build.new_session(w, w.session)


@state("session-ended", asks=("attach name", "attach id", "detach name", "status name", "attach target"))
def _(w):
    "the session ended; another one keeps the server alive"
    build.new_session(w, "spare")
    w.tmux("kill-session", "-t", f"={w.session}")


@state("session-ended-sibling", asks=("attach name", "status name", "attach target"))
def _(w):
    "the session ended, and the name of another one begins with its name"
    build.new_session(w, "gpu-two")
    w.tmux("kill-session", "-t", f"={w.session}")


@state("definition-missing-folder", asks=("attach current", "attach name", "status current"))
def _(w):
    "the published agent definition folder is gone, the pointer is good"
    w.put(DEFINITION, str(w.dir / "gone"))


@state("definition-relative")
def _(w):
    "the published agent definition folder is relative"
    w.put(DEFINITION, "agents")


@state("definition-unset", asks=("attach current", "attach name"))
def _(w):
    "no agent definition folder is published"
    w.put(DEFINITION, None)


@state("definition-unset-by-fallback")
def _(w):
    "no agent definition folder is published, but the registry is used anyway"
    w.put(DEFINITION, None)
    point(w, None)


@state("definition-unset-no-record-field", asks=("attach current", "attach name"))
def _(w):
    "neither the session nor the record knows the agent definition folder"
    w.put(DEFINITION, None)
    point(w, None)
    w.edit(w.record, lambda r: r["runtime"].update(agent_def_dir=None))


@state("role-prompt-missing", asks=("attach current", "attach name", "detach current", "status current"))
def _(w):
    "the role's prompt is gone"
    (prompt,) = w.root.glob("agent_def/roles/*/system-prompt.md")
    prompt.unlink()


@state("executable-missing", asks=("attach current", "attach name", "status current"))
def _(w):
    "the agent CLI is not on the operator's PATH"
    (w.bin / "claude").unlink()


@state("session-root-deleted", asks=(*LOCAL, "status current"))
def _(w):
    "the session root is gone under a live session"
    shutil.rmtree(w.root)


@state("runtime-moved", asks=("attach current", "attach target", "attach name", "attach id"))
def _(w):
    "the runtime root was renamed under a live session"
    runtime = w.work / ".houmao/runtime"
    runtime.rename(runtime.with_name("runtime-old"))
    w.manifest = w.work / ".houmao/runtime-old" / w.manifest.relative_to(runtime)


# ---- the manifest itself
def bad_manifest(name: str, says: str, change, *, asks=("attach current", "attach name"), releases=BOTH, no_id=False) -> None:
    """Declares a state in which the manifest is broken by `change(manifest)`."""
    def break_(w):
        w.edit(w.manifest, change)
        if no_id:
            w.put(AGENT_ID, None)
    break_.__doc__ = says
    state(name, asks=asks, releases=releases)(break_)


def several(manifest: dict) -> None:
    """Four mistakes, of which three are told."""
    manifest.update(tool="", role_name=7, extra_key=1)
    manifest["runtime"]["agent_pid"] = 0


bad_manifest("manifest-schema-3", "an older schema number", lambda m: m.update(schema_version=3))
bad_manifest("manifest-schema-text", "the schema number is text", lambda m: m.update(schema_version="4"), no_id=True)
bad_manifest("manifest-schema-missing", "no schema number", lambda m: m.pop("schema_version"), asks=("attach current",))
bad_manifest("manifest-schema-9", "a schema of the future", lambda m: m.update(schema_version=9), asks=("attach current", "detach name"))
bad_manifest("manifest-extra-key", "a key that no release knows", lambda m: m.update(note="x"), asks=("attach current", "attach target", "attach name"))
bad_manifest("manifest-extra-key-no-id", "a key that no release knows, and no id", lambda m: m.update(note="x"), asks=BY_POINTER, no_id=True)
bad_manifest("manifest-nested-extra-key", "a nested key that no release knows", lambda m: m["runtime"].update(note="x"), no_id=True)
bad_manifest("manifest-four-mistakes", "more mistakes than are told", several, no_id=True)
bad_manifest("manifest-no-tmux", "the tmux section is gone", lambda m: m.pop("tmux"), no_id=True)
bad_manifest("manifest-no-launch-plan", "the launch plan is gone", lambda m: m.pop("launch_plan"), no_id=True)
bad_manifest("manifest-names-differ", "its two session names differ", lambda m: m["tmux"].update(session_name="x"), no_id=True)
bad_manifest("manifest-other-session", "it belongs to another session", lambda m: breaks.set_session_name(m, "elsewhere"),
             asks=("attach current", "attach target", "attach name", "status current"))
bad_manifest("manifest-other-session-no-id", "it belongs to another session, and no id is published",
             lambda m: breaks.set_session_name(m, "elsewhere"), asks=BY_POINTER, no_id=True)
bad_manifest("manifest-other-agent", "its agent id is another one", lambda m: m.update(agent_id=OTHER_ID), asks=("attach current", "attach name"))
bad_manifest("manifest-bad-agent-name", "its agent name cannot be one", lambda m: m.update(agent_name="a b"), no_id=True)
bad_manifest("manifest-unknown-backend", "a backend that no release knows", lambda m: m.update(backend="telnet"), no_id=True)
bad_manifest("manifest-plan-backend", "the launch plan's backend differs", lambda m: m["launch_plan"].update(backend="claude_headless"), no_id=True)
bad_manifest("manifest-no-own-section", "the backend's own section is gone", lambda m: m.update(local_interactive=None), no_id=True)
bad_manifest("manifest-generation-differs", "its two generation ids differ", lambda m: m.update(registry_generation_id="g-2"), no_id=True)
bad_manifest("manifest-turn-index-text", "a number is text", lambda m: m["interactive"].update(turn_index="0"), no_id=True)


def bad_bytes(name: str, says: str, data: bytes, *, no_id: bool, asks=("attach current", "attach name", "status current")) -> None:
    """Declares a state in which the manifest file holds `data`."""
    def break_(w):
        write_bytes(w.manifest, data)
        if no_id:
            w.put(AGENT_ID, None)
    break_.__doc__ = says
    state(name, asks=asks)(break_)


bad_bytes("manifest-truncated", "half a manifest", b'{"schema_version": 4, "backend": ', no_id=False)
bad_bytes("manifest-truncated-no-id", "half a manifest, and no id", b'{"schema_version": 4,', no_id=True, asks=BY_POINTER)
bad_bytes("manifest-empty", "an empty manifest", b"", no_id=True)
bad_bytes("manifest-list", "a list instead of an object", b"[]\n", no_id=True)
bad_bytes("manifest-not-text", "bytes that are not UTF-8", b'{"schema_version": 4, "tool": "\xff\xfe"}', no_id=True)


@state("launch-env-unresolved", asks=("attach current", "attach name"))
def _(w):
    "the relaunch inherits a variable that the session does not have"
    def change(m):
        authority = m["agent_launch_authority"]
        authority.update(posture_kind="tui_launch_options", launch_args=["--model", "x"], launch_env=[{"mode": "inherit", "name": "TOKEN_NOT_SET"}])
    w.edit(w.manifest, change)


@state("not-joined-no-brain", asks=("attach current", "attach name", "detach current"))
def _(w):
    "the session says that it was launched, and its brain manifest is gone"
    def change(m):
        m["agent_launch_authority"].update(session_origin=None, posture_kind="runtime_launch_plan")
        m["brain_manifest_path"] = gone(w)
    w.edit(w.manifest, change)




@state("pointer-two-lines", asks=("attach current", "status current"))
def _(w):
    "the pointer's value goes on in a second line"
    point(w, f"{w.manifest}\nsecond line", None)


@state("id-with-spaces", asks=("attach current",))
def _(w):
    "the id is surrounded by spaces, and it is needed"
    point(w, None, f"  {w.agent_id}  ")


def launched(manifest: dict) -> None:
    """Makes a joined session's manifest say that Houmao launched the session itself."""
    manifest["agent_launch_authority"].update(session_origin=None, posture_kind="runtime_launch_plan")
    manifest["launch_plan"]["metadata"].pop("session_origin", None)


@state("launched-or-joined", asks=("attach current", "status current"))
def _(w):
    "the launch authority says launched, the launch plan says joined; the window is not at index 0"
    w.edit(w.manifest, lambda m: m["agent_launch_authority"].update(session_origin=None, posture_kind="runtime_launch_plan"))
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:1")


@state("launched-no-window-0", asks=("attach current", "attach name", "status current"))
def _(w):
    "a launched session whose only window is not at index 0, as under base-index 1"
    w.edit(w.manifest, launched)
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:1")


@state("launched-no-window-0-of-two", asks=("attach current", "attach name"))
def _(w):
    "a launched session with two windows, none of them at index 0"
    w.edit(w.manifest, launched)
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:1")
    w.tmux("new-window", "-d", "-t", f"={w.session}:4", "cat")


@state("launched-healthy", asks=("attach current", "status current", "detach name"))
def _(w):
    "a session that says it was launched, and is"
    w.edit(w.manifest, launched)


@state("panes-from-1", asks=("attach name", "attach current"))
def _(w):
    "the agent's pane has index 1, as under pane-base-index 1"
    w.tmux("set-option", "-g", "pane-base-index", "1")
