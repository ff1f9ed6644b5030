"""Which session a command means: prefixes, globs, ids, the wrong shell, the wrong dialect (contract 6.0, 6.2, 10)."""
from __future__ import annotations

import time

import breaks
import build
from states import AGENT_ID, NEW, OLD, POINTER, state

USAGE_OLD = (
    "$ agents gateway attach --agent-name gpu --agent-id x",
    "$ agents gateway attach --agent-name ''",
    "$ agents gateway attach --agent-id '  '",
    "$ agents gateway attach --agent-name 'a b'",
    "$ agents gateway attach --agent-name HOUMAO-gpu",
    "$ agents gateway attach --agent-name houmao_gpu",
    "$ agents gateway attach --agent-name ../gpu",
    "$ agents gateway attach --target-tmux-session ''",
    "$ agents gateway attach --target-tmux-session gpu --current-session",
    "$ agents gateway attach --agent-name gpu --target-tmux-session gpu",
    "$ agents gateway attach --current-session --pair-port 9889 @{session}",
    "$ agents gateway attach --target-tmux-session gpu --pair-port 9889",
    "$ agents gateway attach --pair-port 9889 @{session}",
    "$ agents gateway attach --agent-name gpu --pair-port nine",
    "$ agents gateway attach --agent-nam gpu",
    "$ agents gateway attach --agent-name",
    "$ agents gateway attach extra",
    "$ agents gateway atach",
    "$ agents gateway detach --background",
    "$ agents single --agent-name gpu gateway attach",
    "$ agents self gateway attach @{session}",
)
USAGE_NEW = (
    "$ agents gateway attach --current-session @{session}",
    "$ agents gateway attach --agent-name gpu",
    "$ agents single gateway attach",
    "$ agents single --agent-name gpu --agent-id x gateway attach",
    "$ agents single --agent-name '' gateway attach",
    "$ agents single --agent-name 'a b' gateway attach",
    "$ agents single --agent-name HOUMAO-gpu gateway attach",
    "$ agents single --agent-name gpu gateway attach --target-tmux-session gpu",
    "$ agents single --agent-name gpu gateway attach --pair-port nine",
    "$ agents self gateway attach --pair-port 9889 @{session}",
    "$ agents self gateway attach --current-session @{session}",
    "$ agents self gateway detach --background @{session}",
    "$ agents single --agent-name gpu gateway atach",
)


@state("usage", releases=OLD, asks=USAGE_OLD)
def _(w):
    "nothing is wrong but the command"


@state("usage-scoped", releases=NEW, asks=USAGE_NEW)
def _(w):
    "nothing is wrong but the command"


@state("target-spelt-loosely", releases=OLD, asks=(
    "attach target=gp", "attach target=g*", "attach target==gpu", "attach target='$0'", "attach target=gpu:", "attach target=@0",
    "attach target=%0", "attach target=nosuch", "attach target=GPU", "status target=gp", "detach target=gp"))
def _(w):
    "the session is called gpu"


@state("target-prefix-ambiguous", releases=OLD, asks=("attach target=gp", "attach target=gpu"))
def _(w):
    "two sessions begin alike"
    build.new_session(w, "gpx")


@state("target-prefix-pointer-gone", releases=OLD, asks=("attach target=gp", "attach target=gpu"))
def _(w):
    "a prefix, and a pointer whose file is gone"
    w.put(POINTER, str(w.dir / "gone/manifest.json"))


@state("outside-newest-is-plain", asks=("attach current @outside", "attach bare @outside", "status bare @outside"))
def _(w):
    "asked outside tmux, where the newest session is a plain one"
    time.sleep(1.1)
    build.new_session(w, "scratch")


@state("outside-two-managed", asks=("attach bare @outside", "detach current @outside", "status current @outside"))
def _(w):
    "asked outside tmux, where another agent's session is the newest"
    time.sleep(1.1)
    breaks.second_agent(w)


@state("outside-only-session", asks=("attach current @outside", "attach bare @outside"))
def _(w):
    "asked outside tmux, where only one session lives"


@state("other-session-asks", asks=("attach current @scratch", "attach bare @scratch", "attach name @scratch", "attach target @scratch"))
def _(w):
    "asked from the pane of a plain session"
    build.new_session(w, "scratch")


@state("no-server", asks=("attach current @outside", "attach bare @outside", "attach target", "attach name", "attach id", "status name", "detach name"))
def _(w):
    "no tmux server runs"
    breaks.restart_tmux(w)


@state("other-socket", asks=("attach name", "attach target", "attach current @outside"))
def _(w):
    "the operator's shell looks at another tmux socket"
    elsewhere = w.dir / "tmux2"
    elsewhere.mkdir()
    w.extra["TMUX_TMPDIR"] = str(elsewhere)


@state("unknown-agent", asks=("attach name=nobody", "attach id=nobody", "detach name=nobody", "status id=nobody", "attach id=../x"))
def _(w):
    "nobody of that name"


@state("name-is-session-name", base="bare", asks=("attach name=gpu", "status name=gpu", "attach name=worker"))
def _(w):
    "the tmux session's name is given where the agent's name is wanted"
    if not build.flat(w.release):
        w.demand(["project", "init"])
    w.manifest = build.join(w, "gpu", "worker")
    w.agent = "worker"


@state("pair-port-of-local-agent", asks=("attach name +port", "attach id +port", "attach name +port=0", "attach name=nobody +port=9990"))
def _(w):
    "a local agent is asked for at a pair server that does not run"


@state("pair-port-stranger", asks=("attach name +port=9990", "attach name=nobody"))
def _(w):
    "strangers listen where a pair server is expected"
    w.listen(9990, '{"status": "ok", "service": "cli-agent-orchestrator"}')
    w.listen(9889 if build.flat(w.release) else 9891, "hello")


@state("numeric-session-beside", base="bare", asks=("attach current", "attach name=gpu", "attach target"))
def _(w):
    "the session is called 0, and `0` is also a window index of the caller's session"
    w.tmux("rename-session", "-t", "=gpu", "0")
    w.session = "0"
    if not build.flat(w.release):
        w.demand(["project", "init"])
    w.manifest = build.join(w, "0", "gpu")


@state("numeric-session-from-other", base="bare", asks=("attach current @0", "attach name=gpu @main", "attach name=gpu"))
def _(w):
    "session 5 is attached from a pane of another session, whose window 5 does not exist"
    w.tmux("rename-session", "-t", "=gpu", "5")
    w.session = "5"
    if not build.flat(w.release):
        w.demand(["project", "init"])
    w.manifest = build.join(w, "5", "gpu")
    build.new_session(w, "main")
    build.new_session(w, "0")


@state("id-published-wrongly", asks=("attach current", "attach name"))
def _(w):
    "the published id is another agent's, the pointer is the own"
    other = breaks.second_agent(w)
    w.put(AGENT_ID, w.read(other)["agent_id"])
