"""Whether the fonts of a PDF are as they were written: a wrong width or map makes other words of the same letters."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from monitor.reports.pdf.syntax import Reference, Stream, damaged, no_near_miss

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.reports.pdf.objects import PdfFile
    from monitor.reports.pdf.syntax import Value

_KINDS = ("Type0", "Type1", "MMType1", "TrueType", "Type3")
_ENCODINGS = ("WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding", "StandardEncoding", "PDFDocEncoding")
# A program that reckons widths in its own way has many others than the font; damage leaves most as they were.
_MOST = 0.8
_CHARACTERS = 0x10000
_CODE = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<[^<>]*>")
_CODES = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,8})>\s*(?:<[^<>]*>|\[[^\[\]]*\])")


class _TrueType(NamedTuple):
    """What an embedded font says of its glyphs."""

    scale: int  # units to its size
    units: tuple[int, ...]  # the width of each glyph; the last one's is that of all after it
    runs: tuple[tuple[int, ...], ...]  # last characters, first characters and offsets to the numbers of their glyphs

    def width(self, glyph: int) -> float:
        """In thousandths of the size, as a PDF has them."""
        return 1000 * self.units[min(glyph, len(self.units) - 1)] / self.scale

    def glyph(self, character: str) -> int:
        """The number of the glyph of a character; 0 where the font does not tell in a simple way."""
        lasts, firsts, offsets, places = self.runs
        code = ord(character)
        run = bisect_left(lasts, code)
        if run == len(lasts) or firsts[run] > code or places[run]:
            return 0
        return (code + offsets[run]) % _CHARACTERS


class Fonts:
    """Checks the fonts of `file`, each once."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._checked: set[Reference] = set()

    def check(self, font: Value) -> None:
        """Raises ParseError where `font` is damaged (ISO 32000-1, 9.6 to 9.10)."""
        if isinstance(font, Reference):
            if font in self._checked:
                return
            self._checked.add(font)
        entries = self._dictionary(font, kinds=_KINDS)
        self._map(entries)
        if entries["Subtype"] == "Type0":
            self._composite(entries)
        else:
            self._simple(entries)

    def _dictionary(self, font: Value, *, kinds: tuple[str, ...]) -> dict[str, Value]:
        entries = self._file.dictionary(font, "a font")
        no_near_miss(entries)
        if entries.get("Type", "Font") != "Font" or entries.get("Subtype") not in kinds:
            raise damaged("a font is garbled")
        return entries

    def _simple(self, font: Mapping[str, Value]) -> None:
        encoding = self._file.resolved(font.get("Encoding"))
        if isinstance(encoding, dict):
            no_near_miss(encoding)
            encoding = encoding.get("BaseEncoding")
        if encoding is not None and encoding not in _ENCODINGS:
            raise damaged("a font is garbled")
        own = self._own_widths(font)
        if not font.keys() & {"Widths", "FirstChar", "LastChar"}:
            return  # one of the fonts that every reader has
        widths = self._file.resolved(font.get("Widths"))
        first, last = self._file.whole(font.get("FirstChar")), self._file.whole(font.get("LastChar"))
        if not isinstance(widths, list) or len(widths) != last - first + 1:
            raise damaged("the widths of a font are garbled")
        numbers = _numbers(widths)
        if own and encoding == "WinAnsiEncoding":
            codes = bytes(range(first, min(last, 255) + 1)).decode("cp1252", errors="replace")
            glyphs = [(own.glyph(character), width) for character, width in zip(codes, numbers, strict=False) if width]
            _agree([abs(width - own.width(glyph)) <= 1 for glyph, width in glyphs if glyph])

    def _composite(self, font: Mapping[str, Value]) -> None:
        parts = self._file.resolved(font.get("DescendantFonts"))
        if not isinstance(parts, list) or len(parts) != 1:
            raise damaged("a font is garbled")
        encoding = self._file.resolved(font.get("Encoding"))
        if not isinstance(encoding, str | Stream):
            raise damaged("a font is garbled")
        part = self._dictionary(parts[0], kinds=("CIDFontType0", "CIDFontType2"))
        if not _bare(str(font.get("BaseFont"))).startswith(_bare(str(part.get("BaseFont")))):
            raise damaged("a part of a font is another's")
        own = self._own_widths(part) if part.get("CIDToGIDMap") == "Identity" else None
        widths: dict[int, float] = {}
        for first, run in self._runs(self._file.resolved(part.get("W")) or []):
            numbers = range(first, first + len(run))
            if numbers.stop > _CHARACTERS or not widths.keys().isdisjoint(numbers):
                raise damaged("the widths of a font are garbled")
            widths.update(zip(numbers, run, strict=True))
        if own:
            _agree([abs(width - own.width(glyph)) <= 1 for glyph, width in widths.items()])
        mapped = _mapped(self._map(font)) if str(encoding).startswith("Identity") else []
        known = sorted(widths)
        shown = (bisect_left(known, first) < bisect_right(known, last) for first, last in mapped)
        if known and mapped and not any(shown):
            raise damaged("the map of a font is another's")

    def _runs(self, widths: Value) -> Iterator[tuple[int, list[float]]]:
        """The first of each run of characters, and the widths of the run (9.7.4.3)."""
        if not isinstance(widths, list):
            raise damaged("the widths of a font are garbled")
        values = iter(widths)
        for value in values:
            first, second = self._file.whole(value), self._file.resolved(next(values, None))
            if isinstance(second, list):
                yield first, _numbers(second)
            else:
                count = self._file.whole(second) - first + 1
                yield first, _numbers([next(values, None)]) * min(count, _CHARACTERS)

    def _own_widths(self, font: Mapping[str, Value]) -> _TrueType | None:
        """The widths that an embedded TrueType font itself gives its glyphs; None of any other."""
        if "FontDescriptor" not in font:
            return None
        entries = self._file.dictionary(font["FontDescriptor"], "a font")
        no_near_miss(entries)
        if entries.get("Type", "FontDescriptor") != "FontDescriptor":
            raise damaged("a font is garbled")
        name = str(font.get("BaseFont"))
        if "+" in name and _bare(name) != _bare(str(entries.get("FontName"))):  # with its letters in the file
            raise damaged("a part of a font is another's")
        own = None
        for name in ("FontFile", "FontFile2", "FontFile3"):
            if name in entries:
                data = self._file.unpacked(self._file.stream(entries[name]))
                own = _true_type(data) if data and name == "FontFile2" else None
        return own

    def _map(self, font: Mapping[str, Value]) -> bytes:
        """A font's map to Unicode; empty where it has none or none that can be looked into."""
        if isinstance(self._file.resolved(font.get("ToUnicode")), str) or "ToUnicode" not in font:
            return b""
        data = self._file.unpacked(self._file.stream(font["ToUnicode"]))
        if data is not None and b"begincmap" not in data:
            raise damaged("a font's map is none")
        return data or b""


def _bare(name: str) -> str:
    """A font's name without the letters that mark it as a part of one."""
    return name.rpartition("+")[2]


def _mapped(data: bytes) -> list[tuple[int, int]]:
    """The first and last code of each run that is mapped to Unicode (9.10.3)."""
    runs: list[tuple[int, int]] = []
    for block in data.split(b"endbf")[:-1]:
        lines = block.rpartition(b"beginbf")[2]
        pattern = _CODE if lines.startswith(b"char") else _CODES
        runs += [(int(found[1], 16), int(found[found.re.groups], 16)) for found in pattern.finditer(lines)]
    return runs


def _numbers(values: list[Value]) -> list[float]:
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) != len(values):
        raise damaged("the widths of a font are garbled")
    return numbers


def _agree(agreements: list[bool]) -> None:
    if _MOST * len(agreements) <= sum(agreements) < len(agreements):
        raise damaged("the widths of a font are not those of its letters")


def _true_type(data: bytes) -> _TrueType | None:
    """The widths and characters of a font (OpenType: head, hhea, hmtx, cmap); None where they cannot be told."""
    count = int.from_bytes(data[4:6])
    tables = {data[at : at + 4]: int.from_bytes(data[at + 8 : at + 12]) for at in range(12, 12 + 16 * count, 16)}
    if not tables.keys() >= {b"head", b"hhea", b"hmtx"}:
        return None
    (scale,), (count,) = _words(data, tables[b"head"] + 18, 1), _words(data, tables[b"hhea"] + 34, 1)
    units = _words(data, tables[b"hmtx"], 2 * count)[::2]
    if not scale or not units:
        return None
    return _TrueType(scale=scale, units=units, runs=_character_runs(data, tables.get(b"cmap")))


def _character_runs(data: bytes, start: int | None) -> tuple[tuple[int, ...], ...]:
    """The runs of the table for Windows and Unicode in its usual form, 4; empty ones where there is none."""
    if start is None:
        return (), (), (), ()
    for at in range(start + 4, start + 4 + 8 * _words(data, start + 2, 1)[0], 8):
        if _words(data, at, 2) == (3, 1):
            place = start + int.from_bytes(data[at + 4 : at + 8])
            form, _, _, doubled = _words(data, place, 4)
            if form == 4:
                lasts = _words(data, place + 14, doubled // 2)
                return (lasts, *(_words(data, place + 16 + n * doubled, doubled // 2) for n in (1, 2, 3)))
    return (), (), (), ()


def _words(data: bytes, start: int, count: int) -> tuple[int, ...]:
    """Numbers of two bytes each; zeros where the font is too short for them."""
    return struct.unpack(f">{count}H", data[start : start + 2 * count].ljust(2 * count, b"\0"))
