"""Every text a person reads, by code and language; dates, digits and direction."""

from cbi.messages.catalogue import LANGUAGES, RIGHT_TO_LEFT, USUAL_LANGUAGE, text, texts

__all__ = ["LANGUAGES", "RIGHT_TO_LEFT", "USUAL_LANGUAGE", "text", "texts"]
