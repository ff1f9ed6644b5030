"""The live tests' command line; `tests/run` is the way in.

    main.py install                          the pinned Houmao releases, once
    main.py conformance [--only REGEX]       every broken state: prediction against reality
    main.py diagnosis [--only REGEX]         the six situations, and the healthy states of all releases
    main.py catalogue                        every command of the catalogue, to every release that it claims
    main.py fixtures [--only REGEX]          writes fixtures/sessions/ anew from real sessions
    main.py speed [--pairs N]                the time of the doctor beside that of its tmux listing; numbers, no verdict
    main.py world STATE [--release X.Y.Z]    one broken world, kept until Enter is pressed
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import releases  # noqa: E402
from world import sweep  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("install")
    for name in ("conformance", "diagnosis", "catalogue"):
        verb = verbs.add_parser(name)
        verb.add_argument("--only", help="a pattern over STATE@RELEASE")
        verb.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)) + 1,
                          help="worlds at a time; one more than cores by default, since each waits a third of its time")
        verb.add_argument("--outcomes", type=Path, default=PROJECT / f"target/live/{name}.jsonl")
        verb.add_argument("--thorough", action="store_true", help="ask every question of every release")
        verb.add_argument("--tally", type=Path, help="append `passed failed` to this file")
    fixtures = verbs.add_parser("fixtures")
    fixtures.add_argument("--only", help="a pattern over STATE@RELEASE")
    speed = verbs.add_parser("speed")
    speed.add_argument("--pairs", type=int, default=25)
    speed.add_argument("--release", default="0.4.2")
    world = verbs.add_parser("world")
    world.add_argument("state")
    world.add_argument("--release", default="0.4.2")
    return parser.parse_args()


def main() -> int:
    """Runs one verb; the exit code tells whether everything passed."""
    asked = arguments()
    if asked.verb == "install":
        for release in (*releases.PINNED, *releases.SPOKEN):
            releases.install(release)
        return 0
    if asked.verb == "world":
        return show_world(asked.state, asked.release)
    if asked.verb in ("diagnosis", "fixtures") and "HOUMAO_DOCTOR" not in os.environ:
        sys.exit("HOUMAO_DOCTOR names no binary; set it to the one that is to be tried")
    if asked.verb == "fixtures":
        return write_fixtures(asked.only)
    if asked.verb == "speed":
        return show_speed(asked.release, asked.pairs)
    suite = __import__(asked.verb)
    sweep()
    try:
        passed, failed = suite.run(asked.only, asked.outcomes, asked.workers, asked.thorough)
    finally:
        sweep()
    print(f"{asked.verb}: {passed} passed, {failed} failed (all answers: {asked.outcomes})")
    if asked.tally:
        with asked.tally.open("a") as tally:
            tally.write(f"{passed} {failed}\n")
    return 1 if failed or not passed else 0


def write_fixtures(only: str | None) -> int:
    """Captures the project's session fixtures; some must match."""
    import fixtures

    try:
        return 0 if fixtures.run(only, PROJECT / "fixtures/sessions") else 1
    finally:
        releases.close_all()
        sweep()


def show_speed(release: str, pairs: int) -> int:
    """Measures the doctor of `HOUMAO_DOCTOR`, else the release build."""
    import speed

    doctor = Path(os.environ.get("HOUMAO_DOCTOR", PROJECT / "target/release/houmao-doctor")).resolve()
    if not doctor.exists():
        raise SystemExit(f"there is no {doctor}; build it with `cargo build --release`")
    try:
        return speed.run(release, pairs, doctor)
    finally:
        releases.close_all()
        sweep()


def show_world(name: str, release: str) -> int:
    """Builds one world and says how to enter it."""
    import conformance
    import states

    world = conformance.broken(states.STATES[name], release)
    try:
        env = " ".join(f"{k}={v}" for k, v in world.env(world.session if world.run("tmux", "has-session", "-t", f"={world.session}").exit == 0 else None).items())
        print(f"cd {world.work} && nsenter --net=/proc/{world.keeper.pid}/ns/net -- env -i {env} bash --norc")
        input("Enter ends the world. ")
    finally:
        world.teardown()
        releases.close_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
