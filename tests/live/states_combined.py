"""Several things wrong at once, and small oddities beside a healthy session (contract 1, 2, 4, 6, 7, 10)."""
from __future__ import annotations

import os

import breaks
import build
from breaks import OTHER_ID, copy_record, write_bytes
from states import BOTH, DEFINITION, NEW, OLD, POINTER, state
from states_registry import stopped

NAMED = ("attach name", "attach id")
GONE = "/nonexistent/manifest.json"


# ---- the registry
@state("twin-expired", asks=("attach name", "attach target"))
def _(w):
    "a second record of the same name, whose lease has run out"
    copy_record(w, OTHER_ID, breaks.expire)


@state("twin-stopped", releases=NEW, asks=("attach name", "attach id", f"attach id={OTHER_ID}"))
def _(w):
    "a stopped record of the same name beside the active one"
    copy_record(w, OTHER_ID, stopped)


@state("both-stopped", releases=NEW, asks=("attach name", "attach id", "detach name", "status name"))
def _(w):
    "two records of the same name, both stopped"
    w.edit(w.record, stopped)
    copy_record(w, OTHER_ID, stopped)


for lifecycle in ("stopped", "retired"):
    @state(f"record-{lifecycle}-pointer-gone", releases=NEW, asks=("attach current", "attach name", "status id"))
    def _(w, lifecycle=lifecycle):
        "the pointer's file is gone, and the record is not active"
        w.edit(w.record, lambda r: stopped(r, lifecycle))
        w.put(POINTER, GONE)


@state("record-linked", asks=("attach id", "attach name", "attach current"))
def _(w):
    "the record is a symbolic link to a good one"
    w.record.rename(w.dir / "kept.json")
    w.record.symlink_to(w.dir / "kept.json")


@state("registry-linked", asks=("attach id", "attach name"))
def _(w):
    "the registry's folder is a symbolic link"
    w.registry.rename(w.dir / "kept")
    w.registry.symlink_to(w.dir / "kept")


@state("record-is-folder", asks=("attach current", "attach name", "attach id"))
def _(w):
    "a folder stands where the record should be"
    w.record.unlink()
    w.record.mkdir()


@state("manifest-no-generation", asks=("attach current", "attach name"))
def _(w):
    "the manifest names no generation, the record is fresh"
    w.edit(w.manifest, lambda m: (m.update(registry_generation_id=None), m["runtime"].update(registry_generation_id=None)))


@state("registry-variable-tilde", asks=("attach name", "attach current"))
def _(w):
    "the registry variable begins with a tilde, and leads to the usual place"
    w.extra["HOUMAO_GLOBAL_REGISTRY_DIR"] = "~/" + str(w.registry.relative_to(w.home))


@state("registry-variable-blank", asks=("attach name",))
def _(w):
    "the registry variable is blank"
    w.extra["HOUMAO_GLOBAL_REGISTRY_DIR"] = "  "


@state("other-home", asks=("attach current", "attach name", "attach id"))
def _(w):
    "the shell has another home"
    (w.dir / "visitor").mkdir()
    w.extra["HOME"] = str(w.dir / "visitor")


@state("other-home-pointer-gone", asks=("attach current", "attach target"))
def _(w):
    "the shell has another home, and the pointer's file is gone"
    (w.dir / "visitor").mkdir()
    w.extra["HOME"] = str(w.dir / "visitor")
    w.put(POINTER, GONE)


@state("odd-ids", asks=("attach id=..", "attach id=../live_agents", "attach id=a/b", "attach id=GPU", "status id=-x"))
def _(w):
    "nothing is wrong but the id asked for"


@state("alias-hint-expired", asks=("attach name=gpu",))
def _(w):
    "the name asked for is a session's, whose record has run out"
    w.edit(w.record, lambda r: (r.update(agent_name="worker"), breaks.expire(r)))


@state("alias-hint-twice", asks=("attach name=gpu", "detach name=gpu"))
def _(w):
    "the name asked for is a session's that two records claim"
    w.edit(w.record, lambda r: r.update(agent_name="worker"))
    copy_record(w, OTHER_ID, lambda r: r.update(agent_name="helper"))


# ---- the manifest and what it names
@state("manifest-duplicate-key", asks=("attach current",))
def _(w):
    "a key stands twice; the last one counts"
    write_bytes(w.manifest, w.manifest.read_bytes().replace(b"{", b'{"schema_version": 9,', 1))


@state("manifest-byte-order-mark", asks=("attach current", "attach name"))
def _(w):
    "the manifest begins with a byte order mark"
    write_bytes(w.manifest, b"\xef\xbb\xbf" + w.manifest.read_bytes())


@state("manifest-linked-elsewhere", asks=("attach current", "attach name", "detach current"))
def _(w):
    "the manifest is a symbolic link to a file of another name"
    w.manifest.rename(w.root / "kept.json")
    w.manifest.symlink_to(w.root / "kept.json")


@state("manifest-is-fifo", asks=("attach current", "attach name"))
def _(w):
    "a named pipe stands where the manifest should be"
    w.manifest.unlink()
    os.mkfifo(w.manifest)


@state("pointer-roundabout", asks=("attach current", "attach target"))
def _(w):
    "the pointer takes a way round, with doubled slashes"
    w.put(POINTER, f"{w.root.parent}//{w.root.name}/../{w.root.name}/./manifest.json")


@state("definition-is-file", asks=("attach current", "attach target"))
def _(w):
    "the published agent definition folder is a file"
    w.put(DEFINITION, str(w.manifest))


@state("definition-other-folder", asks=("attach current", "status current"))
def _(w):
    "the published agent definition folder holds no roles"
    w.put(DEFINITION, str(w.home))


@state("definition-slash", asks=("attach current",))
def _(w):
    "the published agent definition folder ends in a slash"
    value = w.tmux("show-environment", "-t", f"={w.session}", DEFINITION).partition("=")[2]
    w.put(DEFINITION, value + "/")


@state("working-directory-gone", asks=("attach current", "attach-bg current", "status current"))
def _(w):
    "the manifest's working directory is gone"
    w.edit(w.manifest, lambda m: (m.update(working_directory="/nonexistent/work"), m["launch_plan"].update(working_directory="/nonexistent/work")))


# ---- files below gateway/
def obstacle(name: str, path: str, asks=("attach current", "status current", "detach current")) -> None:
    """Declares a state in which a folder stands where a file of the gateway should be, or a file where a folder should."""
    def break_(w):
        target = w.gateway / path
        if target.is_dir():
            target.rename(w.dir / "kept")
            target.write_text("")
        else:
            target.unlink(missing_ok=True)
            target.mkdir()
    break_.__doc__ = f"{path} is of the wrong kind"
    state(name, asks=asks)(break_)


obstacle("state-is-folder", "state.json")
obstacle("desired-is-folder", "desired-config.json")
obstacle("attach-is-folder", "attach.json", ("status current",))
obstacle("queue-is-folder", "queue.sqlite", ("attach current", "status name"))
obstacle("instance-is-folder", "run/current-instance.json", ("detach current", "status current"))
obstacle("pid-is-folder", "run/gateway.pid", ("status current", "detach current"))


# ---- the handle
def handle_target(name: str, target: str, says: str) -> None:
    """Declares a state in which a dead gateway's handle names its window by `target`."""
    def break_(w):
        breaks.dead_handle(w, tmux_window_id=target)
    break_.__doc__ = says
    state(name, base="attached", asks=("detach current", "attach current", "detach name"))(break_)


handle_target("handle-session-and-index", "gpu:0", "the handle names its window by session and index")
handle_target("handle-pane-id", "%0", "the handle names a pane in place of a window")
handle_target("handle-session-name", "gpu", "the handle names the session in place of a window")
handle_target("handle-dollar", "$0", "the handle names a session's id in place of a window")
handle_target("handle-last", "!", "the handle names the last window")
handle_target("handle-padded", " @0 ", "the handle's window id has spaces around it")


@state("handle-own-window-shell-host", base="attached", asks=("attach current", "attach-bg current"))
def _(w):
    "the handle names the agent's own window, and the shell's gateway host is refused"
    breaks.dead_handle(w, **breaks.own_window(w))
    w.extra["HOUMAO_AGENT_GATEWAY_HOST"] = "example.org"


@state("handle-own-window-shell-port", base="attached", asks=("attach current", "attach-bg current"))
def _(w):
    "the handle names the agent's own window, and the shell's gateway port is out of range"
    breaks.dead_handle(w, **breaks.own_window(w))
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "-1"


@state("pid-of-the-agent", base="attached", asks=("detach current", "attach current", "status current"))
def _(w):
    "the handle says index 0, and gateway.pid names the agent's own process"
    breaks.dead_handle(w, tmux_window_index="0")
    pid = w.tmux("display-message", "-p", "-t", w.first_pane()[1], "#{pane_pid}")
    (w.gateway / "run/gateway.pid").write_text(f"{pid}\n")


for number, words in enumerate(("-5", "0", "1e3", "0x10", "1.5", "")):
    @state(f"pid-words-{number}", base="attached", asks=("detach current",), releases=OLD if number % 2 else NEW)
    def _(w, words=words):
        "gateway.pid holds no pid, and the handle is gone"
        breaks.kill_gateway(w)
        w.handle.unlink()
        (w.gateway / "run/gateway.pid").write_text(words + "\n")


# ---- the shell
for number, (name, value) in enumerate((
    ("HOUMAO_AGENT_GATEWAY_HOST", "0.0.0.0"), ("HOUMAO_AGENT_GATEWAY_HOST", "  "), ("HOUMAO_AGENT_GATEWAY_PORT", "0"),
    ("HOUMAO_AGENT_GATEWAY_PORT", " 45200 "), ("HOUMAO_AGENT_GATEWAY_PORT", "-1"), ("HOUMAO_AGENT_GATEWAY_PORT", "4_5200"),
    ("HOUMAO_GATEWAY_EXECUTION_MODE", "screen"), ("CAO_PORT", ""), ("HOUMAO_PASSIVE_SERVER_PORT", "nine"),
)):
    @state(f"shell-variable-{number}", releases=BOTH, asks=("attach current", "attach-bg current", "attach name=nobody"))
    def _(w, name=name, value=value):
        "the shell carries an odd value of a variable that steers the command"
        w.extra[name] = value


@state("other-agents-gateway-has-port", asks=("attach current",))
def _(w):
    "the wanted port is another agent's live gateway's"
    home = w.session, w.manifest
    w.manifest = breaks.second_agent(w)
    w.session = "lab"
    build.attach(w)
    port = w.read(w.gateway / "desired-config.json")["desired_port"]
    w.session, w.manifest = home
    w.edit(w.gateway / "desired-config.json", lambda d: d.update(desired_port=port))
