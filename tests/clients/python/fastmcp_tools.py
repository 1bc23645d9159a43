"""The API as tools of an MCP server, which fastmcp makes of the document."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from scene import Reply, play

DOCUMENT = json.loads(Path("openapi.json").read_text("utf-8"))


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def create(self, product: dict[str, Any]) -> Reply:
        return self._ask(201, "createProduct", **product)

    def page(self, limit: int, token: str | None) -> tuple[list[str], str | None]:
        more = {"nextToken": token} if token else {}
        page = self._ask(200, "listProducts", limit=limit, **more).product
        return [each["productId"] for each in page["items"]], page.get("nextToken")

    def get(self, product_id: str) -> Reply:
        return self._ask(200, "getProduct", productId=product_id)

    def change(self, product_id: str, changes: dict[str, Any], tag: str | None) -> Reply:
        more = {"If-Match": tag} if tag else {}
        return self._ask(200, "updateProduct", productId=product_id, **changes, **more)

    def remove(self, product_id: str, tag: str) -> Reply:
        return self._ask(204, "deleteProduct", productId=product_id, **{"If-Match": tag})

    def _ask(self, status: int, tool: str, **arguments: Any) -> Reply:
        """`status` is that of a success: a tool tells only what was answered, or the refusal."""
        return asyncio.run(self._call(status, tool, arguments))

    async def _call(self, status: int, tool: str, arguments: dict[str, Any]) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers) as http:
            server = FastMCP.from_openapi(DOCUMENT, http)
            async with Client(server) as client:
                try:
                    got = await client.call_tool(tool, arguments)
                except ToolError as refused:
                    reported = str(refused)
                    problem = json.loads(
                        reported[reported.index("{") : reported.rindex("}") + 1].replace("'", '"')
                    )
                    return Reply(problem["status"], code=problem["code"])
        return Reply(status, got.structured_content or {})


play("fastmcp", Shop, further=False)
