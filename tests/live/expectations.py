"""What the doctor must find in each state of the live diagnosis: the one table to change when a rule is renamed.

`first` holds the rules of which one must be the first finding, that is the true cause; `severity` is that finding's.
A healthy state has no `first`: nothing above info may be found, and the exit code is 0. `explicit` demands that one of
the remedies attaches by an explicit selector, and that this very command then works. `releases` are those that the state
is built with; `outside` has the doctor asked from outside tmux, since the session is not there or has another name;
`whole` has it asked of all sessions at once, where what names a session twice would show as two.
"""
from __future__ import annotations

from dataclasses import dataclass

from build import flat
from releases import PINNED
from states_backends import HAVE


@dataclass(frozen=True)
class Expected:
    """One row of the table."""

    first: frozenset[str] = frozenset()
    severity: str = "error"
    explicit: bool = False
    releases: tuple[str, ...] = ("0.4.2",)
    outside: bool = False
    whole: bool = False
    contains: frozenset[str] = frozenset()

    @property
    def healthy(self) -> bool:
        """Whether nothing may be found above info."""
        return not self.first


def cause(*rules: str, severity: str = "error", explicit: bool = False, **more) -> Expected:
    """A broken state."""
    return Expected(frozenset(rules), severity, explicit, **more)


HEALTHY = Expected(releases=PINNED)
# houmao-server, by which a pair is managed, was retired after 0.10.1.
HEALTHY_PAIR = Expected(releases=tuple(r for r in PINNED if flat(r)))

EXPECTED: dict[str, Expected] = {
    # healthy: joined and not attached, joined with a live gateway in a window or as a process, pair-managed and registered
    "healthy-joined": HEALTHY,
    "healthy-attached": HEALTHY,
    "healthy-background": HEALTHY,
    **{f"healthy-headless-{tool}{gateway}": Expected(releases=having) for tool, having in HAVE.items() for gateway in ("", "-attached")},
    "gateway-window-in-other-session": cause("gateway-window-in-other-session", severity="warning", releases=("0.4.2", "2.4.0")),
    "pair-healthy": HEALTHY_PAIR,
    "pair-healthy-attached": HEALTHY_PAIR,
    # 1. missing metadata; an explicit selector is the way out
    "nothing-published": cause("tmux-metadata-missing", explicit=True),
    "pair-nothing-published": cause("tmux-metadata-missing"),
    "pointer-removed-mark": cause("tmux-metadata-missing"),
    "published-globally-only": cause("tmux-metadata-global-only"),
    "old-names-only": cause("tmux-env-legacy-prefix"),
    "session-recreated": cause("tmux-metadata-missing"),
    # 2. stale metadata: without a way round it, then with one
    "pointer-missing-file-no-id": cause("manifest-pointer-dead", explicit=True),
    "pointer-relative-no-id": cause("manifest-pointer-relative", explicit=True),
    "lease-expired-pointer-gone": cause("manifest-pointer-dead"),
    "record-manifest-gone-pointer-gone": cause("manifest-pointer-dead"),
    "manifest-other-session-no-id": cause("manifest-session-mismatch", "session-renamed"),
    "pointer-other-agent-no-id": cause("manifest-session-mismatch"),
    "session-renamed": cause("session-renamed", releases=("0.4.2", "2.4.0"), outside=True, whole=True),
    "manifest-truncated-no-id": cause("manifest-unreadable"),
    "manifest-extra-key-no-id": cause("manifest-refused"),
    "manifest-schema-9": cause("manifest-schema-unsupported"),
    "session-root-deleted": cause("manifest-pointer-dead"),
    "runtime-moved": cause("manifest-pointer-dead", "session-root-moved"),
    "pointer-missing-file": cause("manifest-pointer-stale-fallback-good", severity="warning"),
    "pointer-relative": cause("manifest-pointer-stale-fallback-good", severity="warning"),
    "pointer-unset": cause("manifest-pointer-missing-fallback-good", severity="warning"),
    "definition-missing-folder": cause("agent-def-pointer-missing"),
    # 3. unknown managed agent
    "pair-unregistered": cause("pair-agent-unknown"),
    "pair-registration-lost": cause("pair-agent-unknown"),
    "pair-ref-unknown": cause("pair-agent-unknown"),
    "pair-server-down": cause("pair-server-unreachable"),
    "pair-not-houmao": cause("pair-not-houmao"),
    "pair-passive-server": cause("pair-not-houmao"),
    "pair-url-missing": cause("pair-authority-missing"),
    # 4. window 0, and other handles that name the wrong thing
    "handle-index-0": cause("handle-window-zero"),
    "handle-index-0-pid-reused": cause("handle-pid-reused", severity="danger"),
    "handle-own-window": cause("handle-resolves-to-agent-window", severity="danger"),
    "handle-other-session": cause("handle-resolves-to-foreign-window", severity="danger"),
    "handle-other-window": cause("handle-resolves-to-other-window", "handle-resolves-to-foreign-window", severity="danger"),
    "handle-incomplete": cause("handle-shape-invalid"),
    "handle-nowhere": cause("handle-pane-gone", severity="warning"),
    "gateway-crashed": cause("handle-pane-gone", severity="warning"),
    "pid-reused": cause("handle-pid-reused", severity="danger"),
    "tmux-restarted-patched": cause("handle-resolves-to-agent-window", severity="danger"),
    "pair-handle-own-window": cause("handle-resolves-to-agent-window", severity="danger"),
    "pair-handle-other-session": cause("handle-resolves-to-foreign-window", severity="danger"),
    # 5. several windows: nothing wrong, and the handle is named as the only authority
    "several-windows": Expected(releases=PINNED, contains=frozenset({"aux-windows-multiple"})),
    "window-called-gateway": cause("aux-window-not-recorded", severity="warning"),
    # the registry, and what this shell sees of it
    "session-gone": cause("registry-active-session-gone", releases=PINNED, outside=True),
    "session-on-other-socket": cause("tmux-socket-split", severity="warning", releases=("0.4.2", "2.4.0"), outside=True),
    "pair-several-windows": Expected(contains=frozenset({"aux-windows-multiple"})),
}
