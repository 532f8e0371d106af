"""The currencies of ISO 4217, with the digits each has after the decimal point.

Of list one as published on 2026-01-01; funds, metals and test codes are left out, as nobody can
hand them over in a shop. A module, not a file to read: `cbi verify` needs it at every start.
"""

from typing import Final

PUBLISHED: Final = "2026-01-01"
"""The day of the list that this one was taken from."""

_NONE: Final = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
"""
_TWO: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_THREE: Final = """
    BHD IQD JOD KWD LYD OMR TND
"""

WORDS: Final = {
    "KZT": "₸ тенге теңге tenge tenga тнг тг tg تنګه تنگه", "KGS": "сом сомов som سوم",
    "UZS": "сум сумов сўм so‘m soʻm so'm som sum سوم", "TJS": "сомони somoni somoniy сомонӣ سامانی",
    "AFN": "؋ афгани afghani afghanis afgʻoniy افغانی افغانۍ", "RUB": "₽ р руб рублей рубля рубль",
    "USD": "$ us$ долл доллар доллара долларов dollar dollars دالر",
    "EUR": "€ евро euro euros یورو", "GBP": "£ pounds", "TRY": "₺ лир",
}
"""What people call the currencies of this region and of its donors, in small letters, beside the
code. A word may be the name of several."""

EXPONENTS: Final[dict[str, int]] = {
    code: digits
    for digits, codes in ((0, _NONE), (2, _TWO), (3, _THREE)) for code in codes.split()
}
"""Digits after the decimal point by ISO 4217 code."""
