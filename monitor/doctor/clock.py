"""Whether this machine's clock can be believed.

Kafka tells no time, so there is no asking the broker. What can be asked is the kernel, which knows
whether something keeps its clock right; and records from other machines that are stamped with a
time which has not come yet.
"""

import ctypes
import sys
from typing import Final, NamedTuple

from monitor.broker.access import Broker
from monitor.clock import Clock
from monitor.doctor.finding import Finding, ok, warn
from monitor.doctor.records import newest_us
from monitor.topics import Topics

_ABOUT: Final = "clock"
_UNSYNCHRONISED: Final = 0x40
_ERROR: Final = 5
#: The kernel's estimate grows while nobody corrects the clock; then crossings are told so late.
_MAX_ERROR_US: Final = 1_000_000
_AHEAD_US: Final = 1_000_000
_TODO: Final = "run chrony, systemd-timesyncd or ntpd on this machine (not in a container on it)"


class _Timex(ctypes.Structure):
    """What Linux calls `struct timex`, as far as we read it, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


class KernelClock(NamedTuple):
    """What the kernel says of its clock."""

    synchronised: bool
    max_error_us: int


def kernel_clock() -> KernelClock | None:
    """Ask the kernel; None where it does not tell."""
    if sys.platform != "linux":
        return None
    told = _Timex(modes=0)  # no modes: nothing is changed
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told))
    except (AttributeError, OSError):
        return None
    if state < 0:
        return None
    return KernelClock(state != _ERROR and not told.status & _UNSYNCHRONISED, told.maxerror)


def look_at_clock(clock: KernelClock | None) -> Finding:
    """Look at what the kernel says."""
    if clock is None:
        said = "the system does not tell whether its clock is kept right"
        return warn(_ABOUT, said, "see to it that it is")
    if not clock.synchronised:
        return warn(_ABOUT, "nothing keeps this machine's clock right, says the kernel", _TODO)
    error_ms = clock.max_error_us / 1000
    if clock.max_error_us > _MAX_ERROR_US:
        said = f"this machine's clock may be wrong by {error_ms:.0f} ms"
        return warn(_ABOUT, said, _TODO)
    return ok(_ABOUT, f"kept right, says the kernel; wrong by at most {error_ms:.0f} ms")


async def look_at_stamps(broker: Broker, topics: Topics, clock: Clock) -> list[Finding]:
    """Look for records that were stamped, by a machine that writes, later than it is here."""
    findings = []
    for topic in (topics.alarms.name, topics.inputs.name):
        stamp_us = await newest_us(broker, topic)
        # Asked only now: records go on being written meanwhile.
        now_us = clock.now_us()
        if stamp_us is not None and stamp_us > now_us + _AHEAD_US:
            said = f"a record of {topic} is {(stamp_us - now_us) / 1e6:.0f} s ahead of this clock"
            todo = "one of the two clocks is wrong, that of its writer or ours: " + _TODO
            findings.append(warn(_ABOUT, said, todo))
    return findings
