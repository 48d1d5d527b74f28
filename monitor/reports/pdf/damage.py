"""Whether what a PDF's text is made of is there, and as it was written.

PDFium repairs what it can and says nothing of it: it looks past checksums, makes up a lost table of objects
and leaves out what it cannot find. A viewer should; whoever takes facts from a file should not. So what is on the
way to the text is read a second time: the page tree, what is written on each page, and what its fonts consist of.

Only what no program writes is damage. Names that are missing, widths that nobody else has, entries nobody knows:
programs differ, and a sound report that is refused costs every fact in it. Pictures, links and the like may be
damaged: no fact comes from them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.reports.pdf.objects import MAX_UNPACKED, PdfFile
from monitor.reports.pdf.syntax import Stream, damaged, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.reports.pdf.syntax import Value

_DEPTH = 30  # of page trees, and of drawings in drawings
# PDFium follows drawings in drawings wherever they are used: a file of 2 kB can keep it busy for days.
_USES = 10_000  # of pages and drawings
_LOOKED_AT = MAX_UNPACKED  # bytes of what is written on pages and in drawings, each time it is used
_NAME = rb"/([^\0\s()<>\[\]{}/%]+)[\0\s]+"
_FONT_USED = re.compile(_NAME + rb"[-+.\d]+[\0\s]+Tf(?![A-Za-z])")
_DRAWING_USED = re.compile(_NAME + rb"Do(?![A-Za-z])")
_FONT_FILES = ("FontFile", "FontFile2", "FontFile3")


def check(body: bytes, *, max_pages: int) -> int | None:
    """The number of pages of a whole file; None where it is encrypted, and cannot be looked into.

    Raises ParseError where it is damaged, has more than `max_pages` pages or unpacks to far too much.
    """
    file = _opened(body)
    if "Encrypt" in file.trailer:
        return None
    return _Check(file).pages(max_pages)


def _opened(body: bytes) -> PdfFile:
    """The file, its places counted from its header or, as some programs do, from whatever stands before that."""
    header = body.index(b"%PDF-")
    try:
        return PdfFile(body[header:])
    except ParseError:
        if not header:
            raise
        return PdfFile(body)


class _Check:
    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._met: set[int] = set()  # the page trees and fonts that were looked at, by identity
        self._left = 0  # pages that are still to be found
        self._uses_left, self._bytes_left = _USES, _LOOKED_AT

    def pages(self, max_pages: int) -> int:
        catalog = self._file.dictionary(self._file.trailer.get("Root"), "its catalogue")
        root = self._file.dictionary(catalog.get("Pages"), "its page tree")
        count = self._left = self._file.whole(root.get("Count"))
        if count > max_pages:
            raise ParseError(f"a PDF of {count} pages: more than the {max_pages} a report may have")
        self._tree(root, None, _DEPTH)
        if self._left:
            raise damaged(f"it has {count - self._left} pages and should have {count}")
        return count

    def _tree(self, node: Mapping[str, Value], resources: Value, depth: int) -> None:
        resources = node.get("Resources", resources)
        if "Kids" not in node:
            if not self._left:
                raise damaged("it has more pages than it should have")
            self._left -= 1
            self._page(node, resources)
            return
        kids = self._file.resolved(node["Kids"])
        if not depth or not self._new(node) or not isinstance(kids, list):
            raise damaged("its page tree is garbled")
        for kid in kids:
            self._tree(self._file.dictionary(kid, "a page"), resources, depth - 1)

    def _page(self, page: Mapping[str, Value], resources: Value) -> None:
        contents = self._file.resolved(page.get("Contents"))
        parts = map(self._file.resolved, contents if isinstance(contents, list) else [contents])
        streams = [part for part in parts if part is not None]
        if not all(isinstance(stream, Stream) for stream in streams):
            raise damaged("a page's contents are none")
        self._uses(streams, resources)

    def _uses(
        self, streams: Sequence[Value], resources: Value, *, times: int = 1, within: tuple[int, ...] = ()
    ) -> None:
        """Raises ParseError where `streams`, or the fonts and drawings they use, are damaged or far too many.

        `times`: how often they are used there; `within`: the drawings they are in, by identity.
        """
        written = [self._unpacked(stream) for stream in streams]
        self._uses_left -= times
        self._bytes_left -= sum(map(len, written))
        if self._uses_left < 0 or self._bytes_left < 0:
            raise ParseError("a PDF that draws far more than a report has")
        data = b"\n".join(written)
        for font, _ in self._named(resources, "Font", _FONT_USED.findall(data)):
            self._font(font)
        for drawing, used in self._named(resources, "XObject", _DRAWING_USED.findall(data)):
            if not isinstance(drawing, Stream) or drawing.entries.get("Subtype") != "Form" or id(drawing) in within:
                continue
            if len(within) == _DEPTH:
                raise damaged("its drawings are garbled")
            inner = drawing.entries.get("Resources", resources)
            self._uses([drawing], inner, times=times * used, within=(*within, id(drawing)))

    def _named(self, resources: Value, group: str, names: Iterable[bytes]) -> Iterator[tuple[Value, int]]:
        """What `resources` has in `group` under those of the `names` that it knows, and how often each is there."""
        groups = self._file.resolved(resources)
        entries = self._file.resolved(groups.get(group)) if isinstance(groups, dict) else None
        if isinstance(entries, dict):
            for name, count in sorted(Counter(map(name_of, names)).items()):
                if name in entries:
                    yield self._file.resolved(entries[name]), count

    def _font(self, font: Value) -> None:
        """Looks at what makes text of a font's codes, and tells words apart (ISO 32000-1, 9.6 to 9.10)."""
        if not isinstance(font, dict) or not self._new(font):
            return
        widths = self._file.resolved(font.get("Widths"))
        if isinstance(widths, list):
            first = self._file.whole(font.get("FirstChar", 0.0))
            last = self._file.whole(font.get("LastChar", first + len(widths) - 1.0))
            if abs(last - first + 1 - len(widths)) > 1:  # some programs count from 1
                raise damaged("the widths of a font are garbled")
        descriptor = self._file.resolved(font.get("FontDescriptor"))
        files = [descriptor.get(name) for name in _FONT_FILES] if isinstance(descriptor, dict) else []
        for value in (font.get("ToUnicode"), font.get("Encoding"), *files):
            self._unpacked(value)
        parts = self._file.resolved(font.get("DescendantFonts"))
        for part in parts if isinstance(parts, list) else ():
            self._font(self._file.resolved(part))

    def _unpacked(self, value: Value) -> bytes:
        """A stream's data; empty for anything else and where it is packed in a way that is not looked into."""
        stream = self._file.resolved(value)
        return self._file.unpacked(stream) or b"" if isinstance(stream, Stream) else b""

    def _new(self, found: object) -> bool:
        """Whether `found` is met for the first time; the file keeps what it has read, so it is the same object."""
        new = id(found) not in self._met
        self._met.add(id(found))
        return new
