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


def read(doctor: str, name: str) -> list[str]:
    """What is wrong with the report of one sample."""
    done = subprocess.run([doctor, "demo", name, "--format", "openmetrics"], capture_output=True, text=True)
    try:
        families = {f.name: f for f in text_string_to_metric_families(done.stdout)}
    except ValueError as error:
        return [f"{name}: the reference parser refuses it: {error}"]
    wrong = [f"{name}: {f} is missing or has too few samples; there are {sorted(families)}"
             for f, least in FAMILIES.items() if len(getattr(families.get(f), "samples", ())) < least]
    wrong += [f"{name}: {f.name} has no help" for f in families.values() if not f.documentation]
    return wrong


def main() -> int:
    faults = [fault for name in DEMOS for fault in read(sys.argv[1], name)]
    print("\n".join([*faults, f"{len(DEMOS)} OpenMetrics reports read, {len(faults)} faults"]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
