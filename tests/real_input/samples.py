"""Documents that are still to be printed, in languages and designs that take turns."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from django.utils import translation
from PIL import Image, ImageDraw

from credentials.pdf import render_pdf
from credentials.pdf_files import Attachment
from credentials.standards.design import PLAIN, Design, DesignPicture, Signature

PAIR, OTHER_PAIR, GERMAN, ENGLISH = ("de", "en"), ("en", "de"), ("de",), ("en",)
SPANISH, WITH_SPANISH = ("es", "en"), ("de", "es")
LANGUAGES = (PAIR, SPANISH, GERMAN, OTHER_PAIR, WITH_SPANISH, ENGLISH)
SIGNER = "Prof. Hedda Brandvold"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that is still to be printed; `context` takes its languages."""

    template: str
    context: Callable[..., dict]
    languages: Sequence[str] = PAIR
    design: Design = PLAIN
    attachments: tuple[Attachment, ...] = ()

    def print(self) -> bytes:
        with translation.override(self.languages[0]):
            context = self.context(languages=self.languages)
        imprint = context["imprint"]
        return render_pdf(
            f"pdf/{self.template}.html",
            context,
            languages=self.languages,
            title=context["title"],
            identifier=imprint.number,
            attachments=self.attachments,
            created=imprint.created,
            design=self.design,
        )


def picture(size: tuple[int, int], text: str, *, is_round: bool = False) -> DesignPicture:
    made, told = Image.new("RGBA", size, (0, 0, 0, 0)), io.BytesIO()
    drawing = ImageDraw.Draw(made)
    (drawing.ellipse if is_round else drawing.rectangle)(
        (1, 1, size[0] - 2, size[1] - 2), outline=(138, 20, 60, 255), width=3
    )
    colour, middle = (138, 20, 60, 255), (size[0] / 2, size[1] / 2)
    drawing.text(middle, text, fill=colour, font_size=size[1] / 6, anchor="mm")
    made.save(told, "PNG")
    return DesignPicture(told.getvalue(), "image/png", {"en": text, "de": text})


LOGO, SEAL = picture((300, 90), "Lindenfeld"), picture((300, 300), "SIGILLUM", is_round=True)
HEADER = picture((1000, 160), "University of Lindenfeld")
NAMES = (SIGNER, "Orla Finnery", "Milo Ivanek")
WHOLE = Design(
    colour="#8a143c",
    logo=LOGO,
    header=HEADER,
    seal=SEAL,
    signatures=tuple(
        Signature(name, {"en": "Dean"}, picture((400, 110), "H. B.")) for name in NAMES
    ),
    texts={
        "footer": {"en": "Castle Square 1, Lindenfeld", "de": "Schlossplatz 1, Lindenfeld"},
        "closing": {"en": "Come and ask us.", "de": "Kommen Sie, und fragen Sie uns."},
        "supplement": {"en": "Any question? We answer.", "de": "Fragen? Wir antworten."},
    },
)
NO_HEADER, ONLY_HEADER = replace(WHOLE, header=None), replace(WHOLE, logo=None, seal=None)
DESIGNS = (PLAIN, WHOLE, PLAIN, NO_HEADER, PLAIN, ONLY_HEADER)


def various(
    template: str, contexts: Sequence[Callable[..., dict]], start: int = 0
) -> Iterator[Sample]:
    """Yield one document of each, in languages and designs that differ from one to the next."""
    languages, designs = cycle(LANGUAGES), cycle(DESIGNS)
    for _ in range(start):
        next(languages), next(designs)
    for context in contexts:
        yield Sample(template, context, next(languages), next(designs))
