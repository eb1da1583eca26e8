"""Who holds a lease: a name for one process of one machine that can be proven dead from another process of it.

The name has the machine's boot, the process namespace, the process id and the moment the process began, so that a
process id that was given out again is not mistaken for its former owner. Refuses to judge other machines: there
the lease simply runs out.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}.{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _began(process: int) -> str:
    # Field 22 of proc(5) stat; the command name before it may hold blanks, so count after its bracket.
    text = Path(f"/proc/{process}/stat").read_text()
    state, began = (text.rpartition(")")[2].split())[0], text.rpartition(")")[2].split()[19]
    return "" if state in ("Z", "X") else began


@cache
def _name(process: int) -> str:
    machine = _machine()
    return f"{machine}|{process}|{_began(process)}" if machine else ""


def this_process() -> str:
    """The name of this process; empty on a system without ``/proc``."""
    return _name(os.getpid())


def proven_dead(holder: str) -> bool:
    """Whether the process was on this machine and has ended; False whenever that cannot be known."""
    machine, _, rest = holder.partition("|")
    if not machine or machine != _machine():
        return False
    process, _, began = rest.partition("|")
    try:
        return _began(int(process)) != began
    except FileNotFoundError:
        return True
    except OSError:
        return False
