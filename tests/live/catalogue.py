"""The catalogue of commands (`rules/commands.yaml`), held against the real programs: every argv is accepted by every pinned
release that it claims, and refused by those that it does not.

Where the catalogue says that some command came or went, a line of releases ends and another begins. A command that claims a
line of which no release is pinned is shown to nobody there, so that is a failure; which releases each was shown to is told.

`--help` at the end is not enough: it is answered before the options in front of it are looked at. So each argv is also
parsed by the release's own command objects, group by group and with every option checked and converted, up to where the
command would run. tmux argvs are given to a private tmux server, with a target that it does not have: what tmux does
not understand it refuses before it looks for the target. The doctor's own argvs are given to the doctor.

What rules write out themselves is shown too: the argvs of do-nots, which must be accepted by some pinned release or be
understood by tmux, and the commands in the words of a step that a person does: between backticks, or at its end
(`do: "…: tmux …"`). What is put in front of a command (`env -u NAME`) is run in front of one that does nothing.
"""
from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import releases
from world import World

PROJECT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([a-z_.]+)\}")
# A plausible value for each placeholder that a parser looks at; every other one is some path.
VALUES = {
    "agent.id": "0aa0be2a866411d9ff03515227454947", "record.agent_id": "0aa0be2a866411d9ff03515227454947",
    "agent.name": "gpu", "session.name": "gpu", "manifest.session_name": "gpu", "agent.pair_port": "9889",
    "host.alias.given": "gpu-2", "host.asked.missing_target": "gp", "x.name": "gpu",
    "manifest.api_base_url": "http://127.0.0.1:9889", "handle.pid": "4711", "handle.pid_file": "4711", "host.uid": "1000",
}
# What stands for something that only the reader knows: a gap in a do-not, a word in capitals in a step.
GAPS = {"...": "x", "WINDOW": "@4711", "PANE": "%4711", "PID": "4711"}
# The commands in the words of a step that a person does: at its end after a colon, or between backticks.
IN_WORDS = re.compile(r": ((?:tmux|houmao-mgr|houmao-doctor|ps|env) .+)$|`([^`]+)`")
# What a shell does itself, or runs by the name in a variable.
SHELL_WORDS = {"export", "unset", "$EDITOR"}
# Runs in a release's interpreter: the catalogue as data, with the YAML reader that Houmao itself brings along.
READ = """
import json, sys, yaml
from pathlib import Path
print(json.dumps(yaml.safe_load(Path(json.loads(sys.argv[1])["file"]).read_text())))
"""
# Runs in a release's interpreter: each argv parsed by the real command objects, without running the command.
PARSE = """
import json, sys
import click
from houmao.srv_ctrl.commands.main import cli as root
def refusal(args):
    command, name, parent = root, "houmao-mgr", None
    while True:
        try:
            context = command.make_context(name, list(args), parent=parent, resilient_parsing=False)
        except click.exceptions.Exit as end:
            return f"{name}: ends by itself ({end.exit_code})"
        except click.ClickException as error:
            return f"{name}: {error.format_message()}"
        if not isinstance(command, click.Group):
            return None
        rest = [*getattr(context, "_protected_args", getattr(context, "protected_args", [])), *context.args]
        try:
            name, command, args = command.resolve_command(context, rest)
        except click.ClickException as error:
            return f"{name}: {error.format_message()}"
        parent = context
print(json.dumps([refusal(args) for args in json.loads(sys.argv[1])["all"]]))
"""


def number(release: str) -> tuple[int, ...]:
    """A release, to be compared."""
    return tuple(int(part) for part in release.split("."))


def lines(catalogue: dict, dialect: str) -> list[tuple[str, str | None]]:
    """The lines of releases of a dialect: from each release in which a command of the catalogue comes or goes to the next."""
    first, last = ("0.0.0", "1.0.0") if dialect == "flat" else ("1.0.0", None)
    changes = {command.get(f"{dialect}_{word}") for command in catalogue.values() for word in ("since", "until")}
    starts = sorted({first, *changes} - {None}, key=number)
    return list(zip(starts, [*starts[1:], last], strict=True))


def bare(argv: list[str]) -> list[str]:
    """An argv without the variables that are set for it alone."""
    at = 0
    if argv[0] == "env":
        # `-C` has the folder to run in as its value.
        after = 3 if argv[1:2] == ["-C"] else 1
        at = next((n for n, word in enumerate(argv) if n >= after and "=" not in word.split("/")[0]), 0)
    return argv[at:]


def filled(argv: list[str], values: dict[str, str]) -> list[str]:
    """An argv with plausible values for its placeholders, each filled in whole."""
    def value(match: re.Match) -> str:
        return match[0][0] if match[1] is None else values.get(match[1], f"/home/alice/{match[1]}")

    # A port that only the reader knows must be a number.
    known = ["9889" if before == "--pair-port" and argument == "..." else argument for before, argument in zip(["", *argv], argv)]
    return [PLACEHOLDER.sub(value, argument) for argument in known]


def claims(command: dict, dialect: str, release: str) -> bool:
    """Whether a command of the catalogue claims a release in one of its spellings."""
    if dialect not in command["argv"] or (dialect == "flat") != release.startswith("0."):
        return False
    since, until = (command.get(f"{dialect}_{word}") for word in ("since", "until"))
    return (not since or number(release) >= number(since)) and (not until or number(release) < number(until))


def spellings(catalogue: dict, dialects: tuple[str, ...]) -> list[tuple[str, str, list[str]]]:
    """Every spelling of these dialects: command, dialect, argv; what it is verified by counts as one."""
    found = []
    for name, command in catalogue.items():
        found += [(name, dialect, argv) for dialect, argv in command["argv"].items() if dialect in dialects]
        if "any" in dialects and "verify" in command:
            found.append((f"{name} (verify)", "any", command["verify"]))
    return found


def inline(rules: dict) -> list[tuple[str, list[str]]]:
    """Every argv that rules write out themselves: of do-nots, and in the words of steps."""
    found = []
    for name, rule in rules.items():
        found += [(f"{name} (do not)", no["argv"]) for no in rule.get("do_not", []) if "argv" in no]
        told = (match for step in rule.get("remedies", []) for match in IN_WORDS.finditer(step.get("do", "")))
        found += [(f"{name} (do)", (match[1] or match[2]).split()) for match in told]
    return [(name, [GAPS.get(a, a) for a in argv]) for name, argv in found]


class Tally:
    """What passed and what did not."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def note(self, what: str, argv: list[str], wrong: str | None) -> None:
        """One check: what was shown to whom, and what is wrong with the answer."""
        self.rows.append({"what": what, "argv": argv, "wrong": wrong})
        if wrong:
            print(f"WRONG    {what}: {' '.join(argv)}\n    {wrong}", flush=True)


def refusals_of(world: World, release: str, asked: list[list[str]]) -> list[str | None]:
    """What the real parser of a release says against each argv; a calibration finds out one that parses nothing, or everything."""
    known = ["agents", "list"] if release.startswith("0.") else ["agents", "global", "list"]
    more = [known, [*known, "--no-such-option"], [*known, "no-such-word"], ["no-such-command"]]
    answer = releases.manager(release).call(PARSE, {"all": asked + more}, namespace=world.keeper.pid, env=world.env(release=release), cwd=world.work)
    if answer.exit:
        raise SystemExit(f"houmao {release} cannot be asked to parse: {answer.stderr[-2000:]}")
    *refusals, good, option, word, command = json.loads(answer.stdout.strip().splitlines()[-1])
    if good or not (option and word and command):
        raise SystemExit(f"the parser of {release} does not tell right from wrong: {good}, {option}, {word}, {command}")
    return refusals


def check_shown(catalogue: dict, shown: dict[tuple[str, str], list[str]], tally: Tally) -> None:
    """Every spelling was shown to a release of each line that it claims; says to which."""
    for since, why in releases.NEVER_RUN.items():
        print(f"SHOWN    nothing to a release from {since} up to the next line: {why}")
    for name, dialect, argv in spellings(catalogue, ("flat", "scoped")):
        asked = shown.get((name, dialect), [])
        print(f"SHOWN    {name} [{dialect}]: {' '.join(asked) or 'to none'}")
        for since, until in lines(catalogue, dialect):
            if not claims(catalogue[name], dialect, since if since != "0.0.0" else "0.1.0"):
                continue
            seen = [r for r in asked if number(r) >= number(since) and (not until or number(r) < number(until))]
            if since in releases.NEVER_RUN:
                continue
            line = f"{since} up to {until or 'the newest'}"
            tally.note(f"{name} [{dialect}] is shown to a release of {line}", argv, None if seen else "no release of this line is pinned")


def check_managers(world: World, catalogue: dict, written_out: list[tuple[str, list[str]]], tally: Tally) -> None:
    """Every `houmao-mgr` spelling, to every pinned release."""
    listed = [(n, d, bare(filled(a, VALUES))) for n, d, a in spellings(catalogue, ("flat", "scoped"))]
    if strangers := [n for n, _, a in listed if a[0] != "houmao-mgr"]:
        raise SystemExit(f"these have a dialect and are no houmao-mgr: {strangers}")
    managers = [(n, filled(a, VALUES)) for n, a in written_out if a[0] == "houmao-mgr"]
    refused_by_all = {n: True for n, _ in managers}
    shown: dict[tuple[str, str], list[str]] = {}
    for release in sorted((*releases.PINNED, *releases.SPOKEN), key=number):
        # Two commands may be spelt the same and differ in when they help; then the spelling is claimed by either.
        claimed = {tuple(a) for n, d, a in listed if claims(catalogue[n], d, release)}
        refusals = refusals_of(world, release, [a[1:] for _, _, a in listed] + [a[1:] for _, a in managers])
        for (name, _), refusal in zip(managers, refusals[len(listed):], strict=True):
            refused_by_all[name] &= refusal is not None
        for (name, dialect, argv), refusal in zip(listed, refusals[:len(listed)], strict=True):
            if claims(catalogue[name], dialect, release):
                shown.setdefault((name, dialect), []).append(release)
            if tuple(argv) in claimed:
                tally.note(f"{name} [{dialect}] is accepted by {release}", argv, refusal)
                helped = world.mgr([*argv[1:], "--help"], release=release)
                tally.note(f"{name} [{dialect}] --help is answered by {release}", argv, None if helped.exit == 0 else f"exit {helped.exit}: {helped.stderr.strip()[-300:]}")
            else:
                tally.note(f"{name} [{dialect}] is refused by {release}", argv, None if refusal else "it is accepted, and the catalogue says that this release has no such command")
    check_shown(catalogue, shown, tally)
    for name, argv in managers:
        tally.note(f"{name} is accepted by a release", argv, "no pinned release accepts it" if refused_by_all[name] else None)


def understood(world: World, argv: list[str]) -> str | None:
    """What tmux says against an argv whose targets are not there, and that no client runs; nothing when it only misses them."""
    ran = world.run(*argv)
    # tmux says `usage`, `unknown command`, `unknown flag` or `too many arguments` of what it does not understand.
    fine = ran.exit == 0 or re.match(r"can't find (session|window|pane)|no such |no current client", ran.stderr)
    return None if fine else ran.stderr.strip()


def check_written_out(world: World, written_out: list[tuple[str, list[str]]], tally: Tally) -> None:
    """What rules write out themselves and is no `houmao-mgr`; nothing of it may find a target here."""
    nowhere = VALUES | {"session.name": "gone", "session.id": "$4711", **dict.fromkeys(("handle.pane_id", "surface.recorded_pane_id"), "%4711"),
                        **dict.fromkeys(("window.id", "handle.window_id", "handle.pane_window_id"), "@4711")}
    for name, argv in written_out:
        shown = ["@4711" if before == "-t" and argument == GAPS["..."] else argument for before, argument in zip(["", *argv], argv)]
        if argv[0] == "tmux":
            shown = filled(shown, nowhere)
            tally.note(f"{name} is understood by tmux", shown, understood(world, shown))
        elif argv[0] in ("env", "ps"):
            ran = world.run(*argv, *(["true"] if argv[0] == "env" else []))
            # `ps` says by exit 1 that no such process is there, and nothing; what it does not understand it says on stderr.
            tally.note(f"{name} is run", argv, ran.stderr.strip() or (f"exit {ran.exit}" if ran.exit and argv[0] == "env" else None))
        elif argv[0] not in ("houmao-mgr", *SHELL_WORDS):
            tally.note(f"{name} names a program", argv, None if shutil.which(argv[0]) else f"there is no {argv[0]} here")


def check_others(world: World, catalogue: dict, confirms: list[tuple[str, list[str]]], tally: Tally) -> None:
    """Every spelling that does not depend on the release, and what rules show to confirm them."""
    window, pane = world.first_pane()
    socket = {"session.other_socket": world.tmux("display-message", "-p", "-t", pane, "#{socket_path}")}
    here = VALUES | socket | {"session.id": world.tmux("display-message", "-p", "-t", pane, "#{session_id}"), "window.id": window, "handle.pane_id": pane}
    nowhere = VALUES | socket | {"session.id": "$4711", "window.id": "@4711", "handle.pane_id": "%4711", "handle.window_id": "@4711"}
    for name, _, argv in [*spellings(catalogue, ("any",)), *((n, "any", a) for n, a in confirms)]:
        read_only = name in (n for n, _ in confirms) or catalogue.get(name, {}).get("effect") == "read_only"
        if argv[0] == "tmux":
            if read_only:
                ran = world.run(*filled(argv, here))
                tally.note(f"{name} is run by tmux", filled(argv, here), None if ran.exit == 0 else ran.stderr.strip())
            shown = filled(argv, nowhere)
            tally.note(f"{name} is understood by tmux", shown, understood(world, shown))
        elif argv[0] == "houmao-doctor":
            ran = world.run(doctor(), *filled(argv, here)[1:], "--help")
            tally.note(f"{name} is accepted by the doctor", argv, None if ran.exit == 0 else ran.stderr.strip())
        elif argv[0] not in SHELL_WORDS:
            tally.note(f"{name} names a program", argv, None if shutil.which(argv[0]) else f"there is no {argv[0]} here")


def doctor() -> str:
    """The binary under test."""
    import conformance

    return conformance.doctor() or str(PROJECT / "target/debug/houmao-doctor")


def run(only: str | None, outcomes: Path, workers: int, thorough: bool) -> tuple[int, int]:
    """Everything, however thorough; gives passed and failed."""
    del only, workers, thorough
    outcomes.parent.mkdir(parents=True, exist_ok=True)
    world, tally = World("2.4.0"), Tally()
    try:
        world.tmux("new-session", "-d", "-s", world.session, "-x", "120", "-y", "40", "sleep 7200")
        for name in ("HOUMAO_MANIFEST_PATH", "HOUMAO_AGENT_DEF_DIR", "HOUMAO_AGENT_ID", "HOUMAO_GATEWAY_STATE_PATH"):
            world.put(name, "/home/alice")
        # The doctor's parser is calibrated as well: it reads from left to right, so it has met the wrong word before --help.
        for wrong in (["--no-such-option"], ["--format"], ["no-such-verb"]):
            ran = world.run(doctor(), *wrong, "--help")
            tally.note("the doctor refuses what is wrong before --help", wrong, None if ran.exit == 2 else f"exit {ran.exit}")
        catalogue = read(world, PROJECT / "rules/commands.yaml")
        rules = {p.stem: read(world, p) for p in sorted((PROJECT / "rules").glob("*.yaml")) if p.stem != "commands"}
        confirms = [(f"{name} (confirm)", rule["confirm"]) for name, rule in rules.items() if "confirm" in rule]
        written_out = inline(rules)
        check_managers(world, catalogue, written_out, tally)
        check_others(world, catalogue, confirms, tally)
        check_written_out(world, written_out, tally)
    finally:
        world.teardown()
        releases.close_all()
    with outcomes.open("w") as sink:
        sink.writelines(json.dumps(row) + "\n" for row in tally.rows)
    failed = sum(bool(row["wrong"]) for row in tally.rows)
    return len(tally.rows) - failed, failed


def read(world: World, file: Path) -> dict:
    """One YAML file."""
    answer = releases.manager("2.4.0").call(READ, {"file": str(file)}, namespace=world.keeper.pid, env=world.env(), cwd=world.work)
    if answer.exit:
        raise SystemExit(f"{file} cannot be read: {answer.stderr[-1000:]}")
    return json.loads(answer.stdout)
