"""A finished page: its bytes and headers for each encoding, ready to be sent. Pure."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import brotli  # type: ignore[import-untyped]

Headers = tuple[tuple[str, str], ...]

IDENTITY = "identity"
BROTLI_LIVE = 5
BROTLI_EXPORT = 11
"""How hard to compress: quickly where a new edition waits for it, and once for all in the static export."""

_GZIP_FORMAT = 31
"""What zlib calls the format of gzip with the widest window."""

LONGEST_HEADER_CONSIDERED = 500


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a page. `unchanged` are the headers of a 304; a body that is None is unpacked from the gzip."""

    etag: str
    body: bytes | None
    headers: Headers
    unchanged: Headers


@dataclass(frozen=True, slots=True)
class FinishedPage:
    """One page in every encoding that makes it smaller; `identity` is always among them.

    Nearly every client takes gzip, and a page as it is takes six times as much memory. So it is not kept where there is
    a gzip: see `PlainBodies`.
    """

    variants: Mapping[str, Variant]
    size: int
    """How many bytes it takes, near enough to keep a bound by."""

    def variant_for(self, accepted: tuple[str, ...]) -> Variant:
        """The first of these encodings that there is. `accepted` ends with `identity`."""
        for encoding in accepted:
            variant = self.variants.get(encoding)
            if variant is not None:
                return variant
        return self.variants[IDENTITY]

    def unpacked(self) -> bytes:
        """The page without an encoding."""
        plain = self.variants[IDENTITY].body
        return plain if plain is not None else gunzipped(self.variants["gzip"].body or b"")


def gzipped(body: bytes) -> bytes:
    """Compress with gzip, as small as it goes. The same bytes give the same bytes on every day."""
    return gzip.compress(body, compresslevel=9, mtime=0)


def gunzipped(body: bytes) -> bytes:
    """What was compressed."""
    return zlib.decompress(body, wbits=_GZIP_FORMAT)


def brotlied(body: bytes) -> bytes:
    """Compress with brotli, quickly."""
    return bytes(brotli.compress(body, quality=BROTLI_LIVE))


ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {"br": brotlied, "gzip": gzipped}
"""Encodings in the order in which we prefer them."""


def finish(headers: Iterable[tuple[str, str]], body: bytes, *, fallback_etag: str) -> FinishedPage:
    """Make a page of what Django answered.

    Each encoding gets an ETag of its own, as a strong one names exact bytes: that of the answer, or
    `fallback_etag` where it has none, with the encoding added.
    """
    given = {name.lower(): value for name, value in headers}
    etag = given.get("etag", fallback_etag)
    dropped = {"etag", "content-length", "vary"}
    shared = [(name, value) for name, value in headers if name.lower() not in dropped]
    vary = ", ".join(part for part in (given.get("vary", ""), "Accept-Encoding") if part)
    encoded = {IDENTITY: body, **{encoding: encode(body) for encoding, encode in ENCODERS.items()}}
    variants = {
        encoding: _variant(shared, data, encoding, etag=etag, vary=vary)
        for encoding, data in encoded.items()
        if encoding == IDENTITY or len(data) < len(body)
    }
    if "gzip" in variants:
        variants[IDENTITY] = replace(variants[IDENTITY], body=None)
    return FinishedPage(variants, sum(len(variant.body or b"") + _HEADERS_TAKE for variant in variants.values()))


_HEADERS_TAKE = 1_500
"""Bytes that the headers and objects of a variant take. Most texts are shared among pages."""


def _variant(shared: list[tuple[str, str]], body: bytes, encoding: str, *, etag: str, vary: str) -> Variant:
    own_etag = etag if encoding == IDENTITY else f'{etag[:-1]}-{encoding}"'
    validators = (("ETag", own_etag), ("Vary", vary))
    unchanged = (*(item for item in shared if item[0].lower() != "content-type"), *validators)
    coded = () if encoding == IDENTITY else (("Content-Encoding", encoding),)
    return Variant(
        etag=own_etag,
        body=body,
        headers=(*shared, *validators, *coded, ("Content-Length", str(len(body)))),
        unchanged=unchanged,
    )


@lru_cache(maxsize=256)
def accepted_encodings(header: str) -> tuple[str, ...]:
    """Which of our encodings an Accept-Encoding header takes, best first; `identity` is always the last resort.

    Source: RFC 9110, section 12.5.3.
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            weights["gzip" if name == "x-gzip" else name] = _weight(parameters)
    others = weights.get("*", 0.0)
    wanted = {encoding: weights.get(encoding, others) for encoding in ENCODERS}
    plain = weights.get(IDENTITY, 0.0)
    order = list(ENCODERS)
    taken = [encoding for encoding, weight in wanted.items() if weight > 0 and weight >= plain]
    return (*sorted(taken, key=lambda encoding: (-wanted[encoding], order.index(encoding))), IDENTITY)


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def is_unchanged(if_none_match: str, etag: str) -> bool:
    """True when the ETag is among those that a client holds. Compared weakly, as a proxy may have weakened it."""
    if if_none_match == etag:
        return True
    held = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return etag in held or "*" in held
