"""Messages between grader and child: a length of four bytes, then that many bytes of JSON.

JSON can hold data and nothing else: reading a message never runs code, whoever wrote it.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

MAX_FRAME = 8 * 2**20
"""Longer messages are refused: before they are sent, and before they are read."""

_HEAD = struct.Struct(">I")


class FrameError(Exception):
    """Something that is not a message arrived, or a message is too long to be sent."""


def write_frame(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Send one message; raises `FrameError` when it is too long."""
    body = json.dumps(message).encode("ascii")
    if len(body) > MAX_FRAME:
        raise FrameError(f"a message of {len(body):,} bytes; the most is {MAX_FRAME:,}")
    stream.write(_HEAD.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """Receive one message, or None when the other side has ended.

    Raises `FrameError` for a length beyond `MAX_FRAME` and for anything but a JSON object.
    """
    head = stream.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise FrameError("half a message")
    (length,) = _HEAD.unpack(head)
    if length > MAX_FRAME:
        raise FrameError(f"a message of {length:,} bytes; the most is {MAX_FRAME:,}")
    body = stream.read(length)
    if len(body) < length:
        raise FrameError("half a message")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"no JSON: {type(error).__name__}") from None
    if not isinstance(message, dict):
        raise FrameError("JSON, but no object")
    return message
