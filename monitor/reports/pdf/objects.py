"""The objects of a PDF, each read when it is asked for, from where the file's own table says (ISO 32000-1, 7.3 to 7.5).

Whatever is not as the standard has it raises ParseError; nothing is searched for, guessed or made up.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING, TypeAlias

from monitor.errors import ParseError
from monitor.reports.pdf.syntax import END, SPACE, Reference, Stream, after_gap, damaged, read_value

if TYPE_CHECKING:
    from monitor.reports.pdf.syntax import Value

# The longest real report has 3 MB of text, fonts and structure when it is unpacked.
MAX_UNPACKED = 50_000_000
_SECTIONS = 100  # updates of one file, each with a table of its own
_OBJECTS = 1_000_000  # in all tables of a file
_RUNS = 10_000  # of objects whose numbers follow each other, in all tables
_LARGEST = 10_000_000_000  # offsets have ten digits

_NO_TABLE = "its table of objects is not where its end says"
_HEAD = re.compile(rb"(\d{1,10})[" + SPACE + rb"]+(\d{1,5})[" + SPACE + rb"]+obj(?![A-Za-z])")
_STREAM = re.compile(rb"stream *(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """Where an object is that stands in a stream of objects."""

    stream: int
    index: int


_Place: TypeAlias = "int | _Packed | None"  # None: there is no such object


class PdfFile:
    """A PDF whose objects can be asked for. `body` begins with the header. Raises ParseError, here and later."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._left = MAX_UNPACKED
        self._runs_left, self._objects_left = _RUNS, _OBJECTS
        self._sections: list[dict[int, _Place]] = []  # the newest first
        self._known: dict[int, Value] = {}
        self._packed: dict[int, list[tuple[int, int]]] = {}
        self._unpacked: dict[int, bytes | None] = {}
        self.trailer: dict[str, Value] = {}
        self._read_tables()

    def resolved(self, value: Value) -> Value:
        """`value`, or what it refers to."""
        if not isinstance(value, Reference):
            return value
        if value.number not in self._known:
            self._known[value.number] = None  # an object that refers to itself is nothing
            self._known[value.number] = self._read(value)
        return self._known[value.number]

    def unpacked(self, stream: Stream) -> bytes | None:
        """A stream's data, its checksum compared; None where it is packed in a way that is not looked into."""
        if stream.start not in self._unpacked:
            self._unpacked[stream.start] = self._unpack(stream)
        return self._unpacked[stream.start]

    def _unpack(self, stream: Stream) -> bytes | None:
        filters = self._each(stream.entries.get("Filter"))
        if not filters:
            return self._body[stream.start : self._stream_end(stream.start)]
        if any(name not in _FILTERS for name in filters):
            raise damaged("a stream is packed in no known way")
        if filters[0] not in ("FlateDecode", "Fl"):
            return None
        data = self._inflated(stream)
        settings = self._each(stream.entries.get("DecodeParms"))
        if settings and isinstance(settings[0], dict) and self.whole(settings[0].get("Predictor", 1.0)) > 1:
            if settings[0].keys() & {"Colors", "BitsPerComponent"} or settings[0]["Predictor"] == _OF_PICTURES:
                return None
            data = _unpredicted(data, self.whole(settings[0].get("Columns", 1.0)))
        return data if len(filters) == 1 else None

    def _each(self, value: Value) -> list[Value]:
        """The values of a list, or the one value that stands for it."""
        value = self.resolved(value)
        return [] if value is None else [*map(self.resolved, value)] if isinstance(value, list) else [value]

    def _inflated(self, stream: Stream) -> bytes:
        inflate = zlib.decompressobj()
        try:
            data = inflate.decompress(memoryview(self._body)[stream.start :], self._left + 1)
        except zlib.error:
            data = b""
        if not inflate.eof and len(data) <= self._left:
            data = self._without_checksum(self._body[stream.start : self._stream_end(stream.start)])
        self._left -= len(data)
        if self._left < 0:
            raise ParseError("a PDF that unpacks to far more than a report has")
        return data

    def _without_checksum(self, packed: bytes) -> bytes:
        """The data of a stream that lacks its checksum, or some of it, or that was but flushed: programs do that."""
        inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        try:
            zlib.decompressobj().decompress(packed[:2])  # the head that says how it is packed
            data = inflate.decompress(packed[2:], self._left + 1)
        except zlib.error as error:
            raise damaged("a stream does not unpack") from error
        checksum, rest = zlib.adler32(data).to_bytes(4), inflate.unused_data.rstrip(b"\r\n")
        if not (checksum.startswith(rest) if inflate.eof else packed.rstrip(b"\r\n").endswith(_FLUSHED)):
            raise damaged("a stream does not unpack")
        return data

    def _stream_end(self, start: int) -> int:
        end = self._body.find(b"endstream", start)
        if end < 0:
            raise damaged("a stream does not end")
        return end

    # --- objects

    def _read(self, reference: Reference) -> Value:
        place = self._place(reference.number)
        if place is None:
            return None
        if isinstance(place, _Packed):
            return self._read_packed(reference.number, place)
        return self._read_at(place, reference)

    def _read_at(self, place: int, reference: Reference | None) -> Value:
        """The object at `place`, which is to be the one that `reference` names."""
        head = _HEAD.match(self._body, after_gap(self._body, place))
        if not head or (reference and int(head[1]) != reference.number):
            lost = f"object {reference.number} is not where its table says" if reference else _NO_TABLE
            raise damaged(lost)
        value, end = read_value(self._body, head.end())
        end = after_gap(self._body, end)
        if isinstance(value, dict) and (begins := _STREAM.match(self._body, end)):
            return Stream(entries=value, start=begins.end())
        return value

    def _read_packed(self, number: int, place: _Packed) -> Value:
        if isinstance(self._place(place.stream), _Packed):
            raise damaged("a stream of objects is garbled")
        stream = self.resolved(Reference(place.stream, 0))
        data = self.unpacked(stream) if isinstance(stream, Stream) else None
        if not isinstance(stream, Stream) or stream.entries.get("Type") != "ObjStm" or data is None:
            raise damaged("a stream of objects is garbled")
        if place.stream not in self._packed:
            self._packed[place.stream] = self._contents(stream, data)
        contents = self._packed[place.stream]
        if place.index >= len(contents) or contents[place.index][0] != number:
            raise damaged(f"object {number} is not where its table says")
        return read_value(data, contents[place.index][1])[0]

    def _contents(self, stream: Stream, data: bytes) -> list[tuple[int, int]]:
        """Number and place of each object in the unpacked `data` of a stream of objects."""
        first, count = self.whole(stream.entries.get("First")), self.whole(stream.entries.get("N"))
        words = data[:first].split()
        if len(words) < 2 * count or not all(map(bytes.isdigit, words)):
            raise damaged("a stream of objects is garbled")
        numbers = list(map(int, words[: 2 * count]))
        return [(number, first + offset) for number, offset in zip(numbers[::2], numbers[1::2], strict=True)]

    def dictionary(self, value: Value, what: str) -> dict[str, Value]:
        """The dictionary that `value` is or refers to."""
        found = self.resolved(value)
        if not isinstance(found, dict):
            raise damaged(f"{what} is missing")
        return found

    def whole(self, value: Value) -> int:
        """`value` as a whole number, none below."""
        value = self.resolved(value)
        if not isinstance(value, float) or not 0 <= value < _LARGEST or value != int(value):
            raise damaged("a number is missing")
        return int(value)

    # --- the tables of where objects are

    def _place(self, number: int) -> _Place:
        return next((section[number] for section in self._sections if number in section), None)

    def _read_tables(self) -> None:
        start = self._body.rfind(b"startxref")
        found = _START.match(self._body, start) if start >= 0 else None
        if not found:
            raise damaged("its end is missing")
        wanted, seen = [int(found[1])], set[int]()
        while wanted:
            place = wanted.pop(0)
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > _SECTIONS:
                raise damaged("it has far too many tables of objects")
            trailer = self._read_table(place)
            self.trailer = trailer | self.trailer
            wanted += [self.whole(trailer["Prev"])] if trailer.get("Prev") else []

    def _read_table(self, place: int) -> dict[str, Value]:
        place = after_gap(self._body, place)
        if not self._body.startswith(b"xref", place):
            return self._read_table_stream(place)
        place += 4
        section: dict[int, _Place] = {}
        while run := _RUN.match(self._body, place):
            first, lines = int(run[1]), _LINE.findall(run[3])
            if len(lines) != int(run[2]):
                raise damaged("its table of objects is garbled")
            self._count(runs=1, objects=len(lines))
            section.update(
                (number, int(where) or None if used == b"n" else None)
                for number, (where, used) in enumerate(lines, start=first)
            )
            place = run.end()
        found = _TRAILER.match(self._body, place)
        trailer = read_value(self._body, found.end())[0] if found else None
        if not isinstance(trailer, dict):
            raise damaged("its table of objects is garbled")
        if "Prev" not in trailer and 0 not in section and section.get(1, 0) is None:
            section = {number - 1: where for number, where in section.items()}  # some programs count from 1
        if trailer.get("XRefStm"):
            self._read_table_stream(self.whole(trailer["XRefStm"]))
        self._sections.append(section)
        return trailer

    def _count(self, *, runs: int, objects: int) -> None:
        """Raises ParseError where the tables say more than those of any report: reading them would take too long."""
        self._runs_left -= runs
        self._objects_left -= objects
        if self._runs_left < 0 or self._objects_left < 0:
            raise damaged("its tables of objects are far too long")

    def _read_table_stream(self, place: int) -> dict[str, Value]:
        stream = self._read_at(place, None)
        if not isinstance(stream, Stream) or stream.entries.get("Type") != "XRef":
            raise damaged(_NO_TABLE)
        data, widths = self.unpacked(stream), stream.entries.get("W")
        runs = stream.entries.get("Index") or [0.0, stream.entries.get("Size")]
        if data is None or not isinstance(widths, list) or len(widths) != 3 or not isinstance(runs, list):
            raise damaged("its table of objects is garbled")
        kind_end, place_end, width = accumulate(map(self.whole, widths))
        if not width:
            raise damaged("its table of objects is garbled")
        self._count(runs=len(runs) // 2, objects=len(data) // width)
        section: dict[int, _Place] = {}
        start = 0
        for first, count in zip(map(self.whole, runs[::2]), map(self.whole, runs[1::2]), strict=False):
            for number in range(first, first + min(count, (len(data) - start) // width)):
                row, start = data[start : start + width], start + width
                kind = int.from_bytes(row[:kind_end]) if kind_end else 1
                where, index = int.from_bytes(row[kind_end:place_end]), int.from_bytes(row[place_end:])
                section[number] = where if kind == 1 else _Packed(stream=where, index=index) if kind == 2 else None
        self._sections.append(section)
        return stream.entries


def _unpredicted(data: bytes, columns: int) -> bytes:
    """Rows of bytes, with what each was predicted to be added: from the bytes before and above (7.4.4.4)."""
    step = columns + 1
    kinds = set(data[::step])
    if kinds - {0, 1, 2, 3, 4} or step > len(data):
        raise damaged("a table is garbled")
    if kinds == {2} and not len(data) % step:
        summed = [bytes(total & 255 for total in accumulate(data[column::step])) for column in range(1, step)]
        return bytes(chain.from_iterable(zip(*summed, strict=True)))
    rows = [bytes(columns)]
    for start in range(0, len(data), step):
        row, before, across = bytearray(), 0, 0
        for byte, above in zip(data[start + 1 : start + step], rows[-1], strict=False):
            before, across = byte + _guess(data[start], before, above, across) & 255, above
            row.append(before)
        rows.append(bytes(row))
    return b"".join(rows[1:])


def _guess(kind: int, before: int, above: int, across: int) -> int:
    """What a byte was predicted from: the one before it, the one above, the one above that before (RFC 2083, 6)."""
    if kind == _NEAREST:
        likely = before + above - across
        return min((before, above, across), key=lambda byte: abs(likely - byte))
    return (0, before, above, (before + above) // 2)[kind]


_START = re.compile(rb"startxref[" + SPACE + rb"]+(\d{1,10})" + END)
_LINE = re.compile(rb"(\d{10}) \d{5} ([nf])[ \r\n]{1,3}")
_RUN = re.compile(rb"[" + SPACE + rb"]*+(\d{1,10}) ++(\d{1,7})[" + SPACE + rb"]++((?:\d{10} \d{5} [nf][ \r\n]{1,3})*+)")
_TRAILER = re.compile(rb"[" + SPACE + rb"]*trailer")
_FLUSHED = b"\0\0\xff\xff"
# predictors
_OF_PICTURES = 2.0
_NEAREST = 4
_FILTERS = (
    *("FlateDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode", "CCITTFaxDecode", "DCTDecode"),
    *("JPXDecode", "JBIG2Decode", "Crypt", "Fl", "LZW", "A85", "AHx", "RL", "CCF", "DCT"),
)
