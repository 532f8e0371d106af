"""Kinds of two people whom somebody may take for one: relatives, namesakes, neighbours."""

from collections.abc import Callable

from cbi.people.records.record import Document
from tests.benchmarks.hard_draw import Draw, Pair

Kind = Callable[[Draw], Pair]


def brothers_of_two_names(d: Draw) -> Pair:
    """Ahmad Reza and Mohammad Reza: one father, phone and house, two years apart."""
    one, other, second, family, father = d.man(), d.man(), d.man(), d.family(), d.man()
    script, year = d.script(), d.year()
    shared = {"phone": d.phone(), "address": d.street(), "sex": "m"}
    return (
        d.who(d.text(one, second, family, script=script), d.text(father, script=script),
              born=year, **shared),
        d.who(d.text(other, second, family, script=script), d.text(father, script=script),
              born=year + d.dice.randint(1, 3), **shared),
    )


def brothers_ahmad_and_mohammad(d: Draw) -> Pair:
    """The two names that are written most alike."""
    second, family, father, year = d.man(), d.family(), d.man(), d.year()
    arab = d.dice.random() < 0.5
    one, other = ("احمد", "محمد") if arab else ("Ahmad", "Mohammad")
    script = "Arab" if arab else "Latn"
    last = d.text(second, family, script=script)
    shared = {"phone": d.phone(), "address": d.street()}
    return (
        d.who(f"{one} {last}", d.text(father, script=script), born=year, **shared),
        d.who(f"{other} {last}", d.text(father, script=script), born=year + 2, **shared),
    )


def twins_of_two_names(d: Draw) -> Pair:
    """Born on one day in one household, in Arabic script."""
    one, other, second, family, father = d.man(), d.man(), d.man(), d.family(), d.man()
    day, shared = d.day(d.year()), {"phone": d.phone(), "sex": "m", "home": "one"}
    return (
        d.who(d.text(one, second, family, script="Arab"), d.text(father, script="Arab"),
              born=day, **shared),
        d.who(d.text(other, second, family, script="Arab"), d.text(father, script="Arab"),
              born=day, **shared),
    )


def namesakes_decades_apart(d: Draw) -> Pair:
    """One rare name, born 1945 and 1999, of other fathers."""
    name, phone = (d.man(), d.man(), d.family()), d.phone()
    year, script = d.year(1930, 1960), d.script()
    return (
        d.who(d.text(*name, script=script), d.text(d.man(), script=script), born=year,
              phone=phone),
        d.who(d.text(*name, script=script), d.text(d.man(), script=script),
              born=year + d.dice.randint(20, 45), phone=phone),
    )


def mother_in_law_and_bride(d: Draw) -> Pair:
    """Of one name, house and phone, thirty years apart."""
    name, year = (d.woman(), d.family()), d.year(1940, 1965)
    shared = {"phone": d.phone(), "address": d.street(), "sex": "f"}
    return (
        d.who(d.text(*name), born=year, **shared),
        d.who(d.text(*name, other=True), born=year + d.dice.randint(22, 35), **shared),
    )


def days_decades_apart(d: Draw) -> Pair:
    """One name, father and phone; whole days of birth, some the same day of another year."""
    name, father, phone = (d.man(), d.man(), d.family()), d.man(), d.phone()
    day = d.day(d.year(1935, 1965))
    later = str(day.year + d.dice.randint(6, 34)) + (
        day.date[4:] if d.dice.random() < 0.5 else "-07-19"
    )
    return (
        d.who(d.text(*name), d.text(father), born=day, phone=phone),
        d.who(d.text(*name), d.text(father), born=later, phone=phone),
    )


def borrowed_document(d: Draw) -> Pair:
    """A young man shows the document of an old one of his name."""
    name, number, year = (d.man(), d.family()), d.tazkira(), d.year(1940, 1962)
    return (
        d.who(d.text(*name), d.text(d.man()), born=year, document=number),
        d.who(d.text(*name), d.text(d.man()), born=year + d.dice.choice((23, 26, 29, 34)),
              document=number),
    )


def patronymics_a_letter_or_two_apart(d: Draw) -> Pair:
    """Rustam Salimovich and Rustam Sabirovich, of one family and year."""
    men = ("Салимович Сабирович", "Каримович Рахимович", "Наимович Назимович",
           "Хакимович Хасанович", "Джамалович Камалович", "Маратович Муратович",
           "Азизович Азимович", "Расулович Расимович")
    one, other = d.dice.choice(men).split()
    name, family, end = d.man().Cyrl, d.family().Cyrl, ""
    if d.dice.random() < 0.4:
        one, other = one.replace("ович", "овна"), other.replace("ович", "овна")
        name = d.woman().Cyrl
    year, phone = d.year(), d.phone()
    return (
        d.who(f"{family}{end} {name} {one}", born=year, phone=phone),
        d.who(f"{family}{end} {name} {other}", born=year, phone=phone),
    )


def one_placeholder_for_a_document(d: Draw) -> Pair:
    """Strangers of one common name whose form wanted some number."""
    given, script = d.man(), d.script()
    number = d.dice.choice(
        ("0000000", "1111111", "123456789", "0000000000000", "9999999999", "1234567", "987654321")
    )
    paper = Document(d.dice.choice(("passport", "tazkira", "other")), number)
    return (
        d.who(d.text(given, d.family(), script=script), d.text(d.man(), script=script),
              born=d.year(), document=paper),
        d.who(d.text(given, d.family(), script=script), d.text(d.man(), script=script),
              born=d.year(), document=paper),
    )


def namesakes_in_a_hostel(d: Draw) -> Pair:
    """One common name, year and hostel; fathers not told."""
    name, year, script = (d.man(), d.family()), d.year(), d.script()
    return (
        d.who(d.text(*name, script=script), born=year, address="Almaty, Makatayev 3 hostel"),
        d.who(d.text(*name, script=script), born=year, address="Almaty, Makatayev 3 hostel",
              phone=d.phone()),
    )


def brother_and_sister_an_a_apart(d: Draw) -> Pair:
    """Farid and Farida of one house, sex not told."""
    names = ("Farid Farida", "Karim Karima", "Najib Najiba", "Latif Latifa", "فرید فریده",
             "نجیب نجیبه", "Фарид Фарида", "Hamid Hamida", "لطیف لطیفه", "Карим Карима")
    one, other = d.dice.choice(names).split()
    script = "Arab" if not one.isascii() and one[0] > "ӿ" else "Cyrl" if one > "А" else "Latn"
    family, father = d.text(d.family(), script=script), d.text(d.man(), script=script)
    year = d.year()
    shared = {"phone": d.phone(), "address": d.street()}
    return (
        d.who(f"{one} {family}", father, born=year, **shared),
        d.who(f"{other} {family}", father, born=year + d.dice.randint(0, 2), **shared),
    )


def sisters_a_last_letter_apart(d: Draw) -> Pair:
    """زهرا and زهره of one house, sex not told."""
    one, other = d.dice.choice(("زهرا زهره", "Zahra Zohra", "Захра Зухра", "زهرا زهره")).split()
    script = "Arab" if one[0] > "ӿ" else "Cyrl" if one > "А" else "Latn"
    family, father = d.text(d.family(), script=script), d.text(d.man(), script=script)
    year = d.year()
    shared = {"phone": d.phone(), "address": d.street()}
    return (
        d.who(f"{one} {family}", father, born=year, **shared),
        d.who(f"{other} {family}", father, born=year + d.dice.randint(1, 2), **shared),
    )


def brothers_one_name_more(d: Draw) -> Pair:
    """Mohammad Ali and Mohammad Ali Reza of one house."""
    first, second, third = d.man(), d.man(), d.man()
    script, year, father = d.script(), d.year(), d.man()
    shared = {"phone": d.phone(), "address": d.street()}
    return (
        d.who(d.text(first, second, script=script), d.text(father, script=script), born=year,
              **shared),
        d.who(d.text(first, second, third, script=script), d.text(father, script=script),
              born=year + d.dice.randint(1, 3), **shared),
    )


def siblings_whose_names_are_a_letter_apart(d: Draw) -> Pair:
    """Najibullah and Nasibullah: the part that all such names have makes them long."""
    one, other, sex = d.close()
    family, father, year = d.family(), d.man(), d.year()
    shared = {"phone": d.phone(), "address": d.street(), "sex": sex}
    return (
        d.who(f"{one} {d.text(family)}", d.text(father), born=year, **shared),
        d.who(f"{other} {d.text(family)}", d.text(father), born=year + d.dice.randint(0, 2),
              **shared),
    )


def namesakes_of_a_call_shop(d: Draw) -> Pair:
    """One name, a year apart, other fathers; the phone is the call shop's."""
    name, year = (d.man(), d.family()), d.year()
    return (
        d.who(d.text(*name), d.text(d.man()), born=year, phone="+77015550100", sex="m"),
        d.who(d.text(*name), d.text(d.man()), born=year + d.dice.randint(0, 1),
              phone="+77015550100", sex="m"),
    )


def one_placeholder_for_a_phone(d: Draw) -> Pair:
    """One given name and year, and the number that fills a form."""
    given, year = d.man(), d.year()
    phone = d.dice.choice(("+77777777777", "+77000000000", "+77011111111", "+70000000000"))
    return (
        d.who(d.text(given, d.family()), d.text(d.man()), born=year, phone=phone),
        d.who(d.text(given, d.family()), d.text(d.man()), born=year, phone=phone),
    )


def cousins_on_one_phone(d: Draw) -> Pair:
    """Both named for the grandfather, of other fathers, up to two years apart."""
    name, script, year, phone = (d.man(), d.family()), d.script(), d.year(), d.phone()
    return (
        d.who(d.text(*name, script=script), d.text(d.man(), script=script), born=year,
              phone=phone, sex="m"),
        d.who(d.text(*name, script=script), d.text(d.man(), script=script),
              born=year + d.dice.randint(0, 2), phone=phone, sex="m"),
    )


def father_and_son(d: Draw) -> Pair:
    """Karim son of Zalmai and Zalmai son of Karim, of one house."""
    one, other, family, year = d.man(), d.man(), d.family(), d.year(1940, 1970)
    shared = {"phone": d.phone(), "address": d.street(), "sex": "m"}
    return (
        d.who(d.text(one, family), d.text(other), born=year, **shared),
        d.who(d.text(other, family), d.text(one), born=year + d.dice.randint(19, 32), **shared),
    )


def uncle_and_nephew(d: Draw) -> Pair:
    """The whole name once more in the house, half a generation later."""
    name, year = (d.man(), d.man(), d.family()), d.year(1950, 1975)
    shared = {"phone": d.phone(), "address": d.street(), "sex": "m"}
    return (
        d.who(d.text(*name, script="Arab"), born=year, **shared),
        d.who(d.text(*name, script="Latn"), born=year + d.dice.randint(7, 16), **shared),
    )


def neighbours_of_one_name(d: Draw) -> Pair:
    """One street and year, another house, another father, other documents."""
    name, year, street = (d.man(), d.family()), d.year(), d.dice.randint(1, 90)
    return (
        d.who(d.text(*name), d.text(d.man()), born=year, document=d.tazkira(),
              address=f"Almaty, Abay {street}, 5", sex="m"),
        d.who(d.text(*name), d.text(d.man()), born=year, document=d.tazkira(),
              address=f"Almaty, Abay {street + 2}, 7", sex="m"),
    )


def documents_in_a_row(d: Draw) -> Pair:
    """Brothers of two names each whose documents were given out one after the other."""
    one, other, second, family, father = d.man(), d.man(), d.man(), d.family(), d.man()
    number, year = d.tazkira()[:-1], d.year()
    shared = {"phone": d.phone(), "sex": "m"}
    return (
        d.who(d.text(one, second, family), d.text(father), born=year, document=f"{number}3",
              **shared),
        d.who(d.text(other, second, family), d.text(father), born=year + 2,
              document=f"{number}4", **shared),
    )


def mother_and_daughter_by_initial(d: Draw) -> Pair:
    """`S. Karimi` of one house is anybody whose name begins so."""
    one, family, year = d.woman(), d.family(), d.year(1945, 1970)
    shared = {"phone": d.phone(), "address": d.street()}
    return (
        d.who(d.text(one, family), born=year, **shared),
        d.who(f"{d.text(one)[0]}. {d.text(family)}", born=year + d.dice.randint(17, 30), **shared),
    )


def guests_of_a_camp(d: Draw) -> Pair:
    """One name of other fathers at the camp's address and phone, a year or two apart."""
    name, year = (d.man(), d.family()), d.year()
    shared = {"phone": "+77015550199", "address": "Almaty, Raiymbek 212 camp"}
    return (
        d.who(d.text(*name, script="Cyrl"), d.text(d.man(), script="Cyrl"), born=year, **shared),
        d.who(d.text(*name, script="Arab"), d.text(d.man(), script="Arab"),
              born=year + d.dice.randint(0, 2), **shared),
    )


TUNED: tuple[Kind, ...] = (
    brothers_of_two_names, brothers_ahmad_and_mohammad, twins_of_two_names,
    namesakes_decades_apart, mother_in_law_and_bride, days_decades_apart, borrowed_document,
    patronymics_a_letter_or_two_apart, one_placeholder_for_a_document, namesakes_in_a_hostel,
    brother_and_sister_an_a_apart, sisters_a_last_letter_apart, brothers_one_name_more,
    siblings_whose_names_are_a_letter_apart,
)
HELD: tuple[Kind, ...] = (
    namesakes_of_a_call_shop, one_placeholder_for_a_phone, cousins_on_one_phone, father_and_son,
    uncle_and_nephew, neighbours_of_one_name, documents_in_a_row,
    mother_and_daughter_by_initial, guests_of_a_camp,
)
CROWDS: tuple[tuple[int, dict[str, str]], ...] = (
    (60, {"address": "Almaty, Makatayev 3 hostel"}), (40, {"phone": "+77015550100"}),
    (50, {"phone": "+77015550199", "address": "Almaty, Raiymbek 212 camp"}),
)
"""How many strangers share a phone or an address that some of these kinds have."""
