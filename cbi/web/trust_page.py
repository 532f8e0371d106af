"""The page that walks a phone or computer through trusting a till's own authority, for printing: in
every language of a till, each on a sheet of its own.
"""

import io
from html import escape
from pathlib import Path
from typing import Any, cast

from cbi.messages.catalogue import LANGUAGES, RIGHT_TO_LEFT, text
from cbi.messages.figures import date_words
from cbi.operators import owner_only
from cbi.web.certificate import PAGE, CertificateMade

FETCHED_AT = "/ca.crt"
STEPS = ("fetch", "compare", "android", "iphone", "windows", "mac", "open")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#14201d}svg{width:12rem;height:12rem}code{font-size:1.05rem;overflow-wrap:anywhere}"
    "li{margin:.6rem 0}section+section{break-before:page;border-top:1px solid #9aa9a5;"
    "margin-top:2rem}@media print{nav{display:none}section+section{border:0;margin:0}}"
)


def write_trust_page(made: CertificateMade, port: int, language: str) -> Path:
    """Write the page beside the certificate; returns where it stands."""
    path = made.chain.with_name(PAGE)
    owner_only.write_over(path, _page(made, port, language).encode())
    return path


def address_of(made: CertificateMade, port: int) -> str:
    """Where the till is opened: its first name."""
    name = f"[{made.names[0]}]" if ":" in made.names[0] else made.names[0]
    return f"https://{name}" if port == 443 else f"https://{name}:{port}"


def _page(made: CertificateMade, port: int, language: str) -> str:
    """The page: every language on a sheet of its own, the office's first."""
    spoken = [language, *(one for one in LANGUAGES if one != language)]
    links = " · ".join(
        f'<a href="#{one}" lang="{one}" dir="{_side(one)}">{_own_name(one)}</a>'
        for one in spoken[1:]
    )
    title = escape(text("trust-page.title", language))
    return (
        f'<!doctype html><html lang="{language}" dir="{_side(language)}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f"<nav><p>{escape(text('trust-page.languages', language))}: {links}</p></nav><main>"
        + "".join(_section(made, port, one) for one in spoken)
        + "</main></body></html>\n"
    )


def _section(made: CertificateMade, port: int, language: str) -> str:
    """The whole of it in one language."""
    address = address_of(made, port)
    fetched = address + FETCHED_AT
    facts = {"address": address, "fetched": fetched}
    if language in RIGHT_TO_LEFT:
        facts = {name: f"\u2066{fact}\u2069" for name, fact in facts.items()}
    facts["until"] = date_words(made.until.date().isoformat(), language)

    def say(key: str) -> str:
        return escape(text(f"trust-page.{key}", language, **facts))

    steps = "".join(f"<li>{say(one)}</li>" for one in STEPS)
    return (
        f'<section id="{language}" lang="{language}" dir="{_side(language)}">'
        f"<h1>{say('title')}</h1><p>{say('what')}</p>"
        f'<p>{_square(fetched)}<br><code dir="ltr">{escape(fetched)}</code></p>'
        f'<p>{say("fingerprint")}<br><code dir="ltr">{made.fingerprint}</code></p>'
        f"<ol>{steps}</ol><p>{say('ends')}</p></section>"
    )


def _side(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _own_name(language: str) -> str:
    return escape(text(f"voucher.language-{language}", language))


def _square(link: str) -> str:
    from qrcode.image.svg import SvgPathImage
    from qrcode.main import QRCode

    drawn, code = io.BytesIO(), cast(Any, QRCode())
    code.add_data(link)
    code.make_image(image_factory=SvgPathImage).save(drawn)
    found = drawn.getvalue().decode()
    drawing = found[found.index("<svg"):].replace("<svg", '<svg role="img" aria-label="QR"', 1)
    return drawing.replace(' id="qr-path"', "")  # the page has it once a language
