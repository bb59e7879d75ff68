"""The only place that writes the objects of a PDF as a file, each once.

pydyf packs and writes every object twice, the second time for the file's identifier only, and
packs as tightly as it can, which is three times the work for one byte in a hundred.
"""

import hashlib
import zlib

HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 6
"""How tightly streams are packed, from 1 to 9 (RFC 1950)."""


def file_of(pdf, identifier: str) -> bytes:
    """Return a `pydyf.PDF` as a file of version 1.7; the same objects give the same bytes.

    What is no stream goes into one object stream (ISO 32000-1, 7.5.7), and a cross-reference
    stream tells where all are (7.5.8). The file's ID is `identifier`, ASCII, and the MD5 of all
    that is in it (14.4).
    """
    import pydyf

    pdf.add_object(pdf.info)
    made, places, packed = bytearray(HEAD), [(0, 0, 65535)], []
    holder = len(pdf.objects)
    content = hashlib.md5(usedforsecurity=False)
    for one in pdf.objects[1:]:  # the first stands for all that were deleted
        if isinstance(one, pydyf.Stream):
            places.append((1, len(made), 0))
            _pack(one)
            body = one.data
            made += _numbered(one.number, body)
        else:
            places.append((2, holder, len(packed)))
            body = one.data
            packed.append((one.number, body))
        content.update(body)
    places.append((1, len(made), 0))
    made += _numbered(holder, _object_stream(packed).data)
    start = len(made)
    places.append((1, start, 0))
    width = (start.bit_length() + 7) // 8
    table = b"".join(
        bytes((kind,)) + place.to_bytes(width, "big") + last.to_bytes(2, "big")
        for kind, place, last in places
    )
    extra = {
        "Type": "/XRef",
        "W": pydyf.Array((1, width, 2)),
        "Size": len(places),
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": pydyf.Array((pydyf.String(identifier), pydyf.String(content.hexdigest()))),
    }
    index = pydyf.Stream([table], extra, compress=True)
    _pack(index)
    made += _numbered(holder + 1, index.data)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % start)


def _object_stream(objects: list[tuple[int, bytes]]):
    import pydyf

    numbers, place = [], 0
    for number, body in objects:
        numbers.append(b"%d %d" % (number, place))
        place += len(body) + 1
    head = b" ".join(numbers)
    extra = {"Type": "/ObjStm", "N": len(objects), "First": len(head) + 1}
    stream = pydyf.Stream([head, *(body for _number, body in objects)], extra, compress=True)
    _pack(stream)
    return stream


def _numbered(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def _pack(stream) -> None:
    """Pack the content of a stream that is to be packed, before pydyf does."""
    if stream.compress:
        lines = (one if isinstance(one, bytes) else _bytes(one) for one in stream.stream)
        stream.stream = [zlib.compress(b"\n".join(lines), LEVEL)]
        stream.extra["Filter"] = "/FlateDecode"
        stream.compress = False


def _bytes(item: object) -> bytes:
    """Return what pydyf writes for one line of a stream."""
    import pydyf

    return item.encode("ascii") if isinstance(item, str) else pydyf.Array([item]).data[1:-1]
