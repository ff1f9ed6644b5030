"""Two releases on one host: each other's manifests, records and spellings (contract 1.1, 3.1, 4.1, 10 Q15)."""
from __future__ import annotations

import shutil

from states import AGENT_ID, BOTH, NEW, OLD, state


@state("asked-by-newer", releases=OLD, asks=(
    "2.4.0/attach current", "2.4.0/attach name", "2.4.0/attach id", "2.4.0/status current", "2.4.0/detach name",
    "1.2.1/attach current", "1.2.1/attach name"))
def _(w):
    "0.4.2 made the session"


@state("asked-by-next", releases=OLD, asks=("0.6.6/attach current", "0.6.6/attach name", "0.6.6/attach id", "0.6.6/status current"))
def _(w):
    "0.4.2 made the session, and 0.6.6 is asked"


@state("asked-by-newer-same-registry", releases=OLD, asks=("2.4.0/attach name", "2.4.0/attach id", "2.4.0/attach current"))
def _(w):
    "0.4.2 made the session, and its record was copied to where newer releases look"
    target = w.home / ".config/houmao/registry"
    shutil.copytree(w.registry, target)


@state("asked-by-older", releases=NEW, asks=(
    "0.4.2/attach current", "0.4.2/attach target", "0.4.2/attach name", "0.4.2/attach id", "0.4.2/status current",
    "0.6.6/attach current", "1.2.1/attach current", "1.2.1/attach name"))
def _(w):
    "2.4.0 made the session"


@state("asked-by-older-same-registry", releases=NEW, asks=("0.4.2/attach name", "0.4.2/attach id"))
def _(w):
    "2.4.0 made the session, and its record was copied to where older releases look"
    shutil.copytree(w.registry, w.home / ".houmao/registry")


@state("asked-by-newer-no-id", releases=OLD, asks=("2.4.0/attach current",))
def _(w):
    "0.4.2 made the session, and no id is published"
    w.put(AGENT_ID, None)


@state("live-gateway-of-other-release", base="attached", releases=BOTH, asks=("2.4.0/detach current", "0.4.2/detach current"))
def _(w):
    "a gateway lives that another release may be asked to stop"
