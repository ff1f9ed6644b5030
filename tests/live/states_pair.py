"""Pair-managed sessions: the server, the registration, and the retired backend (contract 6.2, 6.3, 8)."""
from __future__ import annotations

import shutil
import time

import breaks
import build
import observe
from build import PAIR_PORT
from states import AGENT_ID, POINTER, state

WAYS = ("attach current", "attach target", "attach id", "attach name={session} +port")
VERBS = ("attach current", "detach current", "status current")


def stop_server(w) -> None:
    """Ends the pair server."""
    w.end([int((build.server_root(w) / "run/houmao-server.pid").read_text())])
    observe.settle(w)


def replace_server(w, body: str, status: int = 200) -> None:
    """Something else listens where the pair server was."""
    stop_server(w)
    w.listen(PAIR_PORT, body, status)


def authority(w, change) -> None:
    """Edits where the manifest says that attach and control go."""
    def edit(m):
        for kind in ("attach", "control"):
            change(m["gateway_authority"][kind])
    w.edit(w.manifest, edit)


@state("pair-healthy", base="pair", asks=(*WAYS, "status current", "detach current", "attach-bg current", "attach name={agent} +port"))
def _(w):
    "registered, never attached"


@state("pair-healthy-attached", base="pair+attached", asks=(*VERBS, "attach target", "detach id", "attach-bg current"))
def _(w):
    "registered, with a live gateway"


@state("pair-unregistered", base="unregistered", asks=(*WAYS, "detach current", "status current"))
def _(w):
    "published, and the registration is not done"


@state("pair-registration-lost", base="pair", asks=("attach current", "attach id", "attach name={session} +port"))
def _(w):
    "the server was started again from another folder, and knows nobody"
    stop_server(w)
    elsewhere = w.dir / "elsewhere"
    elsewhere.mkdir()
    answer = w.run("sh", "-c", f"cd {elsewhere} && exec houmao-mgr server start --api-base-url http://127.0.0.1:{PAIR_PORT}")
    assert answer.exit == 0, answer


@state("pair-server-down", base="pair", asks=(*WAYS, "detach current", "status current", "attach name={session}"))
def _(w):
    "the server does not run"
    stop_server(w)


@state("pair-server-down-live-gateway", base="pair+attached", asks=VERBS)
def _(w):
    "the server does not run, and the gateway still lives"
    stop_server(w)


@state("pair-not-houmao", base="pair", asks=(*WAYS, "status current"))
def _(w):
    "an orchestrator of another kind listens at the server's port"
    replace_server(w, '{"status": "ok", "service": "cli-agent-orchestrator"}')


@state("pair-passive-server", base="pair", asks=WAYS)
def _(w):
    "a passive server listens at the server's port"
    replace_server(w, '{"status": "ok", "houmao_service": "houmao-passive-server"}')


@state("pair-unknown-service", base="pair", asks=("attach current", "attach name={session} +port"))
def _(w):
    "the listener calls itself by a name that Houmao does not know"
    replace_server(w, '{"status": "ok", "houmao_service": "houmao-next"}')


@state("pair-plain-text", base="pair", asks=("attach current", "attach id"))
def _(w):
    "the listener answers plain text"
    replace_server(w, "hello")


@state("pair-not-found", base="pair", asks=("attach current", "attach name={session} +port"))
def _(w):
    "the listener answers every path with 404"
    replace_server(w, '{"detail": "Not Found"}', 404)


@state("pair-url-other-port", base="pair", asks=("attach current", "attach target", "attach id"))
def _(w):
    "the manifest names a port where nothing listens"
    authority(w, lambda a: a.update(api_base_url="http://127.0.0.1:9990"))


@state("pair-url-missing", base="pair", asks=("attach current", "attach id"))
def _(w):
    "the manifest names no server"
    authority(w, lambda a: a.update(api_base_url=None))


@state("pair-ref-missing", base="pair", asks=("attach current", "attach id"))
def _(w):
    "the manifest names no managed agent"
    authority(w, lambda a: a.update(managed_agent_ref=None))


@state("pair-ref-unknown", base="pair", asks=("attach current", "attach target"))
def _(w):
    "the manifest names a managed agent that the server does not know"
    authority(w, lambda a: a.update(managed_agent_ref="cao-cpu"))


@state("pair-ref-by-id", base="pair", asks=("attach current", "detach current"))
def _(w):
    "the manifest names the agent by id, not by its alias"
    authority(w, lambda a: a.update(managed_agent_ref=w.agent_id))


@state("pair-pointer-gone", base="pair", asks=("attach current", "attach target", "status current"))
def _(w):
    "the pointer's file is gone, the record is good"
    w.put(POINTER, str(w.dir / "gone/manifest.json"))


@state("pair-pointer-gone-record-expired", base="pair", asks=("attach current", "attach target", "attach id", "attach name={session} +port"))
def _(w):
    "the pointer's file is gone, and the record's day is over"
    w.put(POINTER, str(w.dir / "gone/manifest.json"))
    w.edit(w.record, breaks.expire)


@state("pair-record-expired", base="pair", asks=("attach current", "attach id", "attach name={session} +port"))
def _(w):
    "the record's day is over, the pointer is good"
    w.edit(w.record, breaks.expire)


@state("pair-record-missing", base="pair", asks=("attach current", "attach id", "attach name={session}", "attach name={session} +port"))
def _(w):
    "no record"
    w.record.unlink()


@state("pair-nothing-published", base="pair", asks=("attach current", "attach target", "attach name={session} +port"))
def _(w):
    "neither pointer nor id is published"
    for name in (POINTER, AGENT_ID):
        w.put(name, None)


@state("pair-session-renamed", base="pair", asks=("attach current", "attach id"))
def _(w):
    "the tmux session was renamed"
    w.tmux("rename-session", "-t", f"={w.session}", "cao-cpu")
    w.session = "cao-cpu"


@state("pair-root-deleted", base="pair", asks=("attach current", "attach id", "attach name=cao-gpu +port"))
def _(w):
    "the session root is gone"
    shutil.rmtree(w.root)


@state("pair-wrong-names", base="pair", asks=("attach name=nobody +port", "attach id=nobody +port", "attach name=cao-gpu +port=9990", "detach name=nobody", "attach name=nobody"))
def _(w):
    "nobody of that name"


@state("pair-gateway-crashed", base="pair+attached", asks=VERBS)
def _(w):
    "the gateway was killed"
    breaks.kill_gateway(w)


@state("pair-handle-own-window", base="pair+attached", asks=VERBS)
def _(w):
    "the handle's window is the agent's own"
    breaks.dead_handle(w, **breaks.own_window(w))


@state("pair-handle-other-session", base="pair+attached", asks=VERBS)
def _(w):
    "the handle's window is another session's"
    breaks.dead_handle(w, **breaks.bystander_session(w))


@state("pair-handle-index-0", base="pair+attached", asks=VERBS)
def _(w):
    "the handle says window index 0"
    breaks.dead_handle(w, tmux_window_index="0")


@state("pair-several-windows", base="pair+attached", asks=("attach current", "status current"))
def _(w):
    "more windows than the gateway's"
    for name in ("logs", "shell"):
        w.tmux("new-window", "-d", "-t", f"={w.session}:", "-n", name, "cat")


@state("pair-asked-by-newer", base="pair", asks=("2.4.0/attach current", "2.4.0/attach id", "2.4.0/status current"))
def _(w):
    "a release without the pair server's commands asks"


@state("pair-retired-backend", base="pair", asks=("2.4.0/attach current", "2.4.0/detach current", "2.4.0/status current"))
def _(w):
    "the manifest is written as a newer release would, and its backend is retired there"
    def change(m):
        m.pop("job_dir", None)
        for name in ("job_dir", "memory_binding", "memory_dir"):
            m["runtime"].pop(name, None)
    w.edit(w.manifest, change)


@state("pair-default-port-variable", base="pair", asks=("attach name=nobody", "attach id=nobody"))
def _(w):
    "the shell names another default port for the pair server"
    w.extra["CAO_PORT"] = "9990"


@state("pair-default-port-words", base="pair", asks=("attach current", "status current"))
def _(w):
    "the shell's default port is not a number"
    w.extra["CAO_PORT"] = "nine"


@state("pair-alias-taken", base="pair", asks=("attach current", "attach name={session} +port", "attach id"))
def _(w):
    "a second registration carries the same alias"
    sessions = build.server_root(w) / "sessions"
    build.new_session(w, "cao-cpu")
    registration = w.read(sessions / w.session / "registration.json")
    registration.update(session_name="cao-cpu", tmux_session_name="cao-cpu", terminal_id="b1b2b3b4", agent_name=w.session, agent_id="0" * 32, manifest_path=None, session_root=None)
    w.write(sessions / "cao-cpu/registration.json", registration)
    time.sleep(6)
