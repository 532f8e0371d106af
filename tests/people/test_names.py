"""Names across scripts: one skeleton for every spelling, other names kept apart."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cbi.people.names import fold, readings, script_of, skeletons, words
from cbi.people.names.aligning import align
from cbi.people.names.common import known_rarity
from cbi.people.names.comparing import compare

ONE_NAME = """
احمدزی Ахмадзай Ahmadzai Ahmadzay Ahmedzai
محمد Мухаммад Мохаммед Mohammad Muhammed Mohamed
عبدالرحمن Абдурахман Абдулрахман Abdulrahman Abdurrahman Abdurahman Abdorrahman
نور Нур Noor Nur Nour
حسین Хусейн Гусейн Hussein Husain Hossein Hussain
فاطمه فاطمة Фатима Fatima Fatemeh Fatimah
یوسف Юсуф Yousef Yusuf Youssef
شاه Шах Shah
انور Анвар Anwar Anvar
قاسم Касым Qasim Ghasem Kasim
نجم‌الدین Наджмуддин Najmuddin Najmudin
عبیدالله Обайдулла Obaidullah Ubaidulla
قربان Курбан Qurban Ghorban Kurban
خدیجه Хадиджа Khadija Khadijah
ضیا Зия Zia Ziya
رمضان Рамазан Ramazan Ramadan
عثمان Усман Osman Othman Usman
جواد Джавад Jawad Javad
ذبیح‌الله Забихулла Zabihullah
اسحاق Исхак Ishaq Eshaq
مصطفی Мустафа Mostafa Mustafa
چمن Чаман Chaman
ژاله Жала Zhala Jala
گلبدین Гульбуддин Gulbuddin
صالح Салех Saleh Salih
عوض Аваз Awaz Avaz
بهټی Bhatti
""".strip().splitlines()

OTHER_NAMES = [
    ("hasan", "husain"), ("حسن", "حسین"), ("хасан", "хусейн"), ("mahmud", "muhammad"),
    ("abdullah", "najibullah"), ("amir", "omar"), ("karim", "rahim"),
    ("زهرا", "مریم"), ("ali", "wali"), ("said", "majid"),
]


@pytest.mark.parametrize("line", ONE_NAME[:-1])
def test_every_spelling_of_a_name_shares_a_skeleton(line: str) -> None:
    first, *others = line.split()
    for other in others:
        assert set(skeletons(first)) & set(skeletons(other)), (first, other)


@pytest.mark.parametrize("line", ONE_NAME[:-1])
def test_every_spelling_of_a_name_is_found_alike(line: str) -> None:
    spellings = [fold(word) for word in line.split()]
    for one in spellings:
        for other in spellings:
            assert compare(one, other) is not None, (one, other)


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_other_names_are_kept_apart(one: str, other: str) -> None:
    found = compare(one, other)
    assert found is None or min(map(known_rarity, found.skeletons)) - found.loss < 3, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Abdul Rahman Khan", ("abdulrahman", "khan")),
        ("Abd al-Rahman", ("abdrahman",)),
        ("Habib ur Rahman", ("habib", "rahman")),
        ("Habiburrahman", ("habib", "rahman")),
        ("Habib-ur-Rahman", ("habib", "rahman")),
        ("Shafiqul Islam", ("shafiq", "islam")),
        ("Rasul Amin", ("rasul", "amin")),
        ("حبیب الرحمن", ("حبیب", "الرحمن")),
        ("نعمت الله", ("نعمتالله",)),
        ("Najm ud Din", ("najmdin",)),
        ("Ahmad Zai", ("ahmadzai",)),
        ("احمد زی", ("احمدزی",)),
        ("Abu Bakr", ("abubakr",)),
        ("Bashar al-Assad", ("bashar", "assad")),
        ("Karim s/o Nazar", ("karim", "nazar")),
        ("Ahmad ibn Karim", ("ahmad", "karim")),
        ("Haji Murad", ("murad",)),
        ("Mohd. Yusuf", ("mohammad", "yusuf")),
        ("Mohammad-Reza", ("mohammad", "reza")),
        ("O‘ktam", ("oktam",)),
        ("Bin", ("bin",)),
        ("", ()),
        ("123 --", ()),
    ],
)
def test_what_belongs_together_is_one_word_and_what_says_nothing_falls_away(
    text: str, expected: tuple[str, ...],
) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("patronymic", "father"),
    [("Ахмадович", "احمد"), ("Ахметұлы", "Ahmet"), ("Рахимовна", "rahim"),
     ("Каримқызы", "karim"), ("Akhmadovich", "akhmad")],
)
def test_a_patronymic_is_the_fathers_name(patronymic: str, father: str) -> None:
    assert set(skeletons(patronymic)) & set(skeletons(father))


@pytest.mark.parametrize(
    ("text", "script"),
    [("Ahmad", "Latn"), ("Ахмад", "Cyrl"), ("احمد", "Arab"), ("Әлия", "Cyrl"), ("ښکلا", "Arab"),
     ("Ahmad احمد حسین", "Arab"), ("Şirin", "Latn"), ("123", "Zyyy"), ("", "Zyyy"),
     ("გიორგი", "Zyyy")],
)
def test_the_script_is_the_one_most_letters_are_in(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("one", "other"),
    [("علي", "علی"), ("كريم", "کریم"), ("أحمد", "احمد"), ("ＡＨＭＡＤ", "ahmad"),
     ("نعمت‌الله", "نعمتالله"), ("José", "jose"), ("Ёлка", "елка"), ("محمّد", "محمد")],
)
def test_letters_that_keyboards_mix_up_are_one(one: str, other: str) -> None:
    assert fold(one) == other


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        ("pol pot", "polpot", "written"), ("mohammad reza", "mohamadreza", "sounds"),
        ("محمدرضا", "mohammad reza", "sounds"), ("ronaldo", "ronaldinho", "ending"),
        ("karimi", "karimov", "ending"), ("m karimi", "mohammad karimi", "initial"),
        ("rahimi", "rahimmi", "sounds"), ("stanikzai", "stanikzti", "near"),
    ],
)
def test_joined_words_endings_initials_and_slips_pair(ours: str, theirs: str, level: str) -> None:
    pairings = align(ours.split(), theirs.split(), known_rarity)
    assert level in {pairing.likeness.level for pairing in pairings}
    used = {place for pairing in pairings for place in pairing.ours}
    assert used == set(range(len(ours.split())))


def test_readings_are_few() -> None:
    for word in ("ذوالفقارووووظضذث", "thdhzhghchthdh", "г" * 12, "قوقوقوقو"):
        assert 0 < len(readings(word)) <= 8
        assert 0 < len(skeletons(word)) <= 4


LETTERS = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Lm", "Mn", "Zs", "Pd", "Cf"), max_codepoint=0x6FF),
    max_size=24,
)


@given(LETTERS)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(LETTERS)
@example("\u0640")  # a stroke that lengthens letters, and none of them
def test_words_of_words_are_the_same_words(text: str) -> None:
    told = words(text)
    assert all(word and fold(word) == word for word in told)


@given(LETTERS)
def test_any_name_matches_itself(text: str) -> None:
    told = words(text)
    for word in told:
        assert skeletons(word) == skeletons(word.upper()) or fold(word.upper()) != word
        if skeletons(word):
            found = compare(word, word)
            assert found
            assert found.level == "written"


@given(LETTERS, LETTERS)
def test_comparing_does_not_care_who_comes_first(one: str, other: str) -> None:
    for mine in words(one):
        for yours in words(other):
            assert compare(mine, yours) == compare(yours, mine)


@given(st.lists(st.sampled_from(" ".join(ONE_NAME).split()), min_size=1, max_size=4),
       st.lists(st.sampled_from(" ".join(ONE_NAME).split()), min_size=1, max_size=4))
def test_aligning_uses_no_word_twice_and_weighs_both_ways_alike(
    ours: list[str], theirs: list[str],
) -> None:
    mine, yours = [fold(word) for word in ours], [fold(word) for word in theirs]
    there = align(mine, yours, known_rarity)
    back = align(yours, mine, known_rarity)
    places = [place for pairing in there for place in pairing.ours]
    assert len(places) == len(set(places))
    assert sum(p.bits for p in there) == pytest.approx(sum(p.bits for p in back))


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Mohammadreza", ["mohammad", "reza"]), ("محمدکاظم", ["محمد", "کاظم"]),
        ("سیدمهدی", ["سید", "مهدی"]), ("Мухаммадали", ["мухаммад", "али"]),
        ("Saidmurad", ["said", "murad"]), ("Mohammadzai", ["mohammadzai"]),
        ("محمدیان", ["محمدیان"]), ("Saidov", ["saidov"]), ("Сайдулла", ["сайдулла"]),
        ("محمدالله", ["محمدالله"]), ("Saidani", ["saidani"]),
    ],
)
def test_a_first_name_written_onto_the_next_is_a_word_of_its_own(
    written: str, parts: list[str],
) -> None:
    assert list(words(written)) == parts
