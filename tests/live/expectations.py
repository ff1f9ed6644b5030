"""What the doctor must find in each state of the live diagnosis: the one table to change when a rule is renamed.

`first` holds the rules of which one must be the first finding, that is the true cause; `severity` is that finding's.
A healthy state has no `first`: nothing above info may be found, and the exit code is 0. `explicit` demands that one of
the remedies attaches by an explicit selector, and that this very command then works.
"""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """One row of the table."""

    first: frozenset[str] = frozenset()
    severity: str = "error"
    explicit: bool = False
    contains: frozenset[str] = frozenset()

    @property
    def healthy(self) -> bool:
        """Whether nothing may be found above info."""
        return not self.first


def cause(*rules: str, severity: str = "error", explicit: bool = False) -> Expected:
    """A broken state."""
    return Expected(frozenset(rules), severity, explicit)


HEALTHY = Expected()

EXPECTED: dict[str, Expected] = {
    # healthy: joined and not attached, joined with a live gateway, pair-managed and registered
    "healthy-joined": HEALTHY,
    "healthy-attached": HEALTHY,
    "pair-healthy": HEALTHY,
    "pair-healthy-attached": HEALTHY,
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
    "session-renamed": cause("session-renamed"),
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
    "several-windows": Expected(contains=frozenset({"aux-windows-multiple"})),
    "window-called-gateway": cause("aux-window-not-recorded", severity="warning"),
    "pair-several-windows": Expected(contains=frozenset({"aux-windows-multiple"})),
}
