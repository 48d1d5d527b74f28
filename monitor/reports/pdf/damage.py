"""Whether what a PDF's text is made of is there, and as it was written.

PDFium repairs what it can and says nothing of it: it looks past checksums, makes up a lost table of objects
and leaves out what it cannot find. A viewer should; whoever takes facts from a file should not. So everything on
the way to the text is read a second time, strictly: the page tree, each page and what is written on it, its fonts,
their widths and their maps to Unicode. Pictures, links and the like may be damaged: no fact comes from them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.reports.pdf.fonts import Fonts
from monitor.reports.pdf.objects import PdfFile
from monitor.reports.pdf.syntax import Reference, Stream, damaged, name_of, no_near_miss

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.reports.pdf.syntax import Value

_DEPTH = 30  # of page trees, and of drawings in drawings
_INHERITED = ("Resources", "MediaBox", "Rotate")
_NAME = rb"/([^\0\s()<>\[\]{}/%]+)[\0\s]+"
_FONT_USED = re.compile(_NAME + rb"[-+.\d]+[\0\s]+Tf(?![A-Za-z])")
_DRAWING_USED = re.compile(_NAME + rb"Do(?![A-Za-z])")


def check(body: bytes, *, max_pages: int) -> int | None:
    """The number of pages of a whole file; None where it is encrypted, and cannot be looked into.

    Raises ParseError where it is damaged, has more than `max_pages` pages or unpacks to far too much.
    """
    file = PdfFile(body[body.index(b"%PDF-") :])
    if "Encrypt" in file.trailer:
        return None
    return _Check(file).pages(max_pages)


class _Check:
    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._fonts = Fonts(file)
        self._met: set[Reference] = set()  # what stands in the page tree
        self._drawn: set[int] = set()  # where the streams begin that are drawings in drawings
        self._written: set[int] = set()  # the same of what is written on pages

    def pages(self, max_pages: int) -> int:
        catalog = self._file.dictionary(self._file.trailer.get("Root"), "its catalogue")
        root = catalog.get("Pages")
        count = self._file.whole(self._file.dictionary(root, "its page tree").get("Count"))
        if count > max_pages:
            raise ParseError(f"a PDF of {count} pages: more than the {max_pages} a report may have")
        self._tree(root, None, dict.fromkeys(_INHERITED), _DEPTH, count)
        return count

    def _tree(self, node: Value, parent: Value, inherited: Mapping[str, Value], depth: int, left: int) -> int:
        """The number of pages at and below `node`, which may be at most `left`."""
        entries = self._file.dictionary(node, "a page")
        inherits = not entries.keys() >= {"Resources", "MediaBox"}
        if (
            not depth
            or not isinstance(node, Reference)
            or node in self._met
            or (inherits and entries.get("Parent") != parent)
        ):
            raise damaged("its page tree is garbled")
        self._met.add(node)
        inherited = {name: entries.get(name, inherited[name]) for name in _INHERITED}
        if "Kids" not in entries:
            if entries.get("Type", "Page") != "Page" or left < 1:
                raise damaged("its page tree is garbled")
            self._page(entries | inherited)
            return 1
        kids, count = self._file.resolved(entries["Kids"]), self._file.whole(entries.get("Count"))
        if entries.get("Type", "Pages") != "Pages" or not isinstance(kids, list) or count > left:
            raise damaged("its page tree is garbled")
        found = 0
        for kid in kids:
            found += self._tree(kid, node, inherited, depth - 1, count - found)
        if found != count:
            raise damaged(f"it has {found} pages and should have {count}")
        return found

    def _page(self, page: Mapping[str, Value]) -> None:
        no_near_miss(page)
        box, turn = self._file.resolved(page["MediaBox"]), self._file.resolved(page["Rotate"]) or 0.0
        if not isinstance(box, list) or len(box) != 4 or not isinstance(turn, float) or turn % 90:
            raise damaged("a page is garbled")
        contents = self._file.resolved(page.get("Contents"))
        if "Contents" in page and contents is None:
            raise damaged("a page's contents are missing")
        parts = contents if isinstance(contents, list) else [contents] if contents else []
        streams = [self._file.stream(part) for part in parts]
        if any(stream.entries.keys() & {"Type", "Subtype"} for stream in streams):
            raise damaged("a page's contents are none")
        if self._uses(streams, page["Resources"], _DEPTH):
            starts = {stream.start for stream in streams}
            if starts <= self._written:
                raise damaged("two pages say the same")
            self._written |= starts

    def _uses(self, streams: list[Stream], resources: Value, depth: int) -> bool:
        """Whether `streams` write anything; what they use is there."""
        data = b"\n".join(self._file.unpacked(stream) or b"" for stream in streams)
        fonts, drawings = _used(_FONT_USED, data), _used(_DRAWING_USED, data)
        if not fonts and not drawings:
            return False
        entries = self._file.dictionary(resources, "what a page uses")
        for font in self._named(entries.get("Font"), fonts):
            self._fonts.check(font)
        for drawing in self._named(entries.get("XObject"), drawings):
            stream = self._file.stream(drawing)
            kind = stream.entries.get("Subtype")
            if kind not in ("Form", "Image", "PS") or not depth:
                raise damaged("a drawing is garbled")
            if kind == "Form" and stream.start not in self._drawn:
                self._drawn.add(stream.start)
                self._uses([stream], stream.entries.get("Resources", resources), depth - 1)
        return bool(fonts)

    def _named(self, group: Value, names: set[str]) -> Iterator[Value]:
        """What `group` has under `names`."""
        if names:
            entries = self._file.dictionary(group, "what a page uses")
            for name in sorted(names):
                if name not in entries:
                    raise damaged("what a page uses is missing")
                yield entries[name]


def _used(pattern: re.Pattern[bytes], data: bytes) -> set[str]:
    return {name_of(name) for name in set(pattern.findall(data))}
