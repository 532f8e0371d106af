"""Texts in old code pages: the page is the one in which their words are words."""

import pytest

from cbi.files.encodings import code_page

TEXTS = [
    ("cp1251", "ФИО;Пол;Город\nИбрагимов Фарид;м;Алматы"),
    ("cp1251", "Прізвище;Ім'я;Місто\nКоваленко;Юрій Її;Київ"),
    ("cp1251", "name;city\nOmid;«Алматы» №5 – дом"),
    ("cp1254", "Nom;Prénom;Sexe\nNdiaye;Aïssatou;F\nTraoré;Moïse;H"),
    ("cp1254", "Adı;Soyadı;Şehir\nMehmet;Yılmazer;Almatı\nAyşe;Çelikoğlu;Astana"),
    ("cp1256", "شماره,نام,جنس,شهر\n1,احمد,مرد,الماتي"),
    ("cp1256", "name,نام\nOmid,احمد"),
    ("cp866", "ФИО;Пол;Город\nИбрагимов Фарид;м;Алматы"),
]


@pytest.mark.parametrize(("page", "text"), TEXTS)
def test_a_text_is_read_in_the_code_page_it_was_written_in(page: str, text: str) -> None:
    assert code_page(text.encode(page)) == page


def test_what_tells_nothing_is_the_code_page_of_russian_windows() -> None:
    assert code_page(b"name,city\nOmid,Almaty\n") == "cp1251"
