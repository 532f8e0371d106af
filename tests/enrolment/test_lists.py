"""Lists as they are: headings in five languages, in any row, with all that stands around them."""

from dataclasses import replace
from datetime import date

import pytest

from cbi.enrolment.headings.headings import match, meaning_of
from cbi.people.records.record import WrittenName
from tests.enrolment.lists import fields, people, problems, read, table
from tests.there import there

HEAD = ["Full name", "Sex", "Date of birth", "Phone", "City"]
ROW = ["Farid Ahmadzai", "M", "12.05.1990", "8 701 000 00 01", "Almaty"]
OTHER = ["Zahra Karimi", "F", "1992", "8 701 000 00 02", "Алматы"]


@pytest.mark.parametrize(
    ("headings", "wanted"),
    [
        ("Full name; Father's name; Sex; Date of birth; Phone number; Tazkira No.; City",
         "name father sex birth phone tazkira city"),
        ("ФИО; Имя отца; Пол; Дата рождения; Телефон; Тазкира; Город",
         "name father sex birth phone tazkira city"),
        ("Фамилия; Имя; Отчество; Пол (м/ж); Год рождения; Сотовый телефон; ИИН",
         "surname given father sex birth phone national-number"),
        ("Аты-жөні; Әкесінің аты; Жынысы; Туған күні; Ұялы телефон; ЖСН; Қала",
         "name father sex birth phone national-number city"),
        ("نام و تخلص; نام پدر; جنسیت; تاریخ تولد; شماره تماس; نمبر تذکره; شهر",
         "name father sex birth phone tazkira city"),
        ("نوم; د پلار نوم; جنسیت; د زېږېدو نېټه; د تلیفون شمېره; د تذکرې شمېره; ښار",
         "name father sex birth phone tazkira city"),
        ("full_name; father_name; gender; dob; phone_number; tazkira_number; city",
         "name father sex birth phone tazkira city"),
        ("Full nmae; Fathers nam; Gendr; Date of brith; Phone numbr; Tazkera no; Citty",
         "name father sex birth phone tazkira city"),
        ("ФИО бенифициара; Имя атца; Дата рожденя; Номер телефонa; Тазкира №; Гoрод; Возрастт",
         "name father birth phone tazkira city age"),
        ("What is your full name?; What is your phone number?; Gender of respondent; "
         "How old are you?; In which city do you live?; Name of interviewer; Nationality",
         "name phone sex age city - -"),
        ("Full name\nПолное имя; Sex / Пол; Телефон|Phone; Дата рождения (дд.мм.гггг); "
         "Household No.; Relation to head; Remarks",
         "name sex phone birth household relation notes"),
    ],
)
def test_headings_are_understood_in_every_language(headings: str, wanted: str) -> None:
    listed = headings.split("; ")
    found = fields(table(listed))
    assert [found.get(heading, "-") for heading in listed] == wanted.split()


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Full name (Latin)", "name-latin"), ("ФИО на русском", "name-cyrillic"),
        ("Имя на латинице", "given-latin"), ("Name in Dari", "name-arabic"),
        ("نام پدر (انگلیسی)", "father-latin"), ("member_2_age", "member-2.age"),
        ("Имя члена семьи 3", "member-3.given"), ("Child 1: Date of birth", "child-1.birth"),
        ("عضو ۲ نام", "member-2.name"), ("age in months", "age-months"),
        ("grp_personal/phone_number", "phone"), ("Town of birth", "-"), ("Date of arrival", "-"),
        ("location-address", "address"), ("personal-full_name", "name"), ("place-of-birth", "-"),
        ("mother/name", "-"), ("next_of_kin/phone", "-"), ("enumerator-name", "-"),
        ("Passport issue date", "-"), ("Дата выдачи паспорта", "-"), ("Есть ли телефон?", "-"),
        ("Surname, name, patronymic", "name"), ("№ документа", "document"),
        ("ولدیت", "father"), ("ولایت", "-"),
    ],
)
def test_a_heading_tells_script_and_member(heading: str, meaning: str) -> None:
    found = match(heading)
    assert (found.text if found else "-") == meaning
    if found:
        assert replace(meaning_of(found.text), score=found.score) == found


def test_a_heading_row_stands_below_a_preamble() -> None:
    listed = table(
        ["International aid", None, None], [], ["List of families, August 2022"],
        ["Prepared by: somebody", None, "20.08.2022"], [], ["", "Almaty office"], [],
        HEAD, ROW, OTHER,
    )
    assert [person.data.phones for person in people(read(listed))] == [
        ("+77010000001",), ("+77010000002",),
    ]


def test_a_heading_of_two_lines_is_read_together() -> None:
    listed = table(
        ["Person", None, "Documents", None, "Contact", None],
        ["Full name", "Sex", "Passport", "Tazkira", "Phone", "City"],
        ["Farid Ahmadzai", "M", "P0123456", "1401-0000-00001", "87010000001", "Almaty"],
        merges=[((0, 0), (0, 1)), ((0, 2), (0, 3)), ((0, 4), (0, 5))],
    )
    [person] = people(read(listed))
    assert [one.kind for one in person.data.documents] == ["passport", "tazkira"]
    split = table(
        ["Full name", "Date of", None, "Phone", "City"],
        [None, "birth", "consent", None, None],
        ["Farid Ahmadzai", "1990", "2022-08-01", "87010000001", "Almaty"],
        merges=[((0, 1), (0, 2)), ((0, 0), (1, 0)), ((0, 3), (1, 3)), ((0, 4), (1, 4))],
    )
    [person] = people(read(split))
    assert person.data.birth.date == "1990"


@pytest.mark.parametrize("line", ["Almaty", "г. Алматы", "Almaty city"])
def test_a_city_that_heads_rows_is_nobody(line: str) -> None:
    """Whoever gives everybody one city is told of the rows that stand under another's name."""
    found = read(table(["Full name", "Phone"], ["Farid Ahmadzai", "87010000001"], [line, None],
                       ["Sara Noori", "87010000002"], ["Astana Noori", None]))
    assert [one for one in problems(found) if one[2] != "city-missing"] == [(3, "A", "city-alone")]


def test_what_explains_and_what_sums_up_is_passed_over() -> None:
    listed = table(
        HEAD, ["#beneficiary+name", "#sex", "#date+birth", "#contact+phone", "#loc+name"],
        ["text", "M/F", "date", "number", "text"],
        ["e.g. Ahmad", "Example: M", "01.01.1990", "8700", "Almaty"],
        ["1", "2", "3", "4", "5"], ROW, HEAD, OTHER, ["Итого:", None, "2"], ["Total", 2.0],
    )
    taken = read(listed)
    assert len(people(taken)) == 2
    assert taken.unit_count == 2


@pytest.mark.parametrize("word", ["Total", "ИТОГО:", "Всего", "Барлығы", "مجموع", "ټول"])
def test_a_total_is_known_in_five_languages(word: str) -> None:
    assert len(people(read(table(HEAD, ROW, [word, None, None, None, 5.0])))) == 1


def test_rows_that_say_nothing_are_no_people() -> None:
    listed = table(
        ["No.", *HEAD], ["1", *ROW], ["2"], ["3", " ", "\u00a0"], ["4", *OTHER],
    )
    assert len(people(read(listed))) == 2


def test_names_are_kept_as_written_with_their_script() -> None:
    listed = table(
        ["Full name (Latin)", "ФИО", "نام", "نام پدر", "Имя отца", "City"],
        ["Farid Ahmadzai", "Фарид Ахмадзай", "فرید احمدزی", "کریم", "Карим", "Almaty"],
    )
    [person] = people(read(listed))
    assert person.data.names == (
        WrittenName("Farid Ahmadzai", "", "Latn"), WrittenName("Фарид Ахмадзай", "Карим", "Cyrl"),
        WrittenName("فرید احمدزی", "کریم", "Arab"),
    )


def test_a_name_in_parts_or_in_two_scripts_is_put_together() -> None:
    parts = table(["Фамилия", "Имя", "Отчество", "Город"], ["Ахмадзай", "Фарид", "Карим", "Алматы"])
    [person] = people(read(parts))
    assert person.data.names == (WrittenName("Фарид Ахмадзай", "Карим", "Cyrl"),)
    both = table(["Name", "City"], ["Farid Ahmadzai / فرید احمدزی", "Almaty"],
                 ["Zahra (زهرا)", "Almaty"], ["Ahmad (Jan)", "Almaty"])
    assert [[name.text for name in one.data.names] for one in people(read(both))] == [
        ["Farid Ahmadzai", "فرید احمدزی"], ["Zahra", "زهرا"], ["Ahmad (Jan)"],
    ]


def test_a_fathers_name_in_another_script_is_not_lost() -> None:
    listed = table(["Name", "Имя отца", "City"], ["Farid", "Карим", "Almaty"])
    assert people(read(listed))[0].data.names == (WrittenName("Farid", "Карим", "Latn"),)


def test_a_city_has_any_of_its_names_on_that_date() -> None:
    listed = table(["Name", "City"], ["A", "г. Алматы"], ["B", "нур султан"], ["C", "الماتی"])
    assert [person.city for person in people(read(listed))] == ["almaty", "astana", "almaty"]


def test_several_phones_and_documents_are_kept() -> None:
    listed = table(
        ["Name", "City", "Phone 1", "Phone 2", "Document type", "Document number"],
        ["A", "Almaty", "87010000001", "87010000002", "паспорт", "P0123456"],
        ["B", "Almaty", "87010000003", None, None, "1401-0000-00001"],
    )
    first, second = people(read(listed))
    assert first.data.phones == ("+77010000001", "+77010000002")
    assert [one.kind for one in first.data.documents] == ["passport"]
    assert [one.kind for one in second.data.documents] == ["tazkira"]


def test_ages_become_years_on_the_day_of_the_list() -> None:
    listed = table(["Name", "City", "Age", "Age in months"], ["A", "Almaty", 34.0, None],
                   ["B", "Almaty", None, "8"])
    assert [person.data.birth.date for person in people(read(listed))] == ["1988", "2021"]


def test_every_problem_of_a_row_is_told_with_its_cell() -> None:
    listed = table(
        [*HEAD, "IIN"],
        ["Farid 2", "x", "31.02.1990", "7.7E+10", "Paris", "061211600013"],
        [None, "F", "1990", None, "Almaty", None],
        ROW,
        first=8,
    )
    taken = read(listed)
    assert problems(taken) == [
        (9, "A", "name-has-digits"), (9, "C", "cell-date"), (9, "F", "national-check"),
        (9, "D", "cell-scientific"), (9, "B", "sex-unreadable"), (9, "E", "city-unknown"),
        (10, None, "name-missing"),
    ]
    assert len(taken.candidates) == 1
    told = taken.problems[0].describe("ru")
    assert told.startswith("Лист List, строка 9, столбец A: «Farid 2»")


def test_a_misspelt_city_is_not_guessed_but_suggested() -> None:
    taken = read(table(["Name", "City"], ["A", "Almatty"]))
    assert problems(taken) == [(2, "B", "city-unknown-near")]
    assert "almaty" in taken.problems[0].describe()


def test_a_column_whose_cells_are_something_else_is_not_believed() -> None:
    listed = table(
        ["Name", "Head of household", "City"], ["Zahra", "Farid Ahmadzai", "Almaty"],
        ["Laila", "Farid Ahmadzai", "Almaty"],
    )
    assert len(people(read(listed))) == 2


def test_consent_has_its_way_day_and_witness() -> None:
    listed = table(
        ["Name", "City", "Language", "Consent", "Consent date", "Consent text", "Consent witness"],
        ["A", "Almaty", "Pashto", "подпись", date(2022, 8, 1), "KZ22-1", "field1"],
        ["B", "Almaty", "Dari", "yes", None, None, None],
        ["C", "Almaty", "Dari", "нет", None, None, None],
        ["D", "Almaty", "Dari", "yes", None, None, "nobody"],
    )
    taken = read(listed)
    assert problems(taken) == [(5, "G", "witness-unknown")]
    said, heard, third = (one.person.consent for one in taken.candidates)
    first, second = there(said), there(heard)
    assert (first.way, first.date, first.version, first.witness, first.language) == (
        "signature", "2022-08-01", "KZ22-1", "field1", "ps",
    )
    assert (second.way, second.date, second.version) == ("spoken", "2022-08-20", "unstated")
    assert third is None


def test_an_iin_that_tells_otherwise_is_a_notice() -> None:
    listed = table(["Name", "City", "Sex", "Birth date", "IIN"],
                   ["A", "Almaty", "M", "1990-01-02", "900101300811"],
                   ["B", "Almaty", "F", "1990-01-01", "900101300811"])
    taken = read(listed)
    assert len(people(taken)) == 2
    assert [(one.row, one.code) for one in taken.notices] == [
        (2, "enrolment.national-other-birth"), (3, "enrolment.national-other-sex"),
    ]


def test_a_number_that_only_fills_the_field_is_no_value_and_told() -> None:
    listed = table(["Name", "City", "Phone", "Passport"],
                   ["A", "Almaty", "77777777777", "0000000"],
                   ["B", "Almaty", "8 701 555 01 42; 0000000", "N1234567"])
    taken = read(listed)
    first, second = people(taken)
    assert (first.data.phones, first.data.documents) == ((), ())
    assert (second.data.phones, len(second.data.documents)) == (("+77015550142",), 1)
    assert {(one.row, one.column, one.code) for one in taken.notices} == {
        (2, "C", "enrolment.number-only-fills"), (2, "D", "enrolment.number-only-fills"),
    }


def test_a_row_said_twice_is_one_person() -> None:
    taken = read(table(HEAD, ROW, OTHER, ROW))
    assert [one.repeats_row for one in taken.candidates] == [None, None, 2]
    assert [(one.row, one.code) for one in taken.notices] == [(4, "enrolment.row-repeated")]


def test_a_city_said_in_two_languages_is_one_city() -> None:
    taken = read(table(["Name", "City"], ["Zahra", "Almaty / الماتی"], ["Omid", "Almaty / Астана"]))
    assert [one.person.city for one in taken.candidates] == ["almaty"]
    assert problems(taken) == [(3, "B", "city-unknown")]


def test_a_household_in_one_row_has_the_lists_own_number() -> None:
    taken = read(table(
        ["HH ID", "City", "Head name", "Member 1 name", "Member 2 name"],
        ["A-1", "Almaty", "Rahmat", "Zahra", None], ["A-1", "Almaty", None, "Omid", "Laila"],
    ))
    assert {one.household for one in taken.candidates} == {"a1"}
