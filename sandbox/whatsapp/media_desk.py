"""The media endpoints: upload, look up, download, delete (facts/whatsapp.md 4.3)."""

from aiohttp import BodyPartReader, web

from sandbox.whatsapp.account import ACCOUNT, Account
from sandbox.whatsapp.errors import RefusedError, missing
from sandbox.whatsapp.records import Json
from sandbox.whatsapp.sending import check_number
from sandbox.whatsapp.shelf import LARGEST, UPLOADED_KEPT, Media


async def upload(request: web.Request) -> web.Response:
    """POST /{number}/media as multipart: messaging_product, type and file."""
    account = request.app[ACCOUNT]
    check_number(account, request.match_info["id"])
    if not request.content_type.startswith("multipart/"):
        raise RefusedError(100, "The body must be multipart/form-data")
    words, content, filename, mime = await _parts(request)
    if words.get("messaging_product") != "whatsapp":
        raise RefusedError(100, "messaging_product must be whatsapp")
    if content is None:
        raise missing("file")
    mime = words.get("type") or mime
    _check(mime, content)
    media = account.shelf.keep(mime, content, filename, UPLOADED_KEPT)
    return web.json_response({"id": media.id})


async def download(request: web.Request) -> web.Response:
    """The file itself; 404 when the address is older than five minutes."""
    account = request.app[ACCOUNT]
    media = account.shelf.found(request.match_info["media"])
    until = media.urls.get(request.match_info["secret"]) if media else None
    if media is None or until is None or until <= account.now():
        return web.Response(status=404, text="URL signature expired")
    return web.Response(body=media.content, headers={"Content-Type": media.mime})


def shown(account: Account, media: Media) -> Json:
    """What GET /{media} answers; each answer has a new address."""
    facts = media.facts() | {"file_size": len(media.content), "messaging_product": "whatsapp"}
    return facts | {"url": account.shelf.url(media)}


def delete(account: Account, media: Media) -> Json:
    """Forget a file."""
    del account.shelf.media[media.id]
    return {"success": True}


async def _parts(request: web.Request) -> tuple[dict[str, str], bytes | None, str, str]:
    words: dict[str, str] = {}
    content, filename, mime = None, "", ""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            content = bytes(await part.read())
            filename, mime = part.filename or "", part.headers.get("Content-Type", "")
        elif part.name:
            words[part.name] = await part.text()
    return words, content, filename, mime


def _check(mime: str, content: bytes) -> None:
    kind = mime.split(";", maxsplit=1)[0].strip().lower()
    if kind not in LARGEST:
        raise RefusedError(100, f"file: must be one of {', '.join(LARGEST)}; received {mime}")
    if len(content) > LARGEST[kind]:
        raise RefusedError(100, f"file: {kind} may have {LARGEST[kind]} bytes, not {len(content)}")
