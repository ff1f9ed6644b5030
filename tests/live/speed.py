"""How long the doctor takes beside the one tmux listing that it makes: numbers, never a verdict.

Both are timed as whole processes, in turn (A B A B …), in a world with one session of the real Houmao, without and with
a live gateway; the ratio is taken pair by pair, so that a machine that changes its speed meanwhile changes both sides.
"""
from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

WARM = 3  # pairs that are not counted


# What is measured: a session by itself, and one whose gateway is asked too.
STATES = {"one session": "healthy-joined", "one session, a live gateway": "healthy-attached"}


def run(release: str, pairs: int, doctor: Path) -> int:
    """Builds each world, measures in it, and prints what came of it."""
    import conformance
    import states

    for title, state in STATES.items():
        world = conformance.broken(states.STATES[state], release)
        try:
            env = world.env(world.session)
            listing = listing_of(world, doctor, env)
            print(f"{title}, Houmao {release}; medians of {pairs} runs of each, in turn")
            for name, argv in {"live": [doctor], "--offline": [doctor, "--offline"]}.items():
                ask = json.dumps({"doctor": [str(a) for a in argv], "listing": listing, "pairs": pairs})
                answer = world.run("/usr/bin/python3", __file__, ask, env=env, timeout=600)
                if answer.exit:
                    raise SystemExit(f"the measurement failed: {answer.stderr}")
                print(f"  {name:10}", answer.stdout.strip())
        finally:
            world.teardown()
    return 0


def listing_of(world, doctor: Path, env: dict[str, str]) -> list[str]:
    """The tmux command that the doctor runs, written down by a stand-in that then runs the real one."""
    note, stand_in = world.dir / "listing", world.bin / "tmux"
    stand_in.write_text(f"#!/bin/bash\nprintf '%s\\0' \"$@\" >>{note}; printf '\\n' >>{note}\nexec /usr/bin/tmux \"$@\"\n")
    stand_in.chmod(0o755)
    answer = world.run(doctor, env=env)
    stand_in.unlink()
    if answer.exit:
        raise SystemExit(f"the doctor finds something wrong with a healthy session:\n{answer.stdout}{answer.stderr}")
    # The gateway of the world asks tmux now and then too, whether its session is still there.
    calls = [call for call in note.read_text().splitlines() if not call.startswith("has-session\0")]
    if len(calls) != 1:
        raise SystemExit(f"the doctor ran tmux {len(calls)} times, so that there is no one listing to compare with")
    return ["/usr/bin/tmux", *calls[0].rstrip("\0").split("\0")]


def seconds(argv: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a whole process with its children."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in (0, 3):  # 3: with --offline it cannot tell
        raise SystemExit(f"{argv[0]} ended with {code}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(doctor: list[str], listing: list[str], pairs: int) -> str:
    """Times both in turn."""
    timed = [(seconds(doctor), seconds(listing)) for _ in range(WARM + pairs)][WARM:]
    walls = [statistics.median(pair[side][0] for pair in timed) * 1000 for side in (0, 1)]
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in timed)
    spent = statistics.mean(pair[0][1] for pair in timed) * 1000
    return f"doctor {walls[0]:.1f} ms (processor {spent:.1f} ms), tmux listing {walls[1]:.1f} ms, ratio {ratio:.2f}"


if __name__ == "__main__":
    print(measure(**json.loads(sys.argv[1])))
