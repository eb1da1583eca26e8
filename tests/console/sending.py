"""Sends forms as the pages do."""

from __future__ import annotations

import httpx2


def form_token(client: httpx2.Client) -> str:
    """What the forms of this session carry."""
    return client.get("/").text.partition('name="form_token" value="')[2].partition('"')[0]


def send(client: httpx2.Client, where: str, **fields: str) -> httpx2.Response:
    """Send a form as the page would."""
    return client.post(where, data={"form_token": form_token(client), **fields})
