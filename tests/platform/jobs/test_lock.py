"""One process a role and folder, and the lock dies with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chartline.kernel.errors import ChartlineError
from chartline.platform.jobs.lock import ProcessLock

HOLD = """
import sys
from pathlib import Path
from chartline.platform.jobs.lock import ProcessLock
lock = ProcessLock(Path(sys.argv[1]), "serve")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_holds(tmp_path: Path) -> None:
    first = ProcessLock(tmp_path, "serve")
    with pytest.raises(ChartlineError) as refused:
        ProcessLock(tmp_path, "serve")
    problem = refused.value.problem
    assert (problem.code, problem.fields) == ("database.in_use", {"role": "serve", "process": str(os.getpid())})
    ProcessLock(tmp_path, "worker").close()
    first.close()
    ProcessLock(tmp_path, "serve").close()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ChartlineError):
            ProcessLock(tmp_path, "serve")
        holder.kill()
    ProcessLock(tmp_path, "serve").close()
