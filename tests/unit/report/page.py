"""An HTML page read with the standard library's parser, for tests that ask about its structure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

OPTIONAL_ENDS = {"tr", "td", "th", "thead", "tbody"}
EMPTY = {"meta", "br", "link", "img", "input", "hr"}


@dataclass
class Tag:
    """A start tag with its attributes."""

    name: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """Tags in order, text, the style, and complaints about tags that do not match."""

    tags: list[Tag] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    style: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag; close nothing: optional end tags are allowed for."""
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY | OPTIONAL_ENDS:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that ends itself."""
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost open tag is closed."""
        if tag in OPTIONAL_ENDS:
            return
        if not self._open or self._open.pop() != tag:
            self.complaints.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        """Remember text, the style apart."""
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)

    @property
    def words(self) -> str:
        """All text with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.text))

    def all(self, *names: str) -> list[Tag]:
        """Tags of some names."""
        return [tag for tag in self.tags if tag.name in names]


def read(html: str) -> Page:
    """Parse a page to its end."""
    page = Page()
    page.feed(html)
    page.close()
    page.complaints += [f"<{name}> is never closed" for name in page._open]
    return page
