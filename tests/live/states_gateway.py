"""The gateway's other files, its port, and what the operator's shell adds (contract 5, 6.4, 10)."""
from __future__ import annotations

import breaks
from breaks import kill_gateway, write_bytes
from states import state

VERBS = ("attach current", "detach current", "status current")


def sticky_port(w) -> int:
    """The port that the first attach was given, and that is asked for ever since."""
    return w.read(w.gateway / "desired-config.json")["desired_port"]


@state("port-taken", base="attached", asks=("attach current", "attach-bg current", "attach name"))
def _(w):
    "the gateway is gone, and a stranger has its port"
    kill_gateway(w)
    w.listen(sticky_port(w))


@state("port-taken-by-http", base="attached", asks=("attach current",))
def _(w):
    "the gateway is gone, and a stranger that speaks HTTP has its port"
    kill_gateway(w)
    w.listen(sticky_port(w), '{"status": "ok"}')


@state("port-taken-handle-own-window", base="attached", asks=("attach current",))
def _(w):
    "a stranger has the port, and the handle names the agent's own window"
    breaks.dead_handle(w, **breaks.own_window(w))
    w.listen(sticky_port(w))


@state("port-wanted-fixed", asks=("attach current", "attach-bg current"))
def _(w):
    "a free port is asked for"
    w.edit(w.gateway / "desired-config.json", lambda d: d.update(desired_port=45123))


@state("port-wanted-taken", asks=("attach current", "attach-bg current"))
def _(w):
    "a port is asked for that a stranger has"
    w.edit(w.gateway / "desired-config.json", lambda d: d.update(desired_port=45123))
    w.listen(45123)


@state("port-from-shell", base="attached", asks=("attach current",))
def _(w):
    "the shell carries another agent's gateway port, which is free"
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "45200"


@state("port-from-shell-taken", asks=("attach current", "attach name"))
def _(w):
    "the shell carries another agent's gateway port, which is taken"
    w.listen(45200)
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "45200"


@state("port-from-shell-words", asks=("attach current", "status current"))
def _(w):
    "the shell's gateway port is not a number"
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "abc"


@state("port-from-shell-too-big", asks=("attach current",))
def _(w):
    "the shell's gateway port is out of range"
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "70000"


@state("host-from-shell", asks=("attach current",))
def _(w):
    "the shell's gateway host is not one of the two"
    w.extra["HOUMAO_AGENT_GATEWAY_HOST"] = "localhost"


@state("shell-words-live-gateway", base="attached", asks=("attach current",))
def _(w):
    "the shell's gateway port is not a number, and a gateway lives"
    w.extra["HOUMAO_AGENT_GATEWAY_PORT"] = "abc"


@state("background-mode-from-shell", asks=("attach-bg current",))
def _(w):
    "the shell carries the execution mode of a pane that ran a gateway"
    w.extra |= {"HOUMAO_GATEWAY_EXECUTION_MODE": "tmux_auxiliary_window", "HOUMAO_GATEWAY_TMUX_WINDOW_ID": "@0",
                "HOUMAO_GATEWAY_TMUX_WINDOW_INDEX": "1", "HOUMAO_GATEWAY_TMUX_PANE_ID": "%0"}


def desired(name: str, says: str, data: bytes, asks=("attach current", "status current")) -> None:
    """Declares a state in which desired-config.json holds `data`."""
    def break_(w):
        write_bytes(w.gateway / "desired-config.json", data)
    break_.__doc__ = says
    state(name, asks=asks)(break_)


desired("desired-port-0", "the wanted port is 0", b'{"schema_version": 1, "desired_port": 0}\n', ("attach current", "attach name", "status current", "detach current"))
desired("desired-port-big", "the wanted port is out of range", b'{"schema_version": 1, "desired_port": 65536}\n')
desired("desired-host", "the wanted host is not one of the two", b'{"schema_version": 1, "desired_host": "::1"}\n')
desired("desired-extra-key", "a key that no release knows", b'{"schema_version": 1, "note": 1}\n')
desired("desired-not-json", "half a file", b'{"schema_version": ')
desired("desired-list", "a list instead of an object", b"[]\n")
desired("desired-port-text", "the wanted port is text", b'{"schema_version": 1, "desired_port": "45123"}\n')
desired("desired-schema-2", "a schema of the future", b'{"schema_version": 2}\n')


@state("desired-broken-live-gateway", base="attached", asks=VERBS)
def _(w):
    "a gateway lives, and the wanted configuration is broken"
    write_bytes(w.gateway / "desired-config.json", b'{"schema_version": 1, "desired_port": 0}\n')


@state("desired-background", asks=("attach current",))
def _(w):
    "the wanted mode is a detached process; the command line has the last word"
    w.edit(w.gateway / "desired-config.json", lambda d: d.update(desired_execution_mode="detached_process"))


@state("queue-not-a-database", asks=("attach current", "attach name", "status current", "detach current"))
def _(w):
    "the queue is not a database"
    write_bytes(w.gateway / "queue.sqlite", b"this is not a database, and long enough to tell\n" * 40)


@state("queue-empty-file", asks=("attach current", "status current"))
def _(w):
    "the queue is an empty file"
    write_bytes(w.gateway / "queue.sqlite", b"")


@state("queue-missing", asks=("status current",))
def _(w):
    "the queue is gone"
    (w.gateway / "queue.sqlite").unlink()


@state("state-invalid", asks=VERBS)
def _(w):
    "the state file breaks the schema"
    w.edit(w.gateway / "state.json", lambda d: d.update(note=1))


@state("state-false-healthy", asks=("status current", "attach current"))
def _(w):
    "the state file says healthy, and no gateway ever ran"
    w.edit(w.gateway / "state.json", lambda d: d.update(gateway_health="healthy", gateway_host="127.0.0.1", gateway_port=45999))


@state("attach-file-invalid", asks=("attach current",))
def _(w):
    "attach.json is not JSON"
    write_bytes(w.gateway / "attach.json", b"{")


@state("protocol-other", asks=("attach current", "status current"))
def _(w):
    "the protocol file says v2"
    (w.gateway / "protocol-version.txt").write_text("v2\n")


@state("log-blames-port", base="attached", asks=("attach current", "attach-bg current"))
def _(w):
    "the log remembers a taken port of long ago; nothing is wrong now"
    kill_gateway(w)
    with open(w.gateway / "logs/gateway.log", "a") as log:
        log.write("[Errno 98] error while attempting to bind on address ('127.0.0.1', 45123): address already in use\n")


@state("live-bindings-partial", asks=("attach current", "status current", "detach current"))
def _(w):
    "the session publishes a port without the rest"
    w.put("HOUMAO_AGENT_GATEWAY_PORT", "45999")


@state("live-bindings-foreign", base="attached", asks=("status current", "detach current"))
def _(w):
    "the session publishes another agent's gateway"
    w.put("HOUMAO_AGENT_GATEWAY_PORT", "45999")
    w.put("HOUMAO_GATEWAY_STATE_PATH", "/nonexistent/state.json")


@state("proxy-in-shell", base="attached", asks=("attach current",))
def _(w):
    "the shell has a proxy for HTTP, and no exception for loopback"
    w.extra |= {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
