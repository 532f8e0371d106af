"""One voucher's square by itself: as PNG, as SVG, or for a terminal."""

from collections.abc import Sequence
from io import BytesIO

QUIET = 4
"""Modules of white around a square, as its standard wants."""

Square = Sequence[Sequence[bool]]


def square_svg(square: Square) -> bytes:
    """The square as an SVG image, a module one unit."""
    side = len(square) + 2 * QUIET
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, line in enumerate(square) for column, dark in enumerate(line) if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{path}"/></svg>\n'
    ).encode()


def square_png(square: Square, scale: int = 16) -> bytes:
    """The square as a PNG image in black and white, a module `scale` pixels."""
    from PIL import Image

    side = len(square) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for row, line in enumerate(square):
        for column, dark in enumerate(line):
            if dark:
                picture.putpixel((column + QUIET, row + QUIET), 0)
    made = BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(made, "PNG")
    return made.getvalue()


def square_lines(square: Square) -> list[str]:
    """The square for a terminal, two rows of modules a line; what is drawn is the light of it."""
    side = len(square) + 2 * QUIET
    light = [[True] * side for _ in range(side + side % 2)]
    for row, line in enumerate(square):
        for column, dark in enumerate(line):
            light[row + QUIET][column + QUIET] = not dark
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return [
        "".join(blocks[pair] for pair in zip(light[row], light[row + 1], strict=True))
        for row in range(0, len(light), 2)
    ]
