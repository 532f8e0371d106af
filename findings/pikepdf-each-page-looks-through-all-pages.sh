#!/usr/bin/env bash
# pikepdf 10.18.0 takes time with the square of the pages when pages are put into a file one after another.
# Seen: four times as many pages take fifteen times as long with pages.append, and so they do with
# pages.extend, which is given all of them at once; with the pages put into the tree of the file by hand
# (Kids and Count), four times. Each addition looks through all pages that are there. Its documentation shows
# append and extend as the way to put files together. One expects time that grows with the pages: the
# vouchers of a camp are one file of ten thousand pages, whose last thousand cost more than the first four.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pikepdf==10.18.0
venv/bin/python - <<'PYTHON' || { echo "pikepdf-each-page-looks-through-all-pages: not as described any more"; exit 1; }
import time

import pikepdf


def append(out, page, count):
    for _ in range(count):
        out.pages.append(page)


def extend(out, page, count):
    out.pages.extend([page] * count)


def tree(out, page, count):
    drawn = out.copy_foreign(page.obj)
    kids = []
    for _ in range(count):
        kid = out.make_indirect(pikepdf.Dictionary(drawn))
        kid.Parent = out.Root.Pages
        kids.append(kid)
    out.Root.Pages.Kids, out.Root.Pages.Count = pikepdf.Array(kids), count


def cost(way, count):
    """The least CPU time of three runs, which other work on the machine disturbs least."""
    source = pikepdf.new()
    source.add_blank_page(page_size=(200, 200))
    runs = []
    for _ in range(3):
        out = pikepdf.new()
        begun = time.process_time()
        way(out, source.pages[0], count)
        runs.append(time.process_time() - begun)
        assert len(out.pages) == count
    return min(runs)


growth = {way.__name__: cost(way, 6000) / cost(way, 1500) for way in (append, extend, tree)}
print(growth)
assert growth["append"] > 1.8 * growth["tree"] and growth["extend"] > 1.8 * growth["tree"]
assert growth["append"] > 8 and growth["extend"] > 8
PYTHON
