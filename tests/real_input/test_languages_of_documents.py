"""Proves that documents have words in more languages than pages: a Spanish one is all Spanish."""

from html import unescape

from django.template.loader import render_to_string
from django.utils import translation

from tests.real_input.samples import Sample
from tests.real_input.sixty import PARAGRAPH, sixty
from tests.test_translations import (
    MESSAGES,
    PLACEHOLDER,
    compile_catalogues,
    key,
    texts_of,
    words_of,
)


def printed_text(sample: Sample) -> str:
    """Return what a document says in Spanish alone, without what people wrote in English."""
    with translation.override("es"):
        said = sample.context(languages=("es",))
        context = {**said, "design": sample.design, "created": ""}
        html = render_to_string(f"pdf/{sample.template}.html", context)
    return unescape(words_of(html)).replace(PARAGRAPH["en"], "")


def test_documents_in_spanish_say_nothing_in_english(settings, tmp_path):
    """Of all texts without Spanish, none stands on a document of any kind."""
    compile_catalogues(settings, tmp_path)
    kinds = {name: one for name, one in sixty().items() if one.template != "case_file"}
    texts = {name: printed_text(one) for name, one in kinds.items()}
    translated = {key(message.context, texts_of(message.id)) for message in MESSAGES["es"]}
    pieces = {
        piece
        for message in MESSAGES["de"]
        if key(message.context, texts_of(message.id)) not in translated
        for text in texts_of(message.id)
        if len(piece := " ".join(max(PLACEHOLDER.split(text), key=len).split())) > 12
    }
    together = "\n".join(texts.values())
    found = {piece for piece in pieces if piece in together}

    assert len(pieces) > 2000
    assert {piece: [n for n, text in texts.items() if piece in text] for piece in found} == {}
    assert "Suplemento al Título" in together
    assert "Reconocemos su aprendizaje por completo" in together
