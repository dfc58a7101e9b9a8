"""Runs a command as systemd would run a unit: with its SystemCallFilter, and with no memory both written and executed.

python -m tests.deploy.filtered UNIT COMMAND...
"""

import ctypes
import errno
import os
import subprocess
import sys
from functools import cache

from tests.deploy.units import lines_of

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, NEITHER = 38, 65, 1


@cache
def calls(word):
    """Return the system calls that a word of SystemCallFilter stands for."""
    if not word.startswith("@"):
        return {word}
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True
    )
    lines = (line.strip() for line in told.stdout.splitlines()[1:])
    return {call for line in lines if line and not line.startswith("#") for call in calls(line)}


def allowed(unit):
    """Return the system calls that a unit may make."""
    found = calls("@default")
    for line in lines_of(unit, "SystemCallFilter"):
        named = set().union(*(calls(word) for word in line.lstrip("~").split()))
        found = found - named if line.startswith("~") else found | named
    return found


def confine(unit):
    """Let this process make no other system calls from now on, nor those that it starts."""
    system, seccomp = ctypes.CDLL(None), ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(REFUSE)))
    for call in sorted(allowed(unit)):
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            seccomp.seccomp_rule_add(rules, ctypes.c_uint32(ALLOW), number, 0)
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Kernels before 6.3 do not know it.
    system.prctl(PR_SET_MDWE, NEITHER, 0, 0, 0)
    if seccomp.seccomp_load(rules):
        sys.exit("The filter cannot be set.")


if __name__ == "__main__":
    confine(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606
