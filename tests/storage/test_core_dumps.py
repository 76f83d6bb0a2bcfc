"""A crash leaves no picture of the memory, which holds the key."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_no_core_is_left_and_a_child_inherits_it():
    code = (
        "import resource, subprocess, sys; from crosstrade_desk.storage.core_dumps import forbid_core_dumps\n"
        "forbid_core_dumps(); forbid_core_dumps(); print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)\n"
        "child = 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE))'\n"
        "subprocess.run([sys.executable, '-c', child], check=True)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split("\n") == ["(0, 0)", "(0, 0)", ""]


def test_a_system_without_limits_is_no_fault():
    code = (
        "import sys; sys.modules['resource'] = None\n"
        "from crosstrade_desk.storage.core_dumps import forbid_core_dumps; forbid_core_dumps()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
