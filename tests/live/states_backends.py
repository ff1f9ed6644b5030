"""Healthy sessions of the headless backends (contract 3.2): each tool that a release has one for.

The real `agents join --headless` makes them. Its first window is an idle shell, as the join demands; no turn is ever run,
so no real agent CLI is needed.
"""
from __future__ import annotations

import build
from build import HEADLESS
from states import state

# The releases that have the tool's headless backend: gemini's went at 1.2.0, kimi's came at 1.1.0.
HAVE = {
    "claude": ("0.4.2", "0.6.6", "1.2.1", "2.4.0"), "codex": ("0.4.2", "0.6.6", "1.2.1", "2.4.0"),
    "gemini": ("0.4.2", "0.6.6"), "kimi": ("1.2.1", "2.4.0"),
}


def declare(tool: str) -> None:
    """The two healthy states of one tool's headless backend."""
    base, releases = f"headless-{tool}", HAVE[tool]

    @state(f"healthy-headless-{tool}", base=base, releases=releases, asks=("attach current", "status current", "attach name"))
    def _(w):
        "a headless session without a gateway; nothing is wrong"

    @state(f"healthy-headless-{tool}-attached", base=base, releases=releases, asks=("detach current", "status name", "attach current"))
    def _(w):
        "a headless session with a live gateway; nothing is wrong"
        build.attach(w)


for each in HEADLESS:
    declare(each)
