"""Healthy worlds, made by the real Houmao: joined sessions, live gateways, and a pair with its server.

The only thing that is not Houmao's own doing is the pair's first terminal: the real launch needs a real agent CLI
that logs in, so its two effects are made directly, the server's terminal list before it starts and then the very
functions by which the launch publishes the session and registers it.
"""
from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import releases
from world import World

PAIR_PORT = 9889
TERMINAL = "a1b2c3d4"
PAIR_WINDOW = "developer-a1"

# The two last steps of a pair launch: materialise the session, then register it with the server.
PAIR_LAUNCH = """
import json, sys
from pathlib import Path
from houmao.server.client import HoumaoServerClient
from houmao.server.models import HoumaoRegisterLaunchRequest
from houmao.srv_ctrl.commands.runtime_artifacts import materialize_delegated_launch
ask = json.loads(sys.argv[1])
manifest, root, name, ident = materialize_delegated_launch(
    runtime_root=None, api_base_url=ask["url"], session_name=ask["session"], terminal_id=ask["terminal"],
    tmux_window_name=ask["window"], provider="claude_code", agent_profile="developer", working_directory=Path(ask["work"]))
if ask["register"]:
    HoumaoServerClient(ask["url"]).register_launch(HoumaoRegisterLaunchRequest(
        session_name=ask["session"], terminal_id=ask["terminal"], tool="claude", manifest_path=str(manifest),
        session_root=str(root), agent_name=name, agent_id=ident, tmux_session_name=ask["session"],
        tmux_window_name=ask["window"]))
print(json.dumps({"manifest": str(manifest), "name": name}))
"""


def flat(release: str) -> bool:
    """Whether this release still has `agents gateway`."""
    return release.startswith("0.")


def new_session(world: World, name: str, *options: str, program: str = "claude") -> tuple[str, str]:
    """A tmux session with an agent in its first window, not managed by anyone; gives window id and pane id."""
    form = "#{window_id} #{pane_id}"
    window, pane = world.tmux("new-session", "-d", "-P", "-F", form, "-s", name, "-x", "120", "-y", "40",
                              "-c", world.work, *options, program).split()
    until = time.monotonic() + 5
    while world.tmux("display-message", "-p", "-t", pane, "#{pane_current_command}") != program:
        if time.monotonic() > until:
            raise RuntimeError("the agent did not start")
        time.sleep(0.02)
    return window, pane


def join(world: World, session: str, agent: str, *options: str, release: str | None = None) -> Path:
    """Makes a managed session out of a plain one; gives its manifest."""
    release = release or world.release
    before = set(manifests(world))
    verb = ["agents", "join"] if flat(release) else ["agents", "self", "join"]
    world.demand([*verb, "--agent-name", agent, "--no-install-houmao-skills", *options], inside=session, release=release)
    (new,) = set(manifests(world)) - before
    return new


def manifests(world: World) -> list[Path]:
    """Every session manifest of the project."""
    return sorted((world.work / ".houmao/runtime/sessions").glob("*/*/manifest.json"))


def joined(world: World) -> None:
    """A local session that joined and was never attached."""
    new_session(world, world.session)
    if not flat(world.release):
        world.demand(["project", "init"])
    world.manifest = join(world, world.session, world.agent)


# What a headless join of each tool asks for: the provider, the variable that names the tool's home, and the launch arguments
# of a turn whose answer a machine can read.
HEADLESS = {
    "claude": ("claude_code", "CLAUDE_CONFIG_DIR", "-p"), "codex": ("codex", "CODEX_HOME", "exec", "--json"),
    "gemini": ("gemini_cli", "GEMINI_CLI_HOME", "-p"), "kimi": ("kimi", "KIMI_CODE_HOME", "-p"),
}


def headless(world: World, tool: str) -> None:
    """A headless session: its first window is an idle shell, in which each turn runs the tool once."""
    new_session(world, world.session, program="bash")
    if not flat(world.release):
        world.demand(["project", "init"])
    provider, home, *arguments = HEADLESS[tool]
    (world.home / f".{tool}").mkdir()
    launch = [f"--launch-args={argument}" for argument in arguments] + [f"--launch-env={home}={world.home}/.{tool}"]
    world.manifest = join(world, world.session, world.agent, "--headless", "--provider", provider, *launch)


def attached(world: World) -> None:
    """A local session with a live gateway in an auxiliary window."""
    joined(world)
    attach(world)


def background(world: World) -> None:
    """A local session with a live gateway that runs as a detached process."""
    joined(world)
    attach(world, "--background")


def attach(world: World, *options: str) -> None:
    """The real attach, and the moment until the gateway has written all its files."""
    verb = ["agents", "gateway", "attach", "--current-session"] if flat(world.release) else ["agents", "self", "gateway", "attach"]
    world.demand([*verb, *options], inside=world.session)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        state = world.read(world.gateway / "state.json")
        if state["gateway_health"] == "healthy" and world.handle.is_file():
            return
        time.sleep(0.05)
    raise RuntimeError("the gateway did not become healthy")


def server_root(world: World, port: int = PAIR_PORT) -> Path:
    """Where a pair server that is started in this project keeps its files."""
    return world.work / f".houmao/runtime/houmao_servers/127.0.0.1-{port}"


def start_server(world: World, port: int = PAIR_PORT) -> int:
    """Starts the real `houmao-server`; gives its pid."""
    world.demand(["server", "start", "--api-base-url", f"http://127.0.0.1:{port}"])
    return int((server_root(world, port) / "run/houmao-server.pid").read_text())


def pair(world: World, *, register: bool = True) -> None:
    """A pair-managed session under a live `houmao-server`."""
    world.session = "cao-gpu"
    window, _ = new_session(world, world.session, "-n", PAIR_WINDOW)
    world.demand(["project", "init"])
    world.write(server_root(world) / "state/cao_compat/registry.json", {
        "schema_version": 1, "inbox_messages": [],
        "sessions": [{"session_name": world.session, "created_at_utc": "2026-01-05T06:00:00+00:00", "terminal_ids": [TERMINAL]}],
        "terminals": [{"terminal_id": TERMINAL, "session_name": world.session, "window_name": PAIR_WINDOW, "window_id": window,
                       "window_index": "0", "provider": "claude_code", "agent_profile": "developer", "working_directory": str(world.work)}],
    })
    start_server(world)
    launch(world, register=register)


def launch(world: World, *, register: bool = True, url: str = f"http://127.0.0.1:{PAIR_PORT}") -> None:
    """Publishes the pair session, and registers it unless told otherwise."""
    answer = releases.manager(world.release).call(
        PAIR_LAUNCH, {"url": url, "session": world.session, "terminal": TERMINAL, "window": PAIR_WINDOW, "work": str(world.work), "register": register},
        namespace=world.keeper.pid, env=world.env(), cwd=world.work)
    if answer.exit != 0:
        raise RuntimeError(f"pair launch: {answer.stdout[-2000:]} {answer.stderr[-2000:]}")
    told = json.loads(answer.stdout.strip().splitlines()[-1])
    world.manifest, world.agent = Path(told["manifest"]), told["name"]


def unregistered(world: World) -> None:
    """A pair session that is published, but not registered with its server yet."""
    pair(world, register=False)


def pair_attached(world: World) -> None:
    """A pair-managed session with a live gateway, attached by its server."""
    pair(world)
    attach(world)


def bare(world: World) -> None:
    """A plain tmux session that no Houmao has touched."""
    new_session(world, world.session)


BASES = {"bare": bare, "joined": joined, "attached": attached, "background": background,
         "pair": pair, "pair+attached": pair_attached, "unregistered": unregistered,
         **{f"headless-{tool}": partial(headless, tool=tool) for tool in HEADLESS}}


def build(base: str, release: str) -> World:
    """A new world with one of the healthy sessions in it."""
    world = World(release)
    try:
        BASES[base](world)
        if world.manifest.is_file():
            assert world.agent_id  # learnt before anything is broken
    except BaseException:
        world.teardown()
        raise
    return world
