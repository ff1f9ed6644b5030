"""How a session's windows and panes lie, and what sessions are called (contract 2.2, 6.3, 9, 10 Q2, Q3, Q14, Q18)."""
from __future__ import annotations

import breaks
import build
from states import OLD, state
from states_metadata import launched

LOCAL = ("attach current", "attach name", "attach-bg current")


def called(w, session: str) -> None:
    """The managed session has another name; the plain session stays beside it."""
    build.new_session(w, session)
    w.session = session = session.replace(".", "_")  # as tmux writes it
    if not build.flat(w.release):
        w.demand(["project", "init"])
    w.manifest = build.join(w, session, w.agent)


for name, session in (("0", "0"), ("5", "5"), ("dash", "a-b"), ("claude", "claude"), ("prefix", "gp"), ("dot", "gpu.v1")):
    @state(f"session-called-{name}", base="bare", asks=("attach current", "attach name @gpu", "attach name", "detach name @gpu"))
    def _(w, session=session):
        "the session's name means something else to tmux too"
        called(w, session)


@state("session-called-gateway-live", base="bare", asks=("attach current", "attach name @gpu", "detach current"))
def _(w):
    "the session is called as its gateway's window is, and has a live gateway"
    called(w, "gateway")
    build.attach(w)


@state("session-called-agent-launched", base="bare", asks=("attach current", "attach name @gpu"))
def _(w):
    "a launched session that is called as its own window is"
    called(w, "agent")
    w.edit(w.manifest, launched)


@state("base-index-1", asks=("attach current", "attach name", "status current"))
def _(w):
    "windows are counted from 1 since the session joined"
    w.tmux("set-option", "-g", "base-index", "1")
    w.tmux("move-window", "-r", "-t", f"={w.session}:")


@state("joined-no-window-0", asks=(*LOCAL, "detach current"))
def _(w):
    "a joined session whose only window is not at index 0"
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:3")


@state("launched-base-index-1", asks=("attach current", "attach name"))
def _(w):
    "a launched session's only window lies at 1, and windows are counted from 1"
    w.tmux("set-option", "-g", "base-index", "1")
    w.edit(w.manifest, launched)
    w.tmux("move-window", "-s", f"={w.session}:0", "-t", f"={w.session}:1")


@state("window-0-renamed", asks=("attach current", "attach name"))
def _(w):
    "the agent's window has the session's name"
    w.tmux("rename-window", "-t", f"={w.session}:0", w.session)


@state("gateway-swapped-with-agent", base="attached", asks=("attach current", "attach name", "detach current", "status current"))
def _(w):
    "the gateway's window is at index 0, and the agent's at 1"
    w.tmux("swap-window", "-d", "-s", f"={w.session}:0", "-t", f"={w.session}:1")


@state("windows-swapped", asks=("attach current", "attach name", "status current"))
def _(w):
    "another window has come to lie at index 0"
    w.tmux("new-window", "-d", "-t", f"={w.session}:1", "cat")
    w.tmux("swap-window", "-d", "-s", f"={w.session}:0", "-t", f"={w.session}:1")


@state("two-panes", asks=LOCAL)
def _(w):
    "the agent's window was split, the session joined"
    w.tmux("split-window", "-d", "-t", f"={w.session}:0", "cat")


@state("launched-two-panes", asks=("attach current", "attach name", "status current"))
def _(w):
    "the agent's window was split, the session was launched"
    w.edit(w.manifest, launched)
    w.tmux("split-window", "-d", "-t", f"={w.session}:0", "cat")


@state("launched-two-panes-one-dead", asks=("attach current", "attach name"))
def _(w):
    "one pane of a launched agent's window has ended and stays"
    w.edit(w.manifest, launched)
    w.tmux("set-option", "-g", "remain-on-exit", "on")
    w.tmux("split-window", "-d", "-t", f"={w.session}:0", "true")


@state("launched-focus-elsewhere", asks=("attach current", "status name"))
def _(w):
    "a launched session whose other window is selected"
    w.edit(w.manifest, launched)
    w.tmux("new-window", "-t", f"={w.session}:2", "cat")


@state("launched-session-gone-sibling", asks=("attach name", "attach id"))
def _(w):
    "a launched session has ended; another one's name begins with its name"
    w.edit(w.manifest, launched)
    build.new_session(w, "gpu-2")
    w.tmux("kill-session", "-t", f"={w.session}")


@state("gateway-dead-pane-stays", base="attached", asks=("attach current", "detach current", "status current"))
def _(w):
    "the gateway was killed, and its pane stays"
    w.tmux("set-option", "-g", "remain-on-exit", "on")
    breaks.kill_gateway(w)


@state("gateway-window-split", base="attached", asks=("detach current", "attach current"))
def _(w):
    "the gateway's window was split"
    w.tmux("split-window", "-d", "-t", w.read(w.handle)["tmux_window_id"], "cat")


@state("session-mirrored", base="attached", asks=("attach current", "detach current", "status current"))
def _(w):
    "a second session shares all windows"
    w.tmux("new-session", "-d", "-t", f"={w.session}", "-s", "mirror")


@state("gateway-window-linked", base="attached", asks=("detach current", "attach current"))
def _(w):
    "the gateway's window is linked into another session"
    build.new_session(w, "other")
    w.tmux("link-window", "-d", "-s", w.read(w.handle)["tmux_window_id"], "-t", "=other:4")


@state("renumbered", base="attached", asks=("detach current", "attach current"))
def _(w):
    "windows close up when one of them is closed"
    w.tmux("set-option", "-g", "renumber-windows", "on")
    w.tmux("new-window", "-d", "-t", f"={w.session}:", "cat")


@state("prefix-of-two", releases=OLD, asks=("attach target=gp", "attach target=gpu", "attach target=gpu-", "attach target='=gpu'", "attach target='$0'", "attach target='g*'"))
def _(w):
    "another session's name begins with this one's"
    build.new_session(w, "gpu-2")


@state("session-name-blank-target", releases=OLD, asks=("attach target=' gpu '", "attach target=gpu:", "attach target=gpu:0", "attach target=@0", "attach target=%0"))
def _(w):
    "the session is named in odd ways"
