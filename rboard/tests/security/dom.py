"""Pages as a browser would read them: a tree of elements, and what no page may hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}

# What the words of members may become: markup's own list, told again.
CONTENT_TAGS = set(
    """
    a blockquote br code del em h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul div
    """.split()
)
CONTENT_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "pre": {"tabindex"},
    "table": {"tabindex"},
}
FORBIDDEN_TAGS = set(
    """
    animate applet base embed foreignobject frame frameset iframe link-import marquee math noscript
    object portal set style template video audio
    """.split()
)
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "poster"}
OWN_ADDRESSES = {"src", "action", "formaction", "hx-get", "hx-post"}
# The site's own words in a meta element; htmx reads its settings there.
META_NAMES = {"viewport", "description", "color-scheme", "htmx-config", "robots"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def find(self, tag: str | None = None, **attributes: str) -> Iterator["Element"]:
        """Elements below with this tag and these attributes; a trailing _ in a name is dropped."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        for element in self.walk():
            if tag in {None, element.tag} and wanted.items() <= element.attributes.items():
                yield element

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def path(self) -> str:
        above = f"{self.parent.path} > " if self.parent else ""
        return above + self.tag


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("#document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        element = self.here
        while element.tag != tag and element.parent is not None:
            element = element.parent
        if element.parent is not None:
            self.here = element.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def scheme(address: str) -> str:
    """The scheme of an address as a browser reads it, in lower case; "" for a relative one."""
    address = re.sub(r"[\x00-\x20]", "", address.strip())
    match = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
    return match[1].lower() if match else ""


def problems(page: Element) -> list[str]:
    """What would run, lead astray or reshape the page, in words."""
    found: list[str] = []
    for element in page.walk():
        found += [f"{element.path}: {problem}" for problem in _problems_of(element)]
    for content in contents(page):
        found += [f"{content.path}: {problem}" for problem in _problems_in_content(content)]
    return found


def contents(page: Element) -> Iterator[Element]:
    """Where the words of members stand as HTML."""
    return (element for element in page.walk() if "text" in element.classes)


def _problems_of(element: Element) -> Iterator[str]:
    tag, attributes = element.tag, element.attributes
    if tag in FORBIDDEN_TAGS:
        yield f"<{tag}>"
    if tag == "script" and not attributes.get("src", "").startswith("/static/"):
        yield f"<script {attributes}>"
    if tag == "script" and element.text.strip():
        yield f"a script of its own: {element.text[:40]!r}"
    if tag == "meta" and ("http-equiv" in attributes or not _is_known_meta(attributes)):
        yield f"<meta {attributes}>"
    for name, value in attributes.items():
        if name.startswith("on") or name in {"style", "srcdoc", "ping", "autoplay"}:
            yield f"the attribute {name}={value!r}"
        if name in ADDRESSES and scheme(value) not in {"", "http", "https", "mailto"}:
            yield f"{name}={value!r}"
        if name in OWN_ADDRESSES and not re.match(r"(?![a-z]+:|[/\\]{2})", value):
            yield f"{name} leads elsewhere: {value!r}"


def _is_known_meta(attributes: dict[str, str]) -> bool:
    return (
        "charset" in attributes
        or attributes.get("name") in META_NAMES
        or attributes.get("property", "").startswith("og:")
    )


def _problems_in_content(content: Element) -> Iterator[str]:
    for element in content.walk():
        if "meta" in element.classes:  # whose words they are
            continue
        if element.tag not in CONTENT_TAGS:
            yield f"<{element.tag}> in a member's words"
        for name in element.attributes.keys() - CONTENT_ATTRIBUTES.get(element.tag, set()):
            yield f"<{element.tag} {name}={element.attributes[name]!r}> in a member's words"
