"""The vocabulary of broken states: how one is declared, and how a question about it is spelt.

A state is a function that breaks a healthy world, with the name of that world's base and the questions asked of it:

    @state("pointer-missing-file", asks=("attach current", "attach name"))
    def _(w):
        "the published manifest pointer names a file that is gone"
        w.put(POINTER, str(w.dir / "gone/manifest.json"))

A question ("ask") is one `houmao-mgr` command in words that fit both dialects:

    [RELEASE/]VERB SELECTOR [+port[=N]] [@outside|@SESSION]     VERB: attach, attach-bg, detach, status
                                                                SELECTOR: current, bare, target[=S], name[=N], id[=I]
    [RELEASE/]$ ARGUMENT...  [@outside|@SESSION]                the arguments themselves

`current` and `bare` are asked from the agent's pane unless `@outside`, all others from outside tmux unless `@SESSION`.
A question that a dialect cannot spell is left out for it. An ask's `{session}`, `{agent}` and `{id}` are filled in
from the broken world.
"""
from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Callable

from build import PAIR_PORT, flat
from world import World

OLD, NEW = ("0.4.2",), ("2.4.0",)
BOTH = OLD + NEW
POINTER, AGENT_ID, DEFINITION = "HOUMAO_MANIFEST_PATH", "HOUMAO_AGENT_ID", "HOUMAO_AGENT_DEF_DIR"


@dataclass(frozen=True)
class State:
    """A broken state, or a healthy one when `break_` does nothing."""

    name: str
    base: str
    releases: tuple[str, ...]
    asks: tuple[str, ...]
    break_: Callable[[World], None]

    @property
    def says(self) -> str:
        """What is wrong, in a line."""
        return (self.break_.__doc__ or "").strip()


    def asked(self, release: str, thorough: bool) -> list[str]:
        """The questions for a world of one release: all of them when `thorough`.

        Otherwise one, another one for each release, so that a run keeps its quarter of an hour; where a live gateway
        makes a world slow, only one of two releases is asked. What only 0.x can spell goes to 0.x.
        """
        if thorough:
            return list(self.asks)
        number = self.releases.index(release)
        if self.base in ("attached", "background") and len(self.releases) > 1 and (number + len(self.name)) % 2:
            return []
        spelt = [a for a in self.asks if flat(release) or not any(w in a for w in (" target", " bare"))]
        return [spelt[(number + len(self.name) // 2) % len(spelt)]] if spelt else []


STATES: dict[str, State] = {}


def state(name: str, *, base: str = "joined", releases: tuple[str, ...] | None = None, asks: tuple[str, ...] = ("attach current",)):
    """Declares a broken state."""
    if releases is None:
        releases = OLD if base.startswith(("pair", "unregistered")) else BOTH

    def declare(break_: Callable[[World], None]):
        if name in STATES:
            raise ValueError(f"two states are called {name}")
        STATES[name] = State(name, base, releases, asks, break_)
        return break_

    return declare


@dataclass(frozen=True)
class Command:
    """One `houmao-mgr` command, and where it is run."""

    release: str
    arguments: tuple[str, ...]
    inside: str | None


def command(world: World, ask: str) -> Command | None:
    """The command an ask stands for in this world; None when the dialect has no such command."""
    release, slash, rest = ask.partition("/")
    if not (slash and release[0].isdigit()):
        release, rest = world.release, ask
    names = {"session": world.session, "agent": world.agent, "id": world.agent_id if "{id}" in rest else ""}
    words = [word.format(**names) for word in shlex.split(rest)]
    place = words.pop()[1:] if words[-1].startswith("@") and words[-1] != "@" else None
    inside = None if place == "outside" else place
    if words[0] == "$":
        return Command(release, tuple(words[1:]), inside)
    verb, selector, *more = words
    kind, has_value, value = selector.partition("=")
    arguments = spell(world, release, verb, kind, value if has_value else None)
    if arguments is None:
        return None
    for word in more:
        arguments += ["--pair-port", word.partition("=")[2] or str(PAIR_PORT)]
    if kind in ("current", "bare") and place is None:
        inside = world.session
    return Command(release, tuple(arguments), inside)


def spell(world: World, release: str, verb: str, kind: str, value: str | None) -> list[str] | None:
    """Verb and selector in the release's dialect."""
    verb, _, background = verb.partition("-")
    tail = ["--background"] if background else []
    if value is None:
        value = {"target": world.session, "name": world.agent}.get(kind)
        value = world.agent_id if kind == "id" else value
    options = {"current": ["--current-session"], "bare": [], "target": ["--target-tmux-session", value],
               "name": ["--agent-name", value], "id": ["--agent-id", value]}[kind]
    if flat(release):
        return ["agents", "gateway", verb, *options, *tail]
    if kind == "target" or kind == "bare":
        return None
    if kind == "current":
        return ["agents", "self", "gateway", verb, *tail]
    return ["agents", "single", *options, "gateway", verb, *tail]
