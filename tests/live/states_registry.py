"""The shared registry: what a record says, who else claims it, and where records are looked for (contract 1.1, 4)."""
from __future__ import annotations

import breaks
from breaks import OTHER_ID, copy_record, write_bytes
from states import AGENT_ID, BOTH, NEW, OLD, POINTER, state

ALL = ("attach current", "attach name", "attach id")
NAMED = ("attach name", "attach id")


def record_state(name: str, says: str, change, *, asks=ALL, releases=BOTH, lost_pointer=False) -> None:
    """Declares a state in which the agent's record is edited by `change(record)`."""
    def break_(w):
        w.edit(w.record, change)
        if lost_pointer:
            w.put(POINTER, str(w.dir / "gone/manifest.json"))
    break_.__doc__ = says
    state(name, asks=asks, releases=releases)(break_)


def stopped(record: dict, lifecycle: str = "stopped") -> None:
    """An inactive record as 0.8.0 and later write it."""
    record["lifecycle"] = {"state": lifecycle, "relaunchable": lifecycle == "stopped", "state_updated_at": "2026-01-05T00:00:00+00:00",
                           "stopped_at": "2026-01-05T00:00:00+00:00", "stop_reason": "asked"}
    record["terminal"].pop("current_session_name", None)
    record.pop("liveness", None)
    record.pop("gateway", None)


def naive(record: dict) -> None:
    """Time stamps without a zone."""
    breaks.lease(record, "2026-01-05T00:00:00", "2099-01-05T00:00:00")


record_state("lease-expired", "the lease has run out, the pointer is good", breaks.expire, asks=(*ALL, "detach name", "status current"))
record_state("lease-expired-pointer-gone", "the lease has run out, and the pointer's file is gone", breaks.expire, lost_pointer=True,
             asks=("attach current", "attach target", "attach name"))
record_state("lease-backwards", "the lease ends before it begins", lambda r: breaks.lease(r, "2099-01-06T00:00:00+00:00", "2099-01-05T00:00:00+00:00"))
record_state("lease-without-zone", "time stamps without a zone", naive)
record_state("record-extra-key", "a key that no release knows", lambda r: r.update(note="x"), asks=(*ALL, "status current", "detach name"))
record_state("record-schema-9", "a schema of the future", lambda r: r.update(schema_version=9))
record_state("record-no-session-name", "the terminal names no session", lambda r: r.update(terminal={"kind": "tmux"}))
record_state("record-gateway-port-0", "its gateway has port 0",
             lambda r: r.update(gateway={"host": "127.0.0.1", "port": 0, "state_path": "/s", "protocol_version": "v1"}), asks=("attach current", "attach name"))
record_state("record-other-generation", "another generation owns the name and its lease is fresh", lambda r: r.update(generation_id="other"),
             asks=(*ALL, "detach current", "status current", "attach-bg current"))
record_state("record-other-generation-expired", "another generation's lease has run out",
             lambda r: (r.update(generation_id="other"), breaks.expire(r)), asks=("attach current",))
record_state("record-no-definition", "the record knows no agent definition folder", lambda r: r["runtime"].update(agent_def_dir=None), asks=NAMED)
record_state("record-definition-gone", "the record's agent definition folder is gone",
             lambda r: r["runtime"].update(agent_def_dir="/nonexistent/definition"), asks=(*NAMED, "attach current"))
record_state("record-manifest-gone", "the record's manifest is gone", lambda r: r["runtime"].update(manifest_path="/nonexistent/manifest.json"),
             asks=(*NAMED, "detach name", "status id"))
record_state("record-manifest-gone-pointer-gone", "record and pointer both name files that are gone",
             lambda r: r["runtime"].update(manifest_path="/nonexistent/manifest.json"), lost_pointer=True, asks=("attach current", "attach target"))
record_state("record-manifest-relative", "the record's manifest path is relative", lambda r: r["runtime"].update(manifest_path="manifest.json"), asks=NAMED)
record_state("record-manifest-relative-pointer-gone", "the record's manifest path is relative, and the pointer's file is gone",
             lambda r: r["runtime"].update(manifest_path="manifest.json"), lost_pointer=True, asks=("attach current", "attach target"))
record_state("record-other-session", "the record names another session", lambda r: breaks.rename_terminal(r, "elsewhere"), asks=(*ALL, "attach target"))
record_state("record-other-session-pointer-gone", "the record names another session, and the pointer's file is gone",
             lambda r: breaks.rename_terminal(r, "elsewhere"), lost_pointer=True, asks=("attach current", "attach target"))
record_state("record-other-name", "the record carries another agent name", lambda r: r.update(agent_name="cpu"), asks=("attach name", "attach name=cpu", "attach id"))
record_state("record-other-id", "the record says another id than its folder", lambda r: r.update(agent_id=OTHER_ID), asks=("attach name", "attach id", "attach current"))
record_state("record-stopped", "the record says that the agent was stopped", stopped, releases=NEW, asks=(*ALL, "detach name", "status id"))
record_state("record-retired", "the record says that the agent was retired", lambda r: stopped(r, "retired"), releases=NEW, asks=NAMED)
record_state("record-relaunching", "the record says that a relaunch is under way", lambda r: r["lifecycle"].update(state="relaunching"), releases=NEW, asks=ALL)
record_state("record-stopped-but-live", "stopped, and still with a lease", lambda r: r["lifecycle"].update(state="stopped"), releases=NEW, asks=ALL)


@state("record-missing", asks=(*ALL, "status current", "detach id"))
def _(w):
    "no record; the pointer is good"
    w.record.unlink()


@state("record-missing-pointer-unset", asks=("attach current", "attach target"))
def _(w):
    "no record, and no pointer"
    w.record.unlink()
    w.put(POINTER, None)


@state("record-not-json", asks=(*ALL, "status current"))
def _(w):
    "half a record"
    write_bytes(w.record, b'{"schema_version": 2,')


@state("record-empty", asks=("attach current", "attach name"))
def _(w):
    "an empty record"
    write_bytes(w.record, b"")


@state("record-not-text", asks=(*ALL, "attach target"))
def _(w):
    "a record that is not UTF-8"
    write_bytes(w.record, b'{"agent_name": "\xff"}')


@state("other-record-not-text", asks=(*ALL, "attach name=nobody"))
def _(w):
    "somebody else's record is not UTF-8"
    write_bytes(w.registry / "live_agents" / "0123" / "record.json", b'{"agent_name": "\xff"}')


@state("other-record-invalid", asks=ALL)
def _(w):
    "somebody else's record breaks the schema"
    copy_record(w, OTHER_ID, lambda r: r.update(note="x"))


@state("name-ambiguous", asks=(*ALL, "detach name", "status name"))
def _(w):
    "two records carry the agent's name"
    copy_record(w, OTHER_ID)


@state("session-claimed-twice", asks=("attach target", "attach current"), releases=BOTH)
def _(w):
    "two records claim the session, and the pointer's file is gone"
    copy_record(w, OTHER_ID, lambda r: r.update(agent_name="cpu"))
    w.put(POINTER, str(w.dir / "gone/manifest.json"))


@state("record-copied", asks=(f"attach id={OTHER_ID}", "attach name=cpu"))
def _(w):
    "a record was copied by hand to another id and name"
    copy_record(w, OTHER_ID, lambda r: r.update(agent_name="cpu"))


@state("record-folder-linked", asks=ALL)
def _(w):
    "the record's folder is a link"
    folder = w.record.parent
    real = w.dir / "elsewhere"
    folder.rename(real)
    folder.symlink_to(real)


@state("registry-variable-relative", asks=(*ALL, "status current"))
def _(w):
    "the operator's shell names the registry by a relative path"
    w.extra["HOUMAO_GLOBAL_REGISTRY_DIR"] = "registry"


@state("registry-variable-elsewhere", asks=(*ALL, "detach current"))
def _(w):
    "the operator's shell names another registry, which is empty"
    w.extra["HOUMAO_GLOBAL_REGISTRY_DIR"] = str(w.dir / "empty-registry")


@state("registry-elsewhere-pointer-gone", asks=("attach current", "attach target"))
def _(w):
    "the fallback is looked for in an empty registry"
    w.extra["HOUMAO_GLOBAL_REGISTRY_DIR"] = str(w.dir / "empty-registry")
    w.put(POINTER, str(w.dir / "gone/manifest.json"))


@state("registry-moved-by-config-home", releases=NEW, asks=NAMED)
def _(w):
    "XDG_CONFIG_HOME points elsewhere"
    w.extra["XDG_CONFIG_HOME"] = str(w.dir / "config")


@state("registry-moved-by-data-home", releases=OLD, asks=NAMED)
def _(w):
    "XDG_DATA_HOME holds a part called .local, where 0.x cuts"
    w.extra["XDG_DATA_HOME"] = str(w.dir / "srv/.local/share")


@state("id-unset-record-missing", asks=("attach current", "status current"))
def _(w):
    "no id and no record, but the pointer is good"
    w.record.unlink()
    w.put(AGENT_ID, None)


@state("session-gone", asks=("attach id", "attach name"))
def _(w):
    "the session was killed without a stop; another agent's plain session keeps the tmux server alive"
    w.tmux("new-session", "-d", "-s", "notes", "sleep 7200")
    w.tmux("kill-session", "-t", f"={w.session}")


@state("session-on-other-socket", asks=("attach id",))
def _(w):
    "the agent was launched with another TMUX_TMPDIR than the one of this shell"
    other = w.dir / "tmux-of-this-shell"
    other.mkdir()
    w.extra["TMUX_TMPDIR"] = str(other)
    w.tmux("new-session", "-d", "-s", "notes", "sleep 7200")
