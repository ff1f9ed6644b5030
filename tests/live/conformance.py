"""Conformance: what the doctor says beforehand, against what the real `houmao-mgr` then does.

For every question about every state: the doctor is asked `why` with the very command, from the very shell that then
runs it; the world must be the same before and after (files with content and modification time, panes, session
environments, processes). Then the real command runs. Compared are the exit code, the error text word for word, the
windows that were killed, the processes that were ended, and for each of them whether it was harm.

What is set equal before comparing, and why:
- the port of a listener, in error texts, when nothing fixes it beforehand (no variable, no wanted port): the kernel
  picks it, so it cannot be known (`AUTO_PORT`);
- a process that ends because its window is killed is the window's death, and a window that closes because its
  process was signalled is the process's death: an effect names the one Houmao acts on.
"""
from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import build
import explained
import observe
import reality
import states
from observe import Look
from reality import Reality
from states import Command, State
from world import World, die_with_parent

for family in ("metadata", "registry", "selectors", "handle", "gateway", "pair", "releases", "combined", "windows", "queue", "backends"):
    __import__(f"states_{family}")

# On a busy machine a gateway may come too late; whoever foretold otherwise is given one more try.
SLOW = "Timed out waiting for gateway"
DEADLY = ("kills_window", "signals_process")
AUTO_PORT = re.compile(r"(127\.0\.0\.1|0\.0\.0\.0):(?:\d+|<[a-z ]+>|\*)")


def doctor() -> str | None:
    """The binary under test; None when only the real outcomes are wanted."""
    return os.environ.get("HOUMAO_DOCTOR") or None


# ---- one question
def predict(world: World, command: Command, shell: dict[str, str]) -> tuple[dict | None, str]:
    """The doctor's answer, and what went wrong when it gave none."""
    argv = [doctor(), "why", "--format", "json", "--", "houmao-mgr", *command.arguments]
    answer = world.run(*argv, env=shell, timeout=30)
    if answer.exit not in (0, 1, 3, 4):
        return None, f"the doctor ended with {answer.exit}: {answer.stderr.strip() or answer.stdout.strip()[:300]}"
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        return None, f"the doctor's answer is not one JSON document: {answer.stdout[:300]!r}"
    if len(report.get("operations", [])) != 1:
        return None, f"the doctor judged {len(report.get('operations', []))} operations instead of one"
    return report["operations"][0], ""


def disagreements(said: dict, real: Reality, before: Look, parent_of: dict[int, int], auto_port: bool) -> list[str]:
    """Every point at which the doctor was wrong, in words."""
    found = []
    if said["verdict"] == "cannot_tell":
        return [f"cannot_tell: {said['missing']}, really exit {real.exit} {real.error!r}, killed {real.killed_windows} {real.killed_processes}"]
    if said["exit_code"] != real.exit:
        found.append(f"exit code: said {said['exit_code']}, really {real.exit}")
    told, true = ((AUTO_PORT.sub(r"\1:PORT", t) if t and auto_port else t) for t in (said["error"], real.error))
    if told != true:
        found.append(f"error text:\n      said   {told!r}\n      really {true!r}")
    effects = [e for e in said["effects"] if e["kind"] in DEADLY]
    windows = {e["target"]: e["harm"] for e in effects if e["kind"] == "kills_window"}
    pids = {int(e["target"]): e["harm"] for e in effects if e["kind"] == "signals_process"}
    found += compare_deaths(windows, pids, real, before, parent_of)
    if bool(real.harmed) != any(e["harm"] for e in effects):
        found.append(f"harm: said {[e['target'] for e in effects if e['harm']]}, really {real.harmed}")
    if real.harmed and said["verdict"] != "would_harm":
        found.append(f"verdict: {said['verdict']}, but it harmed {real.harmed}")
    return found


def compare_deaths(windows: dict[str, bool], pids: dict[int, bool], real: Reality, before: Look, parent_of: dict[int, int]) -> list[str]:
    """Said against real deaths, window and process alike."""
    found = []
    inside = {w: set().union(*(observe.subtree(int(p["pane_pid"]), parent_of) for p in panes)) for w, panes in before.windows().items()}
    explained_pids = set().union(*(inside.get(w, set()) for w in windows), *(observe.subtree(p, parent_of) for p in pids))
    for window in real.killed_windows:
        if window not in windows and not inside[window] & pids.keys():
            found.append(f"window {window} was killed and not foretold")
    # The shell of a window whose gateway was signalled ends by itself, and so does what it piped into.
    for panes in inside.values():
        if panes & pids.keys():
            explained_pids |= panes
    for pid in real.killed_processes:
        if pid not in explained_pids and not any(pid in inside.get(w, ()) for w in real.killed_windows):
            found.append(f"process {pid} ended and was not foretold: {before.processes[pid][:100]}")
    # A window of dead panes alone does not count as killed, since nobody dies with it.
    dead = {w for w, panes in before.windows().items() if all(p["pane_dead"] == "1" for p in panes)}
    found += [f"window {w} was to be killed and lives" for w in windows if w not in real.killed_windows and w not in dead]
    found += [f"process {p} was to be signalled and lives" for p in pids if p not in real.killed_processes]
    return found


def port_is_auto(world: World) -> bool:
    """Whether nothing fixes the gateway's port beforehand."""
    if "HOUMAO_AGENT_GATEWAY_PORT" in world.extra:
        return False
    for name in ("desired-config.json", "attach.json"):
        try:
            if world.read(world.gateway / name).get("desired_port"):
                return False
        except (OSError, ValueError, AttributeError):
            continue
    return True


# ---- one state
def broken(state: State, release: str) -> World:
    """A new world, broken as the state says."""
    try:
        world = build.build(state.base, release)
    except RuntimeError:  # on a busy machine even a healthy gateway may come too late
        world = build.build(state.base, release)
    try:
        state.break_(world)
        observe.settle(world)
    except BaseException:
        world.teardown()
        raise
    return world


def run_state(job: tuple[str, str, bool]) -> list[dict]:
    """All questions about one state; a world that a command left unchanged serves the next question too.

    A disagreement is asked about once more in a new world, since a busy machine makes gateways late and kills what waits
    for them; it counts only if it comes again, and the table says when a question was asked twice.
    """
    name, release, thorough = job
    state, results, world = states.STATES[name], [], None
    try:
        for ask in state.asked(release, thorough):
            begin = time.monotonic()
            result, unchanged, world = attempt(state, release, ask, world)
            if result is not None and doubtful(state, release, ask, result):
                first = result.get("wrong") or [result.get("trouble", "")]
                if world is not None:
                    world.teardown()
                result, unchanged, world = attempt(state, release, ask, None)
                result["asked_twice"] = first
            if result is None:
                continue
            results.append({"state": name, "base": state.base, "made_by": release, "ask": ask, "says": state.says,
                            "seconds": round(time.monotonic() - begin, 1), **result})
            if not unchanged and world is not None:
                world.teardown()
                world = None
    finally:
        if world is not None:
            world.teardown()
    return results


def attempt(state: State, release: str, ask: str, world: World | None) -> tuple[dict | None, bool, World | None]:
    """One question, in the given world or a new one; None when the dialect has no such command."""
    try:
        if world is None:
            world = broken(state, release)
        command = states.command(world, ask)
        if command is None:
            return None, True, world
        result, unchanged = question(world, command)
        return result, unchanged, world
    except Exception:
        return {"trouble": traceback.format_exc()}, False, world


def doubtful(state: State, release: str, ask: str, result: dict) -> bool:
    """Whether an answer is worth a second try: trouble, a gateway that came too late, or an unexplained disagreement."""
    if "trouble" in result:
        return True
    if not doctor():
        return SLOW in (result["real"]["error"] or "")
    whole = {"state": state.name, "made_by": release, "ask": ask, **result}
    return bool(result["wrong"]) and explained.reason(whole) is None


def question(world: World, command: Command) -> tuple[dict, bool]:
    """Doctor, then reality; whether the world is as before."""
    shell = world.env(command.inside, command.release)
    before = observe.look(world)
    said, trouble, touched = None, "", []
    auto_port = port_is_auto(world)
    if doctor():
        said, trouble = predict(world, command, shell)
        now = observe.look(world)
        touched = observe.changes(before, now)
        before = now
    parent_of = observe.parents()
    real, after = reality.ask(world, command, shell, before)
    wrong = [trouble] if trouble else []
    wrong += [f"the doctor changed something: {t}" for t in touched]
    if said is not None:
        wrong += disagreements(said, real, before, parent_of, auto_port)
    result = {"release": command.release, "argv": ["houmao-mgr", *command.arguments], "inside": command.inside, "env": shell,
              "world": str(world.dir), "panes": before.panes, "real": real.as_json(), "said": said, "wrong": wrong}
    return result, not observe.changes(before, after)


# ---- the run
def jobs(only: str | None, thorough: bool) -> list[tuple[str, str, bool]]:
    """State and release pairs, the slow bases first, so that the workers end together."""
    order = {"pair+attached": 0, "pair": 1, "unregistered": 1, "attached": 2, "background": 2}
    chosen = [(s.name, r, thorough) for s in states.STATES.values() for r in s.releases if not only or re.search(only, f"{s.name}@{r}")]
    return sorted(chosen, key=lambda job: order.get(states.STATES[job[0]].base, 3))


def run(only: str | None, outcomes: Path, workers: int, thorough: bool) -> tuple[int, int]:
    """Asks everything, writes the outcomes, prints the table; gives passed and failed."""
    outcomes.parent.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    with outcomes.open("w") as sink, ProcessPoolExecutor(workers, initializer=die_with_parent) as pool:
        for done in as_completed([pool.submit(run_state, job) for job in jobs(only, thorough)]):
            for result in done.result():
                sink.write(json.dumps(result) + "\n")
                ok, line = judge(result)
                passed, failed = passed + ok, failed + (not ok)
                print(line, flush=True)
            sink.flush()
    return passed, failed


def judge(result: dict) -> tuple[bool, str]:
    """Whether one answer may stand, and its line in the table."""
    head = f"{result['state']} [{result['made_by']}] {result['ask']}"
    if "trouble" in result:
        return False, f"TROUBLE  {head}\n{result['trouble']}"
    real = result["real"]
    did = f"exit {real['exit']}" + (f", killed {' '.join(real['killed_windows'])}" if real["killed_windows"] else "") + (", HARM" if real["harmed"] else "")
    reason = explained.reason(result) if result["wrong"] else None
    if result["wrong"] and reason is None:
        details = "\n".join(f"    {w}" for w in result["wrong"])
        return False, f"WRONG    {head}: {did}\n    houmao-mgr {' '.join(result['argv'][1:])}\n{details}"
    mark = "explained" if reason else "ok" if result["said"] else "recorded"
    again = " (asked twice)" if "asked_twice" in result else ""
    return True, f"{mark:9}{head}: {did}{again}" + (f" ({reason})" if reason else "")


if __name__ == "__main__":
    print("use tests/run conformance", file=sys.stderr)
    sys.exit(2)
