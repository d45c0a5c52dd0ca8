"""How much time, memory and disk a submission may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits for one submission: seconds for a call, a cell and everything; MiB for memory.

    They are generous: an exercise takes milliseconds. Only runaway code meets them.
    """

    call: float = 5.0
    cell: float = 20.0
    total: float = 90.0
    start: float = 30.0
    memory: int = 2048
    file: int = 16
    open_files: int = 64

    def rlimits(self) -> dict[str, int]:
        """The limits that the operating system keeps, by their names in `resource`."""
        return {
            "RLIMIT_AS": self.memory * 2**20,
            "RLIMIT_CPU": int(self.total) + 10,
            "RLIMIT_FSIZE": self.file * 2**20,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_NPROC": 64,
            "RLIMIT_CORE": 0,
        }
