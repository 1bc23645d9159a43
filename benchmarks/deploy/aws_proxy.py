"""A reverse proxy before the local cloud, which makes it as slow as AWS is by the model.

Each call is passed on at once; its answer is held until the modelled time is over, and shows
states (Pending, CREATING) as the model has them. What AWS would refuse is refused here.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread

from aws_calls import Operations, Request
from aws_model import Model, Refusal

HOST = "127.0.0.1"
IDLE = 2.0
"""Seconds after which a connection to the local cloud isn't used again; it closes them at 5."""
LARGEST_HEAD = 1 << 20
CUT = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Call:
    """One call as it passed; times are `time.monotonic()`."""

    request: Request
    began: float
    ended: float
    modelled: float
    status: int
    refused: str = ""

    @property
    def late(self) -> float:
        """How much longer than modelled it took: the local cloud, this proxy, a busy machine."""
        return self.ended - self.began - self.modelled


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, its head as it came, its body."""

    head: bytes
    headers: Mapping[str, str]
    body: bytes

    @property
    def words(self) -> list[str]:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)


class Proxy:
    """`model` may be exchanged between two runs; without one it only passes on."""

    def __init__(self, upstream_port: int) -> None:
        self.model: Model | None = None
        self.calls: list[Call] = []
        self.port = 0
        self._upstream_port = upstream_port
        self._operations = Operations()
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @contextmanager
    def serving(self) -> Iterator[Proxy]:
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(
            asyncio.start_server(self._serve, HOST, 0, limit=LARGEST_HEAD)
        )
        self.port = server.sockets[0].getsockname()[1]
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        mine = asyncio.current_task()
        serving = [task for task in asyncio.all_tasks() if task is not mine]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for _, _, writer in self._idle:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """All the requests of one connection."""
        with suppress(*CUT, asyncio.CancelledError):
            while (request := await _message(reader)) is not None:
                writer.write(await self._answer(request))
                await writer.drain()
                if request.headers.get("connection", "").lower() == "close":
                    break
        writer.close()

    async def _answer(self, message: Message) -> bytes:
        began = time.monotonic()
        verb, target, _ = message.words
        request = self._operations.of(verb, target, message.headers, message.body)
        model = self.model
        if model is None:
            return _as_sent(await self._pass_on(message))
        if refusal := model.refusal(request, began):
            answer = _refusing(refusal)
            seconds = model.seconds(request, refused=True)
            return await self._told(request, began, seconds, answer, refusal.code)
        if (shown := model.instead(request, began)) is not None:
            return await self._told(request, began, model.seconds(request), _showing(shown))
        answer = await self._pass_on(message)
        status = int(answer.words[1])
        seconds = model.seconds(request, refused=status >= 400)
        ended = max(began + seconds, time.monotonic())
        if status < 300:
            content = _content(answer)
            model.took_effect(request, content, ended)
            seen = model.as_seen(request, content, began)
            if seen is not content:
                answer = Message(answer.head, answer.headers, json.dumps(seen).encode())
        return await self._told(request, began, seconds, answer)

    async def _told(
        self, request: Request, began: float, seconds: float, answer: Message, refused: str = ""
    ) -> bytes:
        """The answer, when its time has come."""
        await asyncio.sleep(began + seconds - time.monotonic())
        status = int(answer.words[1])
        self.calls.append(Call(request, began, time.monotonic(), seconds, status, refused))
        return _as_sent(answer)

    async def _pass_on(self, message: Message) -> Message:
        """Unchanged: the Host header stays, since it is part of what is signed."""
        reader, writer = await self._connection()
        writer.write(message.head + message.body)
        answer = await _message(reader, of_a_request=message.words[0])
        if answer is None:
            raise ConnectionResetError("the local cloud gave no answer")
        if answer.headers.get("connection", "").lower() == "close" or answer.words[1] == "204":
            writer.close()
        else:
            self._idle.append((time.monotonic(), reader, writer))
        return answer

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if time.monotonic() - since < IDLE and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(HOST, self._upstream_port, limit=LARGEST_HEAD)


async def _message(reader: asyncio.StreamReader, of_a_request: str = "") -> Message | None:
    """The next request, or, with the method that was asked with, the answer to it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    empty = of_a_request == "HEAD" or (of_a_request and lines[0].split(" ")[1] == "204")
    if headers.get("transfer-encoding", "").lower() == "chunked" and not empty:
        raise ConnectionError("a body in chunks, which nobody here sends")
    length = 0 if empty else int(headers.get("content-length") or 0)
    return Message(head, headers, await reader.readexactly(length))


def _as_sent(answer: Message) -> bytes:
    """With its length as it is, and no checksum of what it was before."""
    first, *lines = answer.head.rstrip(b"\r\n").split(b"\r\n")
    dropped = (b"content-length", b"x-amz-crc32", b"connection")
    kept = [line for line in lines if line.partition(b":")[0].lower() not in dropped]
    if answer.words[1] != "204":
        kept.append(b"Content-Length: %d" % len(answer.body))
    return b"\r\n".join([first, *kept, b"", answer.body])


def _content(answer: Message) -> dict[str, object]:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _showing(content: Mapping[str, object]) -> Message:
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n\r\n"
    return Message(head.encode(), {}, json.dumps(content).encode())


def _refusing(refusal: Refusal) -> Message:
    """In the forms of both protocols: the code as a header and in the body."""
    reported = {"__type": refusal.code, "message": refusal.message, "Message": refusal.message}
    lines = [
        f"HTTP/1.1 {refusal.status} Refused",
        "Content-Type: application/json",
        f"x-amzn-ErrorType: {refusal.code}",
    ]
    return Message("\r\n".join([*lines, "", ""]).encode(), {}, json.dumps(reported).encode())
