"""The OpenMetrics reports, read by the reference parser of the Prometheus client: names, types, units, labels, end mark.

    openmetrics.py DOCTOR
"""
from __future__ import annotations

import subprocess
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

DEMOS = ("window-0", "missing-metadata", "stale-metadata", "stale-but-working", "unknown-agent", "many-windows", "healthy")
# Every family that a report of a session has, with the number of samples that it has at least.
FAMILIES = {"houmao_doctor_findings": 4, "houmao_doctor_outcomes": 5, "houmao_doctor_operation_verdict": 5}


# Inputs that share a file: a family may stand in it only once.
SEVERAL = ["check", *(f"fixtures/sessions/{name}" for name in
                      ("0.4.2-handle-own-window", "0.4.2-healthy-attached", "0.4.2-handle-own-window"))]


def read(doctor: str, args: list[str]) -> list[str]:
    """What is wrong with the report of one sample, or on several inputs."""
    name = args[1]
    done = subprocess.run([doctor, *args, "--format", "openmetrics"], capture_output=True, text=True)
    try:
        families = {f.name: f for f in text_string_to_metric_families(done.stdout)}
    except ValueError as error:
        return [f"{name}: the reference parser refuses it: {error}"]
    wrong = [f"{name}: {f} is missing or has too few samples; there are {sorted(families)}"
             for f, least in FAMILIES.items() if len(getattr(families.get(f), "samples", ())) < least]
    wrong += [f"{name}: {f.name} has no help" for f in families.values() if not f.documentation]
    return wrong


def main() -> int:
    asked = [*(["demo", name] for name in DEMOS), SEVERAL]
    faults = [fault for args in asked for fault in read(sys.argv[1], args)]
    print("\n".join([*faults, f"{len(asked)} OpenMetrics reports read, {len(faults)} faults"]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
