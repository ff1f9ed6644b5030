"""The live diagnosis: in a world that the real Houmao made, the doctor names the true cause and changes nothing.

Each state of `expectations.py` is built with the real releases that it names, the doctor judges its session from the agent's pane, and
its report is held against the table. Every remedy that is a `houmao-mgr` command must be one that the real CLI accepts.
"""
from __future__ import annotations

import json
import re
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import conformance
import observe
import states
from expectations import EXPECTED, Expected
from world import World, die_with_parent

RANK = ("info", "warning", "error", "danger")
PLACEHOLDER = re.compile(r"<[^>]*>|(?<!#)\{[^}]*\}|…")  # `#{…}` is tmux's own
SELECTORS = {"--agent-name", "--agent-id", "--target-tmux-session"}


def report(world: World, outside: bool, whole: bool) -> tuple[dict | None, int | None, str]:
    """The JSON report about the world's session, or all of them, the exit code, and what went wrong if there is none."""
    about = ["--all"] if whole else ["--session", world.session]
    argv = [conformance.doctor(), *about, "--format", "json"]
    answer = world.run(*argv, env=world.env(None if outside else world.session), timeout=60)
    try:
        return json.loads(answer.stdout), answer.exit, ""
    except ValueError:
        return None, answer.exit, f"no JSON document (exit {answer.exit}): {(answer.stderr or answer.stdout).strip()[:500]}"


def headlines(findings: list[dict]) -> list[dict]:
    """The findings that are not explained by another one."""
    return [f for f in findings if not f["caused_by"]]


def check(found: dict, exit_code: int | None, expected: Expected) -> list[str]:
    """Every point at which a report is not as expected."""
    findings, wrong = found["findings"], []
    rules = [f"{f['severity']} {f['rule']}" for f in findings]
    loud = [f for f in findings if RANK.index(f["severity"]) > 0]
    if missing := expected.contains - {f["rule"] for f in findings}:
        wrong.append(f"not found: {sorted(missing)}; found: {rules}")
    if expected.healthy:
        if loud or exit_code != 0:
            wrong.append(f"a healthy session: exit {exit_code}, found {rules}")
        return wrong
    first = headlines(findings)[:1] or findings[:1]
    if not first:
        return [*wrong, f"nothing found, expected one of {sorted(expected.first)} (exit {exit_code})"]
    if first[0]["rule"] not in expected.first:
        wrong.append(f"first is {first[0]['rule']}, expected one of {sorted(expected.first)}; found: {rules}")
    elif first[0]["severity"] != expected.severity:
        wrong.append(f"{first[0]['rule']} is {first[0]['severity']}, expected {expected.severity}")
    if not first[0]["evidence"]:
        wrong.append(f"{first[0]['rule']} shows no evidence")
    if not any(r["argv"] for r in first[0]["remedies"]):
        wrong.append(f"{first[0]['rule']} has no remedy that can be pasted")
    worst = max((RANK.index(f["severity"]) for f in findings), default=0)
    # What hangs on something that could not be seen makes the answer inconclusive.
    right = 1 if worst >= RANK.index("error") else 3 if found["outcomes"]["counts"]["unknown"] else 0
    if exit_code != right:
        wrong.append(f"exit {exit_code} with {RANK[worst]} as the worst finding")
    return wrong


def check_commands(world: World, findings: list[dict]) -> list[str]:
    """Every command of every remedy must be complete, and one that its program knows."""
    wrong = []
    for finding in findings:
        for argv in [a for r in finding["remedies"] for a in (r["argv"], r["verify"]) if a]:
            shown = " ".join(argv)
            if PLACEHOLDER.search(shown):
                wrong.append(f"{finding['rule']}: `{shown}` has a blank to fill in")
            elif argv[0] == "houmao-mgr":
                answer = world.mgr([*argv[1:], "--help"])
                if answer.exit != 0:
                    wrong.append(f"{finding['rule']}: `{shown}` is refused: {answer.stderr.strip().splitlines()[-1:]}")
            elif argv[0] == "tmux" and world.run("tmux", "list-commands", argv[1]).exit != 0:
                wrong.append(f"{finding['rule']}: `{shown}` is no command of tmux")
    return wrong


def check_explicit(world: World, findings: list[dict]) -> list[str]:
    """Where an explicit selector is the way out, the advice names one, and following it works."""
    advised = [r["argv"] for f in headlines(findings)[:1] for r in f["remedies"] if "attach" in r["argv"] and SELECTORS & set(r["argv"])]
    if not advised:
        return ["no remedy attaches by an explicit selector"]
    answer = world.mgr(advised[0][1:])
    return [] if answer.exit == 0 else [f"`{' '.join(advised[0])}` was advised and fails: {answer.stderr.strip()[-300:]}"]


def run_one(name: str, release: str) -> dict:
    """One state: built, judged, compared."""
    expected, wrong, found, state = EXPECTED[name], [], None, f"{name}@{release}"
    try:
        world = conformance.broken(states.STATES[name], release)
    except Exception:
        return {"state": state, "wrong": [traceback.format_exc()], "report": None}
    try:
        before = observe.look(world)
        found, exit_code, trouble = report(world, expected.outside, expected.whole)
        wrong += [f"the doctor changed something: {c}" for c in observe.changes(before, observe.look(world))]
        if found is None:
            wrong.append(trouble)
        else:
            wrong += check(found, exit_code, expected) + check_commands(world, found["findings"])
            if expected.explicit:
                wrong += check_explicit(world, found["findings"])
    except Exception:
        wrong.append(traceback.format_exc())
    finally:
        world.teardown()
    return {"state": state, "wrong": wrong, "report": found}


def run(only: str | None, outcomes: Path, workers: int, thorough: bool) -> tuple[int, int]:
    """Every state of the table, however thorough; gives passed and failed."""
    del thorough
    outcomes.parent.mkdir(parents=True, exist_ok=True)
    rows = [(n, r) for n, expected in EXPECTED.items() for r in expected.releases if not only or re.search(only, f"{n}@{r}")]
    passed = failed = 0
    with outcomes.open("w") as sink, ProcessPoolExecutor(workers, initializer=die_with_parent) as pool:
        for done in as_completed([pool.submit(run_one, *row) for row in rows]):
            result = done.result()
            sink.write(json.dumps(result) + "\n")
            passed, failed = passed + (not result["wrong"]), failed + bool(result["wrong"])
            print(f"{'WRONG' if result['wrong'] else 'ok':9}{result['state']}", *(f"    {w}" for w in result["wrong"]), sep="\n", flush=True)
    return passed, failed
