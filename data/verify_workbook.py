"""Names each cell of a cbi workbook changed since it was made: python verify_workbook.py BOOK KEY"""
import base64, collections, hashlib, json, pathlib, posixpath, re, sys, xml.etree.ElementTree, zipfile, zlib
sha, crc, number = lambda data: hashlib.sha256(data).digest(), lambda text: zlib.crc32(text.encode()), lambda text: f"{float(text):.14g}"
P = 2**255 - 19; D = -121665 * pow(121666, P - 2, P) % P          # RFC 8032, section 5.1
def add(a, b):
    (x, y), (z, w) = a, b; k = D * x * z * y * w % P
    return (x*w + z*y) * pow(1 + k, P - 2, P) % P, (y*w + x*z) * pow(1 - k, P - 2, P) % P
def times(n, p): return add(times(n >> 1, add(p, p)), p if n & 1 else (0, 1)) if n else (0, 1)
def point(data):
    y = int.from_bytes(data, "little"); sign, y = y >> 255, y % 2**255; square = (y*y - 1) * pow(D*y*y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P); x = x * pow(2, (P - 1) // 4, P) % P if (x*x - square) % P else x
    return P - x if x % 2 != sign else x, y
def signed(public, message, sign):
    h, base = int.from_bytes(hashlib.sha512(sign[:32] + public + message).digest(), "little"), point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return times(int.from_bytes(sign[32:], "little"), base) == add(point(sign[:32]), times(h, point(public)))
def cells(path, N="{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"):
    book = zipfile.ZipFile(path); names = book.namelist()
    def part(name): return xml.etree.ElementTree.fromstring(book.read(name)) if name in names else []
    def words(of): return "".join(t.text or "" for t in of.findall(N + "t") + of.findall(f"{N}r/{N}t"))
    strings = [words(one) for one in part("xl/sharedStrings.xml")]
    links = {one.get("Id"): one.get("Target") for one in part("xl/_rels/workbook.xml.rels")}
    for sheet in part("xl/workbook.xml").iter(N + "sheet"):
        for cell in part(posixpath.join("/xl", links[next(v for k, v in sheet.items() if k.endswith("}id"))])[1:]).iter(N + "c"):
            kind, value, formula = cell.get("t", "n"), cell.findtext(N + "v") or "", cell.find(N + "f")
            if kind in ("inlineStr", "s"): value = words(cell.find(N + "is")) if kind != "s" else strings[int(value)] if value else ""
            holds = "f" if formula is not None else "n" + number(value) if kind == "n" and value else "s" + value.replace("_x005F_", "_")
            if holds != "s": yield sheet.get("name"), *re.findall("[A-Z]+|[0-9]+", cell.get("r")), holds, getattr(formula, "text", ""), value
book, found, stale, seal, torn = {}, [], [], {}, []
for title, column, row, *cell in cells(sys.argv[1]): book.setdefault(title, {}).setdefault(row, {})[column] = cell
last, rows = book.popitem()
for row, cell in rows.items():
    seal[row] = {column: holds[1:] for column, (holds, *_) in cell.items()}
    good = {"A": "cbi seal 1"} if row == "1" else {"A": (text := seal[row].get("A", "")), "B": seal[row].get("B")}
    torn += [row] * (row != "1" and seal[row].get("B") != str(crc(text))); found += [f"{last}!{column}{row}" for column in seal[row] | good if seal[row].get(column) != good.get(column)]
try:
    whole = "".join(one["A"] for row, one in seal.items() if row != "1"); told = json.loads(zlib.decompress(base64.b64decode(whole)))
    text, _, line = told["checkpoint"].strip().rpartition("\n\n\u2014 "); size, root = text.split("\n")[1:3]
    public = (sys.argv[2] if "+" in sys.argv[2] else pathlib.Path(sys.argv[2]).read_text().strip()).split("+", 2)[2]
    assert signed(base64.b64decode(public)[1:], (text + "\n").encode(), base64.b64decode(line.split()[-1])[4:])
    head, places, at, end = bytes.fromhex(told["before"]), told["places"], told["index"], int(size) - 1
    for one in told["lines"]: head = sha(head + sha(json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()))
    head = sha(b"\0" + head)                                       # RFC 9162, section 2.1.3.2
    for step in map(base64.b64decode, told["path"]):
        left = at & 1 or at == end; head = sha(b"\1" + (step + head if left else head + step))
        while left and at and not at & 1: at, end = at >> 1, end >> 1
        at, end = at >> 1, end >> 1
    assert base64.b64encode(base64.b64decode(whole)).decode() == whole and head == base64.b64decode(root) and sha(places.encode()).hex() == json.loads(told["lines"][0]["detail"])["places"]
except Exception: sys.exit("\n".join(dict.fromkeys(found + [f"{last}!A{row}" for row in torn])) or f"{last}: not sealed by this key")
for title, packed, sums, formulas in json.loads(places):
    want, rows, seen = base64.b64decode(packed), book.pop(title, {}), collections.Counter(); left, odd = collections.Counter(want[at : at + 4] for at in range(0, len(want), 4)), []
    for row, cell in rows.items():
        mark = sha("\x1e".join(column + holds for column, (holds, *_) in cell.items()).encode())[:4]
        odd, left[mark] = odd + [row] * (left[mark] < 1), left[mark] - 1
        for column, (holds, formula, value) in cell.items():
            seen[column], told = (seen[column] + crc(holds)) % 2**32, formulas.get(column + row, [0, ""])
            if holds == "f" and told[0] != crc(re.sub("[ $'=]", "", formula).upper()): found.append(f"{title}!{column}{row}")
            elif holds == "f" and value not in ("", told[1]) and not (told[1][:1].isdigit() and number(value) == number(told[1])): stale.append(f"{title}!{column}{row}")
    found += [f"{title}!{column}{row}" for row in odd for column in seen | sums if seen[column] != sums.get(column, 0)] + [f"{title}: a row is gone"] * (len(want) // 4 > len(rows))
found += [*book, *(f"{last}!B{row}" for row in torn)]; print("\n".join(found or stale) or f"as it was made, under seal {size} of {text.split()[0]}"); sys.exit(bool(found or stale))
