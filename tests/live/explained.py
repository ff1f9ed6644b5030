"""Differences between the doctor's prediction and reality that are known, each with the reason why it may stand.

An entry explains a difference only where its whole pattern matches; a difference that no longer occurs should be
deleted from here. Keys: a pattern over `STATE@RELEASE ASK`, where RELEASE is the one that made the world.
"""
from __future__ import annotations

import re

REASONS: list[tuple[str, str, str]] = [
    # (pattern over the question, pattern over every single disagreement, reason)
    (r"launch-env-unresolved@.*", r"^cannot_tell: \['variable TOKEN_NOT_SET ",
     "whether a session has a variable that is not on the allow-list must not be read, so the doctor says that it cannot tell"),
    (r"healthy-background@\S+ attach(-bg)? current", r"^(exit code|error text|killed|window @\d+|process \d+|cannot_tell: .*a race that)",
     "a race in Houmao: the old gateway answers the health check on the same port before the new one fails to bind; either end is real"),
    (r"(manifest-no-generation|(record|state|desired|attach)-is-folder)@.*", r"^error text:\n +said +None",
     "the text names a generation or a scratch file that Houmao makes up anew each time"),
]


def reason(result: dict) -> str | None:
    """Why all disagreements of one answer may stand; None when they may not."""
    question = f"{result['state']}@{result['made_by']} {result['ask']}"
    for where, what, why in REASONS:
        if re.fullmatch(where, question) and all(re.search(what, wrong) for wrong in result["wrong"]):
            return why
    return None
