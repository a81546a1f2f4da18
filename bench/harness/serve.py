"""A Python contender's side of the protocol: see serve.mjs, which says the same in JavaScript."""

import json
import sys
import time

_stdout = sys.stdout
sys.stdout = sys.stderr  # libraries that print must not break the protocol


def send(message):
    print(json.dumps(message), file=_stdout, flush=True)


def missing(reason):
    """Says why this contender cannot run here, and ends."""
    send({"missing": reason})
    sys.exit(0)


def serve(name, notes, unit):
    """Does one `unit()` of work for each line on stdin; what it returns (a dict or None) goes into the answer."""
    send({"ready": {"name": name, "notes": notes}})
    for _ in sys.stdin:
        start = time.perf_counter()
        values = unit()
        send({"ms": (time.perf_counter() - start) * 1000, **(values or {})})
