"""The execution handle of a live or dead gateway: what detach, attach and status would kill (contract 5, 7, 7.2)."""
from __future__ import annotations

import shutil

import breaks
import build
import observe
from breaks import bystander, bystander_session, dead_handle, kill_gateway, own_window, set_handle, write_bytes
from states import AGENT_ID, POINTER, state

VERBS = ("attach current", "detach current", "status current")
STOPS = ("attach current", "detach current")


@state("healthy-attached", base="attached", asks=(*VERBS, "attach name", "detach id", "attach target", "attach-bg current"))
def _(w):
    "a live gateway"


@state("healthy-background", base="background", asks=(*VERBS, "attach-bg current", "detach name"))
def _(w):
    "a live gateway that is a detached process"


@state("several-windows", base="attached", asks=VERBS)
def _(w):
    "more windows than the gateway's"
    for name in ("logs", "shell"):
        w.tmux("new-window", "-d", "-t", f"={w.session}:", "-n", name, "cat")


@state("window-called-gateway", base="attached", asks=VERBS)
def _(w):
    "besides the gateway's window there is one that is only called so"
    w.tmux("new-window", "-d", "-t", f"={w.session}:", "-n", "gateway", "cat")


@state("gateway-crashed", base="attached", asks=(*VERBS, "attach name", "attach-bg current"))
def _(w):
    "the gateway was killed; its files and bindings stay"
    kill_gateway(w)


@state("gateway-crashed-background", base="background", asks=VERBS)
def _(w):
    "the detached gateway was killed; its files and bindings stay"
    kill_gateway(w)


@state("gateway-window-closed", base="attached", asks=VERBS)
def _(w):
    "somebody closed the gateway's window"
    w.tmux("kill-window", "-t", w.read(w.handle)["tmux_window_id"])
    observe.settle(w)


@state("handle-index-0", base="attached", asks=VERBS)
def _(w):
    "the dead gateway's handle says window index 0"
    dead_handle(w, tmux_window_index="0")


@state("handle-index-0-pid-reused", base="attached", asks=VERBS)
def _(w):
    "the handle says index 0, and the pid file names an unrelated process"
    dead_handle(w, tmux_window_index="0")
    (w.gateway / "run/gateway.pid").write_text(f"{bystander(w)}\n")


@state("handle-own-window", base="attached", asks=(*VERBS, "attach-bg current", "detach name"))
def _(w):
    "the handle's window is the agent's own, under another index"
    dead_handle(w, **own_window(w))


@state("handle-own-window-other-pane", base="attached", asks=STOPS)
def _(w):
    "the handle's window is the agent's own; its pane is gone"
    dead_handle(w, tmux_window_id=own_window(w)["tmux_window_id"], tmux_pane_id="%99")


@state("handle-own-pane-other-window", base="attached", asks=("detach current", "attach current"))
def _(w):
    "the handle's pane is the agent's, its window does not exist"
    dead_handle(w, tmux_window_id="@99", tmux_pane_id=own_window(w)["tmux_pane_id"])


@state("handle-other-session", base="attached", asks=(*VERBS, "attach-bg current", "detach name"))
def _(w):
    "the handle's window is another session's only window"
    dead_handle(w, **bystander_session(w))


@state("handle-other-window", base="attached", asks=STOPS)
def _(w):
    "the handle's window is one that the operator opened"
    kill_gateway(w)
    window, pane = w.tmux("new-window", "-d", "-P", "-F", "#{window_id} #{pane_id}", "-t", f"={w.session}:", "cat").split()
    set_handle(w, tmux_window_id=window, tmux_pane_id=pane)


@state("handle-nowhere", base="attached", asks=VERBS)
def _(w):
    "the handle's window and pane do not exist"
    dead_handle(w, tmux_window_id="@99", tmux_pane_id="%99")


@state("handle-not-an-id", base="attached", asks=VERBS)
def _(w):
    "the handle's window is a session name"
    dead_handle(w, tmux_window_id=w.session, tmux_pane_id="%99")


@state("handle-incomplete", base="attached", asks=VERBS)
def _(w):
    "the handle has no pane"
    dead_handle(w, tmux_pane_id=None)


@state("handle-extra-key", base="attached", asks=STOPS)
def _(w):
    "the handle has a key that no release knows"
    dead_handle(w, note="x", **own_window(w))


@state("handle-pid-0", base="attached", asks=STOPS)
def _(w):
    "the handle's pid is 0"
    dead_handle(w, pid=0)


@state("handle-detached-with-window", base="attached", asks=STOPS)
def _(w):
    "the handle says detached process and names a window"
    dead_handle(w, execution_mode="detached_process", **own_window(w))


@state("handle-truncated", base="attached", asks=STOPS)
def _(w):
    "half a handle"
    kill_gateway(w)
    write_bytes(w.handle, b'{"schema_version": 1,')


@state("handle-not-text", base="attached", asks=STOPS)
def _(w):
    "a handle that is not UTF-8"
    kill_gateway(w)
    write_bytes(w.handle, b'{"host": "\xff"}')


@state("handle-gone-pid-reused", base="background", asks=VERBS)
def _(w):
    "no handle, and the pid file names an unrelated process"
    kill_gateway(w)
    w.handle.unlink()
    (w.gateway / "run/gateway.pid").write_text(f"{bystander(w)}\n")


@state("pid-reused", base="background", asks=(*VERBS, "attach-bg current"))
def _(w):
    "the detached gateway is gone, and its pid belongs to an unrelated process"
    kill_gateway(w)
    pid = bystander(w)
    set_handle(w, pid=pid)
    (w.gateway / "run/gateway.pid").write_text(f"{pid}\n")


@state("pid-file-disagrees", base="background", asks=("detach current",))
def _(w):
    "handle and pid file name different dead and living processes"
    kill_gateway(w)
    (w.gateway / "run/gateway.pid").write_text(f"{bystander(w)}\n")


@state("pid-file-is-words", base="background", asks=VERBS)
def _(w):
    "the pid file holds no number"
    kill_gateway(w)
    (w.gateway / "run/gateway.pid").write_text("gateway\n")


@state("gateway-window-moved", base="attached", asks=VERBS)
def _(w):
    "the gateway's window was moved to index 7"
    w.tmux("move-window", "-d", "-s", w.read(w.handle)["tmux_window_id"], "-t", f"={w.session}:7")


@state("gateway-window-in-other-session", base="attached", asks=STOPS)
def _(w):
    "the gateway's window was moved into another session"
    build.new_session(w, "other")
    w.tmux("move-window", "-d", "-s", w.read(w.handle)["tmux_window_id"], "-t", "=other:7")


@state("gateway-pane-joined-to-agent", base="attached", asks=("detach current",))
def _(w):
    "the gateway's pane was moved into the agent's window"
    w.tmux("join-pane", "-d", "-s", w.read(w.handle)["tmux_pane_id"], "-t", own_window(w)["tmux_pane_id"])


@state("agent-window-closed", base="attached", asks=("attach current", "detach current", "status current", "attach name", "detach name"))
def _(w):
    "the agent's window is gone; the gateway's keeps the session alive"
    w.tmux("kill-window", "-t", own_window(w)["tmux_window_id"])
    observe.settle(w)


@state("agent-window-moved", asks=("attach current", "attach name", "status name"))
def _(w):
    "the agent's window is no longer at index 0"
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:3")


@state("agent-pane-dead", asks=("attach current", "attach name"))
def _(w):
    "the agent ended, and its dead pane remains"
    w.tmux("set-option", "-w", "-t", f"={w.session}:0", "remain-on-exit", "on")
    (pid,) = [pid for pid, line in w.processes().items() if line == "claude"]
    w.end([pid])
    observe.settle(w)


@state("tmux-restarted-ids-reused", base="attached", asks=("attach name", "detach name", "status name", "attach current @gpu"))
def _(w):
    "the tmux server was restarted; the handle's @1 is now another session's window"
    breaks.restart_tmux(w)
    build.new_session(w, "gpu")
    build.new_session(w, "other")


@state("tmux-restarted-own-id", base="attached", asks=("attach name", "detach name", "detach id"))
def _(w):
    "the tmux server was restarted; the handle's @1 is now the agent's own window"
    breaks.restart_tmux(w)
    build.new_session(w, "other")
    build.new_session(w, "gpu")


@state("tmux-restarted-patched", base="attached", asks=(*STOPS, "status current"))
def _(w):
    "the tmux server was restarted, and the operator published the old values by hand"
    breaks.restart_tmux(w)
    build.new_session(w, "other")
    build.new_session(w, "gpu")
    w.put(POINTER, str(w.manifest))
    w.put(AGENT_ID, w.agent_id)
    w.put("HOUMAO_AGENT_DEF_DIR", str(w.root / "agent_def"))


@state("tmux-restarted-no-session", base="attached", asks=("attach name", "detach name", "status name"))
def _(w):
    "the tmux server was restarted, and the session was not made again"
    breaks.restart_tmux(w)
    build.new_session(w, "other")


@state("gateway-folder-deleted", base="attached", asks=VERBS)
def _(w):
    "the gateway folder was deleted after the gateway died"
    kill_gateway(w)
    shutil.rmtree(w.gateway)


@state("gateway-folder-never", asks=("attach current", "detach current"))
def _(w):
    "the gateway folder of a session that was never attached was deleted"
    shutil.rmtree(w.gateway)


@state("gateway-run-deleted", base="attached", asks=VERBS)
def _(w):
    "only the run folder was deleted, after the gateway died"
    kill_gateway(w)
    shutil.rmtree(w.gateway / "run")


@state("role-missing-live-gateway", base="attached", asks=STOPS)
def _(w):
    "a gateway lives, and the role's prompt is gone"
    (prompt,) = w.root.glob("agent_def/roles/*/system-prompt.md")
    prompt.unlink()


@state("pointer-gone-live-gateway", base="attached", asks=("attach current", "detach current", "detach name"))
def _(w):
    "a gateway lives, and neither pointer nor id is published"
    w.put(POINTER, None)
    w.put(AGENT_ID, None)
