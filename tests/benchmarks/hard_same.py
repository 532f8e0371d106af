"""Kinds of one person written down twice by two offices who did not know of each other."""

from dataclasses import replace

from cbi.people.records.record import BirthDate, Document
from tests.benchmarks.hard_different import Kind
from tests.benchmarks.hard_draw import Draw, Pair


def joined_words(d: Draw) -> Pair:
    """Gul Agha and Gulagha, of one phone and year."""
    first, second = d.dice.choice((
        ("Gul", "Agha"), ("Shah", "Wali"), ("Gul", "Rahman"), ("Khan", "Mohammad"),
        ("Sher", "Alam"), ("Mir", "Ahmad"), ("Gul", "Zaman"), ("Jan", "Agha"),
    ))
    year, phone = d.year(), d.phone()
    family = f" {d.text(d.family())}" if d.dice.random() < 0.5 else ""
    return (
        d.who(f"{first} {second}{family}", born=year, phone=phone),
        d.who(f"{first}{second.lower()}{family}", born=year, phone=phone),
    )


def surname_added(d: Draw) -> Pair:
    """One phone and father; a surname and no birth on one side."""
    given, family, father, phone, script = d.man(), d.family(), d.man(), d.phone(), d.script()
    return (
        d.who(d.text(given, script=script), d.text(father, script=script), phone=phone,
              born=d.year()),
        d.who(d.text(given, family, script=script), d.text(father, script=script), phone=phone),
    )


def document_a_digit_off(d: Draw) -> Pair:
    """One digit of the tazkira is wrong; no birth on one side."""
    name, number, script = (d.man(), d.family()), d.tazkira(), d.script()
    return (
        d.who(d.text(*name, script=script), born=d.year(), document=number),
        d.who(d.text(*name, script=script, other=True), document=d.digit_off(number),
              phone=d.phone()),
    )


def _spelt(d: Draw, ways: tuple[str, ...]) -> Pair:
    """One name in two spellings, with one phone and year."""
    one, other = d.dice.sample(d.dice.choice(ways).split("|"), 2)
    year, phone = d.year(), d.phone()
    return d.who(one, born=year, phone=phone), d.who(other, born=year, phone=phone)


def khwaja(d: Draw) -> Pair:
    """Khwaja is said Khoja."""
    return _spelt(d, (
        "Khwaja Zarif|Khoja Zarif|خواجه ظریف|Ходжа Зариф", "Khwaja Mir|خواجه میر|Khoja Mir",
        "Nur Khwaja Safi|Noor Khoja Safi", "Khwaja Omid Sahak|Khoja Omid Sahak|خواجه امید سهاک",
    ))


def un_nisa(d: Draw) -> Pair:
    """زیب النساء and Zebunnisa."""
    return _spelt(d, (
        "زیب النساء|Zebunnisa|Zeb un Nisa|Zeb-un-Nisa|Зебуннисо",
        "مهرالنساء|Mehrunnisa|Mehr un Nisa|مهر النسا", "بدرالنساء|Badrunnisa|Badr un Nesa",
        "شمس النسا|Shamsunnisa|Shams un Nissa", "قمرالنساء|Qamarunnisa|Qamar un Nisa",
    ))


def joiner_after_heh(d: Draw) -> Pair:
    """سیده‌زهرا is two words."""
    return _spelt(d, (
        "سیده‌زهرا نوری|سیده زهرا نوری|Sayeda Zahra Noori",
        "خواجه‌نذیر صافی|خواجه نذیر صافی", "فاطمه‌زهرا کریمی|فاطمه زهرا کریمی",
        "سیده‌مریم اندړ|سیده مریم اندړ|Sayeda Maryam Andar",
    ))


def turkish_letters(d: Draw) -> Pair:
    """Celal is Jalal where c is said j."""
    return _spelt(d, (
        "Celal Ahmedzay|Jalal Ahmadzai|جلال احمدزی", "Recep Nuri|Rajab Noori|رجب نوری",
        "Necibullah Safi|Najibullah Safi|نجیب‌الله صافی", "Cevad Kerimi|Jawad Karimi|جواد کریمی",
        "Cemile Rahimi|Jamila Rahimi|جمیله رحیمی", "Macid Haşimi|Majid Hashimi|ماجد هاشمی",
    ))


def tajik_letters(d: Draw) -> Pair:
    """A final ҳ is said or not."""
    return _spelt(d, (
        "Абдуллоҳ Раҳимӣ|Абдулло Рахими|Abdullah Rahimi|عبدالله رحیمی",
        "Нуруллоҳ Каримӣ|Нурулло Карими|Nurullah Karimi", "Фарруҳ Сафӣ|Фаррух Сафи|Farrukh Safi",
        "Шоҳруҳ Нурӣ|Шохрух Нури|Shahrukh Noori", "Салоҳ Ҳайдарӣ|Салох Хайдари|Salah Haidari",
    ))


def sorani_letters(d: Draw) -> Pair:
    """Kurdish writes every e, as ە."""
    return _spelt(d, (
        "نەرمین ڕەحیمی|Nermin Rahimi|نرمین رحیمی", "ئەحمەد کەریمی|Ahmad Karimi|احمد کریمی",
        "محەمەد ئەمین|Mohammad Amin|محمد امین", "حەسەن نوری|Hasan Noori|حسن نوری",
        "ئەکبەر حەیدەری|Akbar Haidari|اکبر حیدری",
    ))


def short_forms(d: Draw) -> Pair:
    """Najib is Najibullah, Rahman is Abdul Rahman, Najm is Najmuddin."""
    one, other = d.dice.choice((
        "Najib Najibullah", "Rahman Abdulrahman", "Najm Najmuddin", "Hafiz Hafizullah",
        "Karim Abdulkarim", "Shams Shamsuddin", "نجیب نجیب‌الله", "کریم عبدالکریم",
        "Samad Abdulsamad", "Enayat Enayatullah", "صلاح صلاح‌الدین",
    )).split()
    script = "Arab" if one[0] > "ӿ" else "Latn"
    family, father = d.text(d.family(), script=script), d.text(d.man(), script=script)
    year, phone = d.year(), d.phone()
    return (
        d.who(f"{one} {family}", father, born=year, phone=phone),
        d.who(f"{other} {family}", born=year, phone=phone),
    )


def titles(d: Draw) -> Pair:
    """A mullah, a doctor, a master: titles are no names."""
    title = d.dice.choice(("Mullah", "Sheikh", "Ustad", "Qari", "Maulavi", "Haji", "Dr.", "Saheb"))
    name, father, year, phone = (d.man(), d.family()), d.man(), d.year(), d.phone()
    return (
        d.who(f"{title} {d.text(*name)}", d.text(father), born=year, phone=phone),
        d.who(d.text(*name, other=True), d.text(father), born=year, phone=phone),
    )


def another_script_by_year(d: Draw) -> Pair:
    """Arabic script and Latin, with father and year."""
    name, father, year = (d.man(), d.family()), d.man(), d.year()
    return (
        d.who(d.text(*name, script="Arab"), d.text(father, script="Arab"), born=year),
        d.who(d.text(*name, other=True), d.text(father, other=True), born=year, phone=d.phone()),
    )


def another_script_by_phone(d: Draw) -> Pair:
    """Arabic script and Cyrillic, with the phone; no birth on one side."""
    name, father, phone = (d.man(), d.family()), d.man(), d.phone()
    return (
        d.who(d.text(*name, script="Arab"), d.text(father, script="Arab"), born=d.year(),
              phone=phone),
        d.who(d.text(*name, script="Cyrl"), d.text(father, script="Cyrl"), phone=phone),
    )


def day_and_calendar(d: Draw) -> Pair:
    """The day read from another calendar, or swapped with the month."""
    name, father, year = (d.man(), d.family()), d.man(), d.year()
    day = f"{year}-{d.dice.randint(1, 6):02}-{d.dice.randint(7, 12):02}"
    other = BirthDate(day, f"{year}-{day[8:]}-{day[5:7]}")
    if d.dice.random() < 0.5:
        other = replace(other, date=f"{day[:8]}{int(day[8:]) + 1:02}", calendar="solar-hijri")
    return (
        d.who(d.text(*name), d.text(father), born=day),
        d.who(d.text(*name, other=True), d.text(father), born=other),
    )


def a_letter_wrong(d: Draw) -> Pair:
    """A slip in the given name; phone, father and year agree."""
    given, family, father, year, phone = d.man(), d.family(), d.man(), d.year(), d.phone()
    text = d.text(given)
    place = d.dice.randint(1, len(text) - 1)
    wrong = text[:place] + d.dice.choice("bdklmnrstz") + text[place + d.dice.randint(0, 1) :]
    return (
        d.who(f"{text} {d.text(family)}", d.text(father), born=year, phone=phone),
        d.who(f"{wrong} {d.text(family)}", d.text(father), born=year, phone=phone),
    )


def a_year_or_two_off(d: Draw) -> Pair:
    """Who does not know the year says it otherwise; phone and father agree."""
    name, father, year, phone = (d.man(), d.family()), d.man(), d.year(), d.phone()
    return (
        d.who(d.text(*name), d.text(father), born=year, phone=phone),
        d.who(d.text(*name, script="Arab"), d.text(father, script="Arab"),
              born=year + d.dice.choice((-2, -1, 1, 2)), phone=phone),
    )


def moved_with_a_new_phone(d: Draw) -> Pair:
    """Another phone and address; the whole day agrees, the father is left out."""
    name, day = (d.man(), d.family()), d.day(d.year())
    return (
        d.who(d.text(*name), d.text(d.man()), born=day, phone=d.phone(), address=d.street()),
        d.who(d.text(*name, other=True), born=day, phone=d.phone(), address=d.street()),
    )


def one_document_in_two_scripts(d: Draw) -> Pair:
    """The same document, the name in another script, its words turned round."""
    given, family, number = d.woman(), d.family(), d.tazkira()
    return (
        d.who(d.text(given, family, script="Cyrl"), born=d.year(), document=number, sex="f"),
        d.who(d.text(family, given, script="Arab"), document=number, sex="f"),
    )


def married(d: Draw) -> Pair:
    """Another surname; given name, father, whole day and phone agree."""
    given, father, day, phone = d.woman(), d.man(), d.day(d.year()), d.phone()
    return (
        d.who(d.text(given, d.family()), d.text(father), born=day, phone=phone, sex="f"),
        d.who(d.text(given, d.family()), d.text(father), born=day, phone=phone, sex="f"),
    )


def mohammad_dropped(d: Draw) -> Pair:
    """Mohammad Reza is called Reza; phone and year agree."""
    given, family, year, phone = d.man(), d.family(), d.year(), d.phone()
    return (
        d.who(f"Mohammad {d.text(given, family)}", born=year, phone=phone),
        d.who(d.text(given, family, other=True), born=year, phone=phone),
    )


def patronymic(d: Draw) -> Pair:
    """Каримович is who has Karim for a father; the phone agrees."""
    given, family, phone, year = d.man(), d.family(), d.phone(), d.year()
    father, told, said = d.dice.choice((
        ("کریم", "Каримович", "Karim"), ("سلیم", "Салимович", "Salim"),
        ("رحیم", "Рахимович", "Rahim"), ("احمد", "Ахмадович", "Ahmad"),
    ))
    return (
        d.who(f"{family.Cyrl} {given.Cyrl} {told}", born=year, phone=phone),
        d.dice.choice((
            d.who(d.text(given, family, script="Arab"), father, born=year, phone=phone),
            d.who(d.text(given, family), said, born=year, phone=phone),
        )),
    )


def new_years_day(d: Draw) -> Pair:
    """1 January stands for the year; phone and father agree."""
    name, father, year, phone = (d.man(), d.family()), d.man(), d.year(), d.phone()
    return (
        d.who(d.text(*name), d.text(father), born=f"{year}-01-01", phone=phone),
        d.who(d.text(*name, script="Cyrl"), d.text(father, script="Cyrl"), born=year, phone=phone),
    )


def by_initial(d: Draw) -> Pair:
    """An initial for the given name; phone, father and year agree."""
    given, family, father, year, phone = d.man(), d.family(), d.man(), d.year(), d.phone()
    return (
        d.who(d.text(given, family), d.text(father), born=year, phone=phone),
        d.who(f"{d.text(given)[0]}. {d.text(family)}", d.text(father), born=year, phone=phone),
    )


def age_guessed(d: Draw) -> Pair:
    """The age was guessed; document of another kind, phone, father agree."""
    name, father, year, phone = (d.man(), d.family()), d.man(), d.year(), d.phone()
    guess = BirthDate("about", str(year + d.dice.choice((-1, 0, 1))), "estimated")
    return (
        d.who(d.text(*name), d.text(father), born=d.day(year), phone=phone, document=d.tazkira()),
        d.who(d.text(*name, script="Arab"), d.text(father, script="Arab"), born=guess,
              phone=phone, document=Document("passport", f"P{d.dice.randint(10**6, 10**7)}")),
    )


TUNED: tuple[Kind, ...] = (
    joined_words, surname_added, document_a_digit_off, khwaja, un_nisa, joiner_after_heh,
    turkish_letters, tajik_letters, sorani_letters, short_forms, titles, another_script_by_year,
)
HELD: tuple[Kind, ...] = (
    another_script_by_phone, day_and_calendar, a_letter_wrong, a_year_or_two_off,
    moved_with_a_new_phone, one_document_in_two_scripts, married, mohammad_dropped, patronymic,
    new_years_day, by_initial, age_guessed,
)
