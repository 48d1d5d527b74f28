"""Reports as the PDFs that programs write: packed streams, tables old and new, locks."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

from sample_reports import PROSE, full_inspection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Any reader begins with these bytes where a password is short (ISO 32000-1, 7.6.3.3).
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = b"0123456789abcdef"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CATALOGUE, TREE, FONT, FIRST_PAGE = 1, 2, 3, 4  # numbers of objects; each page is followed by its contents


def packed(data: bytes, entries: bytes = b"") -> bytes:
    """A stream with its data packed and a checksum at the end, as nearly every program writes it."""
    return stream(zlib.compress(data), b"/Filter/FlateDecode" + entries)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def written(lines: Iterable[str]) -> bytes:
    """The contents of a page."""
    shown = b"".join(b"(%s)'\n" % line.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines)
    return b"BT /F1 10 Tf 12 TL 40 820 Td\n%sET" % shown


def report(*pages: bytes, font: bytes = _FONT, more: Sequence[bytes] = ()) -> list[bytes]:
    """The objects of a report, given the streams of its pages' contents; of two pages where none is given."""
    streams = pages or (packed(written(full_inspection())), packed(written([*PROSE, "The plans are good.", *PROSE])))
    kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * number) for number in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(streams)),
        font,
    ]
    for number, contents in enumerate(streams):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 800 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
        objects += [page % (FIRST_PAGE + 2 * number + 1), contents]
    return [*objects, *more]


def classic(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A file with a table of lines (7.5.4)."""
    body, places = _body(objects)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (len(objects) + 1, table, len(objects) + 1, trailer, len(body))


def updated(body: bytes, number: int, content: bytes) -> bytes:
    """`body` with an object written anew behind its end (7.5.6)."""
    before = int(body.split(b"startxref\n")[-1].split()[0])
    place = len(body)
    body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    end = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 99/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (number, place, before, len(body))


def modern(objects: Sequence[bytes]) -> bytes:
    """A file with its plain objects in a stream of objects, and a table that is a stream (7.5.7 and 7.5.8)."""
    plain = [number for number, content in enumerate(objects, start=1) if b"endstream" not in content]
    index, data = b"", b""
    for number in plain:
        index += b"%d %d " % (number, len(data))
        data += objects[number - 1] + b" "
    streams = [(number, content) for number, content in enumerate(objects, start=1) if number not in plain]
    together, table = len(objects) + 1, len(objects) + 2
    entries = b"/Type/ObjStm/N %d/First %d" % (len(plain), len(index))
    streams.append((together, packed(index + data, entries)))
    body, places = _body([content for _, content in streams], [number for number, _ in streams])
    rows = {0: (0, 0, 0), table: (1, len(body), 0)}
    rows |= {number: (1, place, 0) for (number, _), place in zip(streams, places, strict=True)}
    rows |= {number: (2, together, place) for place, number in enumerate(plain)}
    entries = b"/Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/DecodeParms<</Predictor 12/Columns 6>>" % (table + 1)
    predicted = packed(_predicted([struct.pack(">BIB", *rows[number]) for number in range(table + 1)]), entries)
    return body + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, predicted, len(body))


def locked(contents: Sequence[bytes], *, password: bytes = b"") -> bytes:
    """A report of pages with these contents, locked with RC4; with no `password` anybody may read it (7.6)."""
    owner = _rc4(hashlib.md5((b"owner" + _PADDING)[:32], usedforsecurity=False).digest()[:5], _padded(password))
    permissions = struct.pack("<i", -4)
    secret = hashlib.md5(_padded(password) + owner + permissions + _ID, usedforsecurity=False).digest()[:5]

    def under_lock(data: bytes, number: int) -> bytes:
        key = hashlib.md5(secret + struct.pack("<I", number)[:3] + b"\0\0", usedforsecurity=False).digest()[:10]
        return stream(_rc4(key, zlib.compress(data)), b"/Filter/FlateDecode")

    streams = [under_lock(data, FIRST_PAGE + 2 * page + 1) for page, data in enumerate(contents)]
    lock = (owner.hex().encode(), _rc4(secret, _PADDING).hex().encode(), _ID.hex().encode(), _ID.hex().encode())
    entry = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<%s><%s>]" % lock
    return classic(report(*streams), trailer=entry)


def _body(objects: Sequence[bytes], numbers: Iterable[int] = ()) -> tuple[bytes, list[int]]:
    body, places = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in zip(numbers or range(1, len(objects) + 1), objects, strict=True):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return body, places


def _predicted(rows: Sequence[bytes]) -> bytes:
    """Each row as the difference to the one above (PNG's "Up")."""
    above = [bytes(len(rows[0])), *rows]
    return b"".join(
        b"\2" + bytes((here - there) % 256 for here, there in zip(row, before, strict=True))
        for before, row in zip(above, rows, strict=False)
    )


def _padded(password: bytes) -> bytes:
    return (password + _PADDING)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
