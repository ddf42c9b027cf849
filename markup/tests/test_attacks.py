"""Content that means harm: cases 1 to 3 of the security page, and what else comes to mind."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markup import MarkupError, excerpt, mentions, render, render_plain
from markup.sanitizer import sanitize

from . import allowed, dom

pytestmark = pytest.mark.one_database

SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#9;script:alert(1)",
    "java&#x0A;script:alert(1)", "JaVa\tscript:alert(1)", "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)", "%6Aavascript:alert(1)", "\x01javascript:alert(1)",
    "\\javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "data:image/png;base64,AAAA", "vbscript:msgbox(1)", "file:///etc/passwd", "ftp://evil.example",
    "blob:https://evil.example/x", "feed:javascript:alert(1)", "view-source:x", "tel:1", "x:",
    "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
    "&#47;/evil.example", "/\t/evil.example", "/&#9;/evil.example", "/&#13;/evil.example",
    "/&NewLine;/evil.example",
    "https:evil.example", "http:/evil.example", "https:///evil.example", "https:\\\\evil.example",
    "https://\\evil.example", "http://?", "evil.example", "?next=//evil.example", "#x", "../x", "",
]  # fmt: skip

FORMS = [
    "[x]({})", "[x](<{}>)", '[x]({} "title")', "![x]({})", "<{}>", "{}", "[x][1]\n\n[1]: {}",
    "[x][1]\n\n[1]: <{}>", "[{}]({})", "[![x]({})]({})", "**[x]({})**", "# [x]({})",
    "|[x]({})|\n|-|",
]  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
def test_only_http_https_mailto_and_our_own_paths_are_linked(scheme: str) -> None:
    for form in FORMS:
        html = render(form.replace("{}", scheme))
        allowed.check(html)
        assert all("alert(1)" not in address for address in dom.addresses(html))


RAW = [
    "<svg onload=alert(1)>", "<svg/onload=alert(1)>x</svg>", "<iframe src=//evil.example></iframe>",
    "<form action=//evil.example><input name=password><button>", "<base href=//evil.example>",
    "<style>body{display:none}</style>", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<link rel=stylesheet href=//evil>",
    "<object data=//evil.example>", "<embed src=//evil.example>", "<math><mtext><script>1</script>",
    "<template><script>1</script></template>", "<noscript><p title='</noscript><img src=x>'>",
    "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<script>1</script>]]>", "<?php x ?>",
    "<a href='javascript:1'>x</a>", "</p></div></article><h1>x", "<textarea></textarea><plaintext>",
    "<p style='position:fixed' id=x class=btn>x</p>", "<details open ontoggle=alert(1)>x</details>",
    "<dialog open>", "<video autoplay><source onerror=alert(1)>", "<x onclick=alert(1)>",
]  # fmt: skip


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("form", ["{}", "a {} b", "> {}", "- {}", "`{}`", "# {}", "[{}](/x)"])
def test_raw_html_is_shown_and_not_obeyed(raw: str, form: str) -> None:
    html = render(form.format(raw))
    allowed.check(html)
    # Not one of its elements came through: all of them are there to be read.
    assert dom.text(html).count("<") == raw.count("<")


@pytest.mark.parametrize(
    "source",
    [
        '![a" onerror=alert(1) "](x)',
        '![a" onerror=alert(1) "](https://example.org)',
        '[x](https://example.org "t\\" onmouseover=alert(1) x=\\"")',
        "[x](https://example.org 'a\"><img src=x onerror=alert(1)>')",
        '[x](https://example.org/"onclick="alert(1))',
        "https://example.org/'onclick='alert(1)",
        "https://example.org/\"onclick=alert(1)//",
        "```\" onclick=alert(1)\nx\n```",
        "```<img/src=x/onerror=alert(1)>\nx\n```",
        '|x|\n|:-"onclick=alert(1)|',
        '1" onclick=alert(1). x',
        'u/bob"onclick=alert(1)',
    ],
)  # fmt: skip
def test_no_attribute_can_be_smuggled_in(source: str) -> None:
    allowed.check(render(source))


def test_the_second_wall_stands_without_the_first() -> None:
    for raw, scheme in itertools.product(RAW, ("javascript:1", "//evil.example", "/\\evil", "x")):
        html = sanitize(f'{raw}<a href="{scheme}" rel="opener" onclick="x" class="btn">x</a>')
        for element in dom.elements(html):
            assert element.tag in allowed.TAGS
            assert element.attributes.keys() <= allowed.ATTRIBUTES.get(element.tag, set())
            assert "href" not in element.attributes
            assert "rel" not in element.attributes


@pytest.mark.parametrize(
    "character",
    [*map(chr, range(9)), *map(chr, range(0xB, 0x20)), *map(chr, range(0x7F, 0xA0)),
     *map(chr, (0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0xFFFF)), *map(chr, range(0x202A, 0x202F)),
     *map(chr, range(0x2066, 0x206A))],
)  # fmt: skip
def test_invisible_controls_reach_no_page_typed_or_as_an_entity(character: str) -> None:
    for typed in (character, f"&#{ord(character)};", f"&#x{ord(character):x};"):
        source = f"a{typed}b *c{typed}d* `e{typed}f`"
        for result in (render(source), excerpt(source), render(f"a{typed}b"), excerpt(typed)):
            assert character not in result.replace("&#", "")
            result.encode()
        assert character not in render_plain(source)


def test_a_host_in_disguise_is_shown_as_it_is_called() -> None:
    html = render("<http://xn--80ak6aa92e.com/%E2%80%AE>")
    assert dom.text(html) == "http://xn--80ak6aa92e.com/%E2%80%AE"


PIECES = [
    "[", "]", "(", ")", "](", "![", "<", ">", "</", "<a href=", "'", '"', "javascript:", "data:",
    "vbscript:", "https://", "http://", "www.", "//", "/", "\\", "/u/", "u/bob", "b/cats",
    "mailto:",
    "&", "&#", "&#x", ";", "&colon;", "&Tab;", "&lt;", "*", "**", "_", "~~", "`", "```", "|", "|-|",
    "\n", "\n\n", "    ", "> ", "- ", "1. ", "# ", "onerror=", "=", " ", "a", "é", "9", ":", "@",
    "x.y", "\t", "\x00", "\ud800", "\u202e", "<script>", "<!--", "-->", "<svg onload=alert(1)>",
    "[1]: ", "[1]", "style=", "%", "%0a", "\u2028",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_whatever_is_written_only_what_is_allowed_is_shown(source: str) -> None:
    for result in (render_plain(source), excerpt(source)):
        result.encode()
    try:
        html = render(source)
    except MarkupError:
        return
    html.encode()
    allowed.check(html)
    assert all(f"/u/{name}/" in html for name in mentions(source))
