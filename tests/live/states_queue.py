"""What stands in the gateway's queue, its mail notifier and the agent's mailbox (contract 5, failures H).

All rows are Houmao's own: prompts are sent to the live gateway, the notifier is set by its command, mail comes through
the mailbox. Nothing is ever written into a database by hand.
"""
from __future__ import annotations

import json
import sqlite3
import time

import build
from breaks import kill_gateway
from build import flat
from states import state
from world import World

ALL = ("0.4.2", "0.6.6", "1.2.1", "2.4.0")
# One HTTP request to the gateway from within the world: method, port, path, body.
ASK = ("import json, sys, urllib.request as u\n"
       "method, port, path, body, times = sys.argv[1:]\n"
       "for _ in range(int(times)):\n"
       "  u.urlopen(u.Request(f'http://127.0.0.1:{port}{path}', method=method, data=body.encode() or None, headers={'Content-Type': 'application/json'}), timeout=30).read()\n")


def ask(w: World, method: str, path: str, body: dict | None = None, times: int = 1) -> None:
    """Asks the live gateway, as its own clients do."""
    port = w.read(w.handle)["port"]
    answer = w.run("/usr/bin/python3", "-c", ASK, method, port, path, json.dumps(body) if body else "", times)
    if answer.exit:
        raise RuntimeError(f"{method} {path}: {answer.stderr[-600:]}")


def rows(w: World) -> dict[str, int]:
    """How many requests are in which state."""
    with sqlite3.connect(f"file:{w.gateway}/queue.sqlite?mode=ro", uri=True) as db:
        return dict(db.execute("SELECT state, count(*) FROM gateway_requests GROUP BY state"))


def send_prompts(w: World, count: int) -> None:
    """Sends prompts faster than the gateway passes them on, and waits until one of them runs."""
    ask(w, "POST", "/v1/requests", {"schema_version": 1, "kind": "submit_prompt", "payload": {"prompt": "hello"}}, count)
    for _ in range(400):
        if rows(w).get("running"):
            return
        time.sleep(0.005)
    raise RuntimeError(f"no prompt ran: {rows(w)}")


def agents(w: World, *words: str) -> list[str]:
    """A command about this agent, in the world's dialect."""
    if flat(w.release):
        return ["agents", *words, "--agent-id", w.agent_id]
    return ["agents", "single", "--agent-id", w.agent_id, *words]


def mailbox(w: World) -> list[str]:
    """The commands about the project's mailbox."""
    return ["project", "mailbox"]


def send_mail(w: World) -> None:
    """One message from the operator, which the agent does not handle."""
    body = {"schema_version": 1, "subject": "hello", "body_content": "a message"}
    ask(w, "POST", "/v1/mail/post", body)


def with_notifier(w: World, interval: int = 1) -> None:
    """Gives the agent a mailbox in its project, and has its gateway look into it."""
    w.demand([*mailbox(w), "init"])
    w.demand(agents(w, "mailbox", "register"), inside=w.session)
    w.demand(agents(w, "gateway", "mail-notifier", "enable", "--interval-seconds", str(interval)))


@state("queue-cut-off", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "the gateway is killed while it passes a prompt on, and others wait"
    send_prompts(w, 6)
    kill_gateway(w)


@state("gateway-cannot-find-agent", releases=ALL, asks=("attach current",))
def _(w):
    "the gateway's login shell does not find the agent's program, so it cannot reach its agent"
    (w.home / ".profile").unlink()
    build.attach(w)
    for _ in range(100):
        if w.read(w.gateway / "state.json")["managed_agent_recovery"] == "awaiting_rebind":
            return
        time.sleep(0.05)
    raise RuntimeError("the gateway reaches its agent")


def await_polls(w: World, outcome: str, count: int = 1) -> None:
    """Waits until the notifier has polled with this outcome so often."""
    for _ in range(400):
        with sqlite3.connect(f"file:{w.gateway}/queue.sqlite?mode=ro", uri=True) as db:
            seen = dict(db.execute("SELECT outcome, count(*) FROM gateway_notifier_audit GROUP BY outcome"))
        if seen.get(outcome, 0) >= count:
            return
        time.sleep(0.05)
    raise RuntimeError(f"the notifier polled otherwise: {seen}")


@state("healthy-notifier", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "a live gateway whose notifier finds an empty mailbox; nothing is wrong"
    with_notifier(w)
    await_polls(w, "empty", 2)


@state("notifier-without-gateway", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "the notifier is on, and its gateway is detached"
    with_notifier(w)
    await_polls(w, "empty")
    w.demand(["agents", "gateway", "detach"] if flat(w.release) else ["agents", "self", "gateway", "detach"], inside=w.session)


@state("mailbox-deregistered", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "the agent's address is deregistered under a notifier, which then switches itself off"
    with_notifier(w)
    await_polls(w, "empty")
    address = w.read(w.manifest)["launch_plan"]["mailbox"]["address"]
    w.demand([*mailbox(w), "unregister", "--address", address])
    await_polls(w, "poll_error")


@state("notifier-unbound", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "the agent is unbound from its mailbox under a notifier, which then switches itself off"
    with_notifier(w)
    await_polls(w, "empty")
    w.demand(agents(w, "mailbox", "unregister"))
    await_polls(w, "poll_error")


@state("notifier-finds-agent-busy", base="attached", releases=ALL, asks=("attach current",))
def _(w):
    "mail waits, and every poll takes the agent, whose screen rests, for busy"
    with_notifier(w)
    send_mail(w)
    await_polls(w, "busy_skip", 3)
