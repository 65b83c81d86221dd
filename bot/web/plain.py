"""Requests that can be read in one way only: the rest is aiohttp's to read, or to refuse."""

import re

MOST_HEAD, MOST_HEADERS = 4096, 64
_OTHERWISE = (b"transfer-encoding", b"content-encoding", b"expect", b"upgrade")


def head_of(request: bytes) -> re.Pattern[bytes]:
    """What matches a whole head with this pattern of a method and a path.

    A plain name, a colon, printable letters; nothing is folded or encoded.
    """
    return re.compile(request + rb" HTTP/1\.1\r\n(?:[A-Za-z0-9-]+: [ -~]*\r\n)+\r\n")


def headers_of(head: bytes) -> dict[bytes, bytes] | None:
    """The headers of a whole head, names in small letters; None: they may mean something else."""
    lines = head[:-4].split(b"\r\n")[1:]
    if len(lines) > MOST_HEADERS:
        return None
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, _, text = line.partition(b": ")
        name = name.lower()
        if name in headers or name in _OTHERWISE:
            return None
        headers[name] = text
    return headers if b"host" in headers else None
