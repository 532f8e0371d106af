"""Invented names for hard pairs, each in Arabic script, Cyrillic and Latin, in two pools.

Rules are tuned on the first pool alone; the second is only looked at when they stand.
"""

import random
from typing import NamedTuple


class Name(NamedTuple):
    """One name as three scripts write it; Latin in the ways that offices do."""

    Arab: str
    Cyrl: str
    Latn: tuple[str, ...]


class Pool(NamedTuple):
    """Names of men and women, of families, compounds, and pairs of different names that look
    alike."""

    men: tuple[Name, ...]
    women: tuple[Name, ...]
    families: tuple[Name, ...]
    close: tuple[tuple[str, str, str], ...]
    """Two different names a letter apart, and whose: `m` or `f`."""


def _names(text: str) -> tuple[Name, ...]:
    rows = (line.split() for line in text.strip().splitlines())
    return tuple(Name(arab, cyrl, tuple(latn)) for arab, cyrl, *latn in rows)


def _close(text: str) -> tuple[tuple[str, str, str], ...]:
    rows = (line.split() for line in text.strip().splitlines())
    return tuple((one, other, sex) for one, other, sex in rows)


TUNED = Pool(
    men=_names("""
احمد Ахмад Ahmad Ahmed
محمد Мохаммад Mohammad Muhammad
رضا Реза Reza Raza
علی Али Ali Aly
فرید Фарид Farid Fareed
شیر Шер Sher Shir
کریم Карим Karim Kareem
نجیب Наджиб Najib Najeeb
ظریف Зариф Zarif Zareef
جواد Джавад Jawad Javad
عمر Омар Omar Umar
همایون Хумаюн Humayun Homayoun
فرهاد Фархад Farhad Farhaad
میرویس Мирвайс Mirwais Mirways
بصیر Басир Basir Baseer
یعقوب Якуб Yaqub Yaqoob
داود Дауд Dawood Daud
سلیم Салим Salim Saleem
حیدر Хайдар Haidar Haider
نادر Надир Nadir Nader
امید Омид Omid Omeed
پرویز Парвиз Parwiz Parviz
زمان Заман Zaman Zamaan
عارف Ареф Aref Arif
"""),
    women=_names("""
زهرا Захра Zahra Zahraa
فریده Фарида Farida Fareeda
مریم Марьям Maryam Mariam
پروین Парвин Parwin Parveen
شکیلا Шакила Shakila Shakeela
نسرین Насрин Nasrin Nasreen
تورپیکی Торпекай Torpekai Torpekay
لیلا Лайла Laila Layla
رقیه Рукия Ruqia Ruqiya
عاطفه Атифа Atifa Atefa
گلالی Гулалай Gulalai Gulalay
سمیرا Самира Samira Sameera
شهناز Шахназ Shahnaz Shahnaaz
فوزیه Фаузия Fawzia Fauzia
نورجهان Нурджахан Noorjahan Nurjahan
بریخنا Брешна Breshna Brekhna
"""),
    families=_names("""
کریمی Карими Karimi Kareemi
احمدزی Ахмадзай Ahmadzai Ahmadzay
ستانکزی Станикзай Stanikzai Stanekzai
پوپلزی Попалзай Popalzai Popalzay
رحیمی Рахими Rahimi Raheemi
نوری Нури Noori Nuri
صافی Сафи Safi Saafi
سهاک Сахак Sahak Sahaak
وردک Вардак Wardak Vardak
بارکزی Баракзай Barakzai Barekzai
هاشمی Хашими Hashimi Hashemi
یوسفی Юсуфи Yusufi Yousufi
اندړ Андар Andar Ander
خروټی Хароти Kharoti Kharooti
غفوری Гафури Ghafoori Ghafuri
حیدری Хайдари Haidari Haydari
"""),
    close=_close("""
Najibullah Nasibullah m
Asadullah Ahadullah m
Rahmatullah Rahimullah m
Abdulkarim Abdulrahim m
Abdulaziz Abdulhafiz m
Salahuddin Jalaluddin m
Zahra Zohra f
Nasima Nasira f
Hamida Hamira f
Latifa Lutfia f
"""),
)

HELD = Pool(
    men=_names("""
رستم Рустам Rustam Rostam
حامد Хамед Hamed Haamed
مهدی Махди Mahdi Mehdi
حسن Хасан Hasan Hassan
قاسم Касим Qasim Qasem
یونس Юнус Yunus Younus
بهرام Бахрам Bahram Bahraam
شفیق Шафик Shafiq Shafeeq
جمشید Джамшид Jamshid Jamsheed
توریالی Турьялай Toryalai Turyalai
صدیق Сиддик Sediq Siddiq
نقیب Накиб Naqib Naqeeb
میرزا Мирза Mirza Meerza
زلمی Залмай Zalmai Zalmay
غوث Гаус Ghaws Ghaus
طاهر Тахир Tahir Taher
شاکر Шакир Shakir Shaker
مراد Мурад Murad Moraad
ایوب Аюб Ayub Ayoub
فهیم Фахим Fahim Faheem
وحید Вахид Wahid Waheed
منیر Мунир Munir Moneer
بشیر Башир Bashir Basheer
جاوید Джавид Jawed Javid
"""),
    women=_names("""
حمیده Хамида Hamida Hameeda
رابعه Рабия Rabia Rabiya
زرمینه Зармина Zarmina Zarmeena
سکینه Сакина Sakina Sakeena
ملالی Малалай Malalai Malalay
نجیبه Наджиба Najiba Najeeba
شیما Шима Shima Sheema
معصومه Масума Masuma Masooma
تهمینه Тахмина Tahmina Tahmeena
هما Хума Huma Homa
ناهید Нахид Nahid Naheed
صدیقه Сиддика Sediqa Siddiqa
پلوشه Палваша Palwasha Palvasha
خاطره Хатира Khatera Khatira
عزیزه Азиза Aziza Azeeza
مینا Мина Mina Meena
"""),
    families=_names("""
نظری Назари Nazari Nazary
پوپل Попал Popal Popaal
ځدران Задран Zadran Zadraan
امینی Амини Amini Ameeni
کاکړ Какар Kakar Kaakar
شینواری Шинвари Shinwari Shinvari
میاخیل Миахел Miakhel Myakhel
اچکزی Ачакзай Achakzai Achekzai
عثمانی Усмани Usmani Osmani
لودین Лодин Lodin Lodeen
منگل Мангал Mangal Mangaal
سلطانی Султани Sultani Soltani
تره‌کی Тараки Taraki Tarakee
حکیمی Хакими Hakimi Hakeemi
فضلی Фазли Fazli Fazly
علیزاده Ализада Alizada Alizadeh
"""),
    close=_close("""
Hafizullah Hamidullah m
Samiullah Shamiullah m
Nematullah Hekmatullah m
Abdulqadir Abdulnasir m
Abdulwali Abdulali m
Shamsuddin Najmuddin m
Jamila Jamala f
Karima Karishma f
Saliha Salima f
Nadira Nazira f
"""),
)


def other_than(rng: random.Random, names: tuple[Name, ...], taken: set[str]) -> Name:
    """One of these names that this pair has not had yet."""
    while (found := rng.choice(names)).Arab in taken:
        pass
    taken.add(found.Arab)
    return found
