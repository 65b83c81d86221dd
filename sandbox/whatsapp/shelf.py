"""What a business has put on the shelf for its messages: media files and Flows."""

import hashlib
import itertools
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.journal import Clock
from sandbox.whatsapp.errors import RefusedError, invalid, missing
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json

MIB = 1024 * 1024
# What may be uploaded: mime type to largest size (facts/whatsapp.md 4.3).
LARGEST = {
    "image/jpeg": 5 * MIB,
    "image/png": 5 * MIB,
    "image/webp": 500 * 1024,
    "audio/aac": 16 * MIB,
    "audio/amr": 16 * MIB,
    "audio/mpeg": 16 * MIB,
    "audio/mp4": 16 * MIB,
    "audio/ogg": 16 * MIB,
    "video/3gpp": 16 * MIB,
    "video/mp4": 16 * MIB,
    "text/plain": 100 * MIB,
    "application/pdf": 100 * MIB,
    "application/msword": 100 * MIB,
    "application/vnd.ms-excel": 100 * MIB,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100 * MIB,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100 * MIB,
}
UPLOADED_KEPT = timedelta(days=30)
RECEIVED_KEPT = timedelta(days=7)
URL_GOOD_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class Media:
    """One file. `urls` are the addresses handed out, by secret, with their end."""

    id: str
    mime: str
    content: bytes
    until: datetime
    filename: str = ""
    urls: dict[str, datetime] = field(default_factory=dict)

    def facts(self) -> Json:
        """What a webhook and the media endpoint say of it."""
        sha256 = hashlib.sha256(self.content).hexdigest()
        return {"id": self.id, "mime_type": self.mime, "sha256": sha256}


@dataclass(slots=True)
class Flow:
    """A form; only a published one may be sent (facts/whatsapp.md 10)."""

    id: str
    name: str
    status: str = "DRAFT"
    updated_at: str = ""  # ISO, as the endpoint gives it
    categories: list[str] = field(default_factory=list)
    json: Any = None


def _first_number() -> int:
    """Microseconds of real time: ids stay unique when the sandbox forgets."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class Shelf:
    """Media and Flows by id."""

    clock: Clock
    own_url: str
    media: dict[str, Media] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(_first_number())
    )

    def keep(self, mime: str, content: bytes, filename: str, kept: timedelta) -> Media:
        """Store a file for so long."""
        until = self.clock.now() + kept
        media = Media(str(next(self.numbers)), mime, content, until, filename)
        self.media[media.id] = media
        return media

    def found(self, media_id: str) -> Media | None:
        """The file with this id, if it is still kept."""
        media = self.media.get(media_id)
        return media if media and media.until > self.clock.now() else None

    def url(self, media: Media) -> str:
        """A new address of a file, good for five minutes, with the bearer token only."""
        secret = secrets.token_urlsafe(12)
        media.urls[secret] = self.clock.now() + URL_GOOD_FOR
        return f"{self.own_url}/graph/media/{media.id}/{secret}"

    def attachment(self, fields: Fields, kind: str) -> Json:
        """What a phone shows of an image, video, document, audio or sticker, by id or link."""
        if fields.has("id") == fields.has("link"):
            raise RefusedError(131009, f"{fields.at('id')} or {fields.at('link')} is required")
        filename = fields.maybe("filename", 240) if kind == "document" else ""
        if fields.has("link"):
            return {"kind": kind, "link": fields.url("link"), "filename": filename}
        media = self.found(str(fields.raw["id"]))
        if media is None:
            raise invalid(fields.at("id"), "is not the id of a stored file")
        if not _suits(media.mime, kind):
            raise RefusedError(131053, f"{fields.at('id')}: {media.mime} is no {kind}")
        return {"kind": kind, "id": media.id, "filename": filename or media.filename}

    def flow(self, parameters: Fields, *, published: bool) -> Flow:
        """The Flow that a message names by id or name. Raises RefusedError."""
        if parameters.has("flow_id") == parameters.has("flow_name"):
            raise missing(f"either {parameters.at('flow_id')} or {parameters.at('flow_name')}")
        field_name = "flow_id" if parameters.has("flow_id") else "flow_name"
        wanted = str(parameters.raw[field_name])
        flow = next((f for f in self.flows.values() if wanted in (f.id, f.name)), None)
        if flow is None:
            raise invalid(parameters.at(field_name), "is not the name of a Flow of this account")
        if flow.status == "BLOCKED":
            raise RefusedError(132068, f"Flow {flow.id} is in blocked state")
        if flow.status == "THROTTLED":
            raise RefusedError(132069, f"Flow {flow.id} is in throttled state")
        if published and flow.status != "PUBLISHED":
            raise invalid(parameters.at(field_name), f"is a Flow in status {flow.status}")
        return flow


def _suits(mime: str, kind: str) -> bool:
    if kind == "sticker":
        return mime == "image/webp"
    if kind == "document":
        return True
    return mime.startswith(f"{kind}/") and mime != "image/webp"
