"""The content of a `.zst` file: frame after frame, each of them whole."""

import io
from typing import IO, Any

import zstandard

#: Little at a time, for a few bytes can stand for many.
_CHUNK_BYTES = 4096


class Frames(io.RawIOBase):
    """Reads the frames of a file. One that is cut off is an error, never just the end."""

    def __init__(self, raw: IO[bytes]) -> None:
        """Take the file, open for reading."""
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._content = memoryview(b"")

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there is content; 0 at the end."""
        while not self._content:
            if not (self._packed or self._more()):
                return 0
            self._content = memoryview(self._unpacked())
        count = min(len(buffer), len(self._content))
        buffer[:count] = self._content[:count]
        self._content = self._content[count:]
        return count

    def _more(self) -> bool:
        self._packed = self._raw.read(_CHUNK_BYTES)
        if not self._packed and self._frame is not None:
            message = "it ends before the end of a frame"
            raise EOFError(message)
        return bool(self._packed)

    def _unpacked(self) -> bytes:
        frame = self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
        content = frame.decompress(self._packed)
        self._packed = b""
        if frame.eof:
            self._packed, self._frame = frame.unused_data, None
        return content
