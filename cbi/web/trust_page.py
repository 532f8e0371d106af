"""The page that walks a phone or computer through trusting a till's own authority, for printing."""

import io
from html import escape
from pathlib import Path
from typing import Any, cast

from cbi.messages.catalogue import RIGHT_TO_LEFT, text
from cbi.operators import owner_only
from cbi.web.certificate import PAGE, CertificateMade

FETCHED_AT = "/ca.crt"
STEPS = ("fetch", "compare", "android", "iphone", "windows", "mac", "open")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#14201d}svg{width:12rem;height:12rem}code{font-size:1.05rem;overflow-wrap:anywhere}"
    "li{margin:.6rem 0}"
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
    address = address_of(made, port)

    def say(key: str) -> str:
        return escape(text(f"serve-certificate.{key}", language, address=address,
                           fetched=address + FETCHED_AT, until=made.until.date().isoformat()))

    side = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    steps = "".join(f"<li>{say(f'page-{one}')}</li>" for one in STEPS)
    return (
        f'<!doctype html><html lang="{language}" dir="{side}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{say('page-title')}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{say('page-title')}</h1><p>{say('page-what')}</p>"
        f"<p>{_square(address + FETCHED_AT)}<br><code>{escape(address + FETCHED_AT)}</code></p>"
        f"<p>{say('page-fingerprint')}<br><code>{made.fingerprint}</code></p>"
        f"<ol>{steps}</ol><p>{say('page-ends')}</p></main></body></html>\n"
    )


def _square(link: str) -> str:
    from qrcode.image.svg import SvgPathImage
    from qrcode.main import QRCode

    drawn, code = io.BytesIO(), cast(Any, QRCode())
    code.add_data(link)
    code.make_image(image_factory=SvgPathImage).save(drawn)
    found = drawn.getvalue().decode()
    return found[found.index("<svg"):].replace("<svg", '<svg role="img" aria-label="QR"', 1)
