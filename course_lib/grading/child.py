"""The grader's handle on one child: start it, ask it under a time limit, end it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from course_lib.grading.frames import FrameError, read_frame, write_frame
from course_lib.grading.limits import Limits
from course_lib.grading.sandbox import prepare, private_folder


class ChildError(Exception):
    """The child could not be started: a fault of the grader or the machine, not of the learner."""


class ChildDied(Exception):
    """The child ended, or said something that is no answer; it is gone."""


class ChildTimeout(ChildDied):
    """No answer came in time; the child is gone."""


class Child:
    """A confined process with one learner's code in it. Use it as a context manager.

    Raises `ChildError` when it cannot be started.
    """

    def __init__(self, kind: str, limits: Limits) -> None:
        self._folder = private_folder()
        self._asked = 0
        try:
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
            start = prepare(kind, limits, Path(self._folder.name))
            try:
                self._process = subprocess.Popen(
                    start.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    env=start.env,
                    cwd=start.folder,
                    start_new_session=True,
                    user=start.user,
                    group=start.user,
                    extra_groups=None if start.user is None else [],
                )
            except OSError as error:
                raise ChildError(f"{start.command[0]} cannot be started: {error}") from error
            self.layers = self._greet(limits)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _greet(self, limits: Limits) -> list[str]:
        try:
            hello = self._within(limits.start, None)
        except ChildDied as error:
            self._errors.seek(0)
            lines = self._errors.read(4000).decode("utf-8", "replace").strip().splitlines()
            raise ChildError(lines[-1][:300] if lines else f"it did not start ({error})") from None
        return [str(layer) for layer in hello.get("layers", [])]

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer; raises `ChildTimeout` or `ChildDied`."""
        self._asked += 1
        answer = self._within(seconds, {"id": self._asked, **request})
        if answer.get("id") != self._asked:
            self.kill()
            raise ChildDied("it answered what it was not asked")
        return answer

    def _within(self, seconds: float, request: dict[str, Any] | None) -> dict[str, Any]:
        """Exchange messages in a thread, so that neither sending nor receiving can hold us up."""
        result: list[dict[str, Any] | Exception | None] = []

        def exchange() -> None:
            try:
                if request is not None:
                    write_frame(self._process.stdin, request)  # type: ignore[arg-type]
                result.append(read_frame(self._process.stdout))  # type: ignore[arg-type]
            except (OSError, ValueError, FrameError) as error:
                result.append(error)

        thread = threading.Thread(target=exchange, daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            self.kill()
            raise ChildTimeout(f"no answer within {seconds:g} seconds")
        answer = result[0]
        if not isinstance(answer, dict):
            self.kill()
            raise ChildDied(str(answer) if answer else "it ended")
        return answer

    def kill(self) -> None:
        """End the child and whatever it started, at once."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the child and remove its folder."""
        if hasattr(self, "_process"):
            self.kill()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()  # type: ignore[union-attr]
        self._errors.close()
        self._folder.cleanup()
