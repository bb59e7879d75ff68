"""The only place that writes the objects of a PDF as a file, each once.

pydyf packs and writes every object twice, the second time for the file's identifier only, and
packs as tightly as it can, which is three times the work for one byte in a hundred.
"""

import hashlib
import io
import zlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO

HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 6
"""How tightly streams are packed, from 1 to 9 (RFC 1950)."""


class PdfFile:
    """A PDF of version 1.7 (ISO 32000-1) written object by object; only places are remembered."""

    def __init__(self, target: BinaryIO) -> None:
        self._target, self._length = target, 0
        self._places = [(0, 0, 65535)]
        self._write(HEAD)

    def reserve(self) -> int:
        """Return the number of an object to come."""
        self._places.append((0, 0, 0))
        return len(self._places) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object that may be a stream."""
        self._places[number] = (1, self._length, 0)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def put_together(self, objects: Sequence[tuple[int, bytes]]) -> None:
        """Write numbers and objects, none of them a stream, into one object stream (7.5.7)."""
        holder, head, place = self.reserve(), [], 0
        for index, (number, body) in enumerate(objects):
            self._places[number] = (2, holder, index)
            head.append(b"%d %d" % (number, place))
            place += len(body) + 1
        first = b" ".join(head)
        data = b"\n".join([first, *(body for _number, body in objects)])
        told = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(first) + 1)
        self.put(holder, stream(told, zlib.compress(data, LEVEL), packed=True))

    def close(self, trailer: bytes) -> None:
        """Write where all is (a cross-reference stream, 7.5.8); `trailer` names at least Root."""
        number, start = self.reserve(), self._length
        self._places[number] = (1, start, 0)
        width = (start.bit_length() + 7) // 8
        table = b"".join(
            bytes((kind,)) + place.to_bytes(width, "big") + last.to_bytes(4, "big")
            for kind, place, last in self._places
        )
        told = b"/Type/XRef/W[1 %d 4]/Size %d%b" % (width, len(self._places), trailer)
        self.put(number, stream(told, zlib.compress(table, LEVEL), packed=True))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._length += len(data)


def stream(entries: bytes, data: bytes, *, packed: bool = False) -> bytes:
    """Return a stream as an object; `entries` are those of its dictionary but Length."""
    filtered = b"/Filter/FlateDecode" if packed else b""
    return b"<<%b%b/Length %d>>\nstream\n%b\nendstream" % (entries, filtered, len(data), data)


def file_of(pdf, identifier: str) -> bytes:
    """Return a `pydyf.PDF` as a file; the same objects give the same bytes.

    The file's ID (ISO 32000-1, 14.4) is `identifier`, ASCII, and the MD5 of all that is in it.
    """
    import pydyf

    pdf.add_object(pdf.info)
    made, others = io.BytesIO(), []
    file, content = PdfFile(made), hashlib.md5(usedforsecurity=False)
    for _object in pdf.objects[1:]:  # the first stands for all that were deleted
        file.reserve()
    for one in pdf.objects[1:]:
        if isinstance(one, pydyf.Stream):
            _pack(one)
            body = one.data
            file.put(one.number, body)
        else:
            body = one.data
            others.append((one.number, body))
        content.update(body)
    file.put_together(others)
    names = pydyf.Array((pydyf.String(identifier), pydyf.String(content.hexdigest()))).data
    file.close(b"/Root %b/Info %b/ID%b" % (pdf.catalog.reference, pdf.info.reference, names))
    return made.getvalue()


def _pack(one) -> None:
    """Pack the content of a `pydyf.Stream` that is to be packed, before pydyf does."""
    if one.compress:
        one.stream = [zlib.compress(b"\n".join(_lines(one.stream)), LEVEL)]
        one.extra["Filter"] = "/FlateDecode"
        one.compress = False


def _lines(items: Iterable[object]) -> Iterable[bytes]:
    """Yield what pydyf writes for each line of a stream."""
    import pydyf

    for item in items:
        if isinstance(item, bytes):
            yield item
        else:
            yield item.encode("ascii") if isinstance(item, str) else pydyf.Array([item]).data[1:-1]
