"""One client library of Python, measured from outside: a JSON object a line in, one a line out."""

import asyncio
import json
import resource
import socket
import sys
import time

CONNECTIONS = 256
# Longer than the others take their turns, so that every round finds its connections.
IDLE_SECONDS = 600
LIMITS = {
    "max_connections": CONNECTIONS,
    "max_keepalive_connections": CONNECTIONS,
    "keepalive_expiry": IDLE_SECONDS,
}
MESSAGES = [
    {"role": "system", "content": "You answer in one sentence."},
    {"role": "user", "content": "Why do retries need jitter?"},
]
lookups = 0


def count_lookups():
    """Counts how often the name of the server is looked up, which leads to this machine."""
    original = socket.getaddrinfo

    def counted(host, *rest, **options):
        global lookups
        if host in ("benchmarks.test", b"benchmarks.test"):
            lookups += 1
            host = "127.0.0.1"
        return original(host, *rest, **options)

    socket.getaddrinfo = counted


def resident(name):
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def check(status, size, wanted):
    if status != 200 or size != wanted:
        raise ValueError(f"wrong answer: {status} with {size} bytes in place of {wanted}")


def text_of(completion):
    if not completion["choices"][0]["message"]["content"]:
        raise ValueError("wrong answer: without a text")


async def tokens_of(lines):
    """The texts in the data lines of server-sent events."""
    async for line in lines:
        if isinstance(line, bytes):
            line = line.decode()
        line = line.strip()
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        for choice in json.loads(line[6:])["choices"]:
            text = choice["delta"].get("content")
            if text:
                yield text


class Aiohttp:
    def __init__(self):
        import aiohttp

        self.version = aiohttp.__version__
        connector = {"limit": CONNECTIONS, "keepalive_timeout": IDLE_SECONDS}
        self.make = lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(**connector))

    async def open(self):
        self.session = self.make()

    async def close(self):
        await self.session.close()

    async def get(self, url, size):
        async with self.session.get(url) as response:
            check(response.status, len(await response.read()), size)

    async def complete(self, url):
        async with self.session.post(url, json={"model": "local", "messages": MESSAGES}) as response:
            text_of(await response.json())

    async def stream(self, url):
        body = {"model": "local", "messages": MESSAGES, "stream": True}
        async with self.session.post(url, json=body) as response:
            async for text in tokens_of(response.content):
                yield text


class Httpx:
    def __init__(self):
        import httpx

        self.version = httpx.__version__
        limits = httpx.Limits(**LIMITS)
        self.make = lambda: httpx.AsyncClient(limits=limits, timeout=30)

    async def open(self):
        self.client = self.make()

    async def close(self):
        await self.client.aclose()

    async def get(self, url, size):
        response = await self.client.get(url)
        check(response.status_code, len(response.content), size)

    async def complete(self, url):
        response = await self.client.post(url, json={"model": "local", "messages": MESSAGES})
        text_of(response.json())

    async def stream(self, url):
        body = {"model": "local", "messages": MESSAGES, "stream": True}
        async with self.client.stream("POST", url, json=body) as response:
            async for text in tokens_of(response.aiter_lines()):
                yield text


class OpenAI:
    """As it comes, its own retries included, but for as many connections as the others have."""

    def __init__(self):
        import openai

        self.version = openai.__version__
        limits = type(openai.DEFAULT_CONNECTION_LIMITS)(**LIMITS)
        self.make = lambda base: openai.AsyncOpenAI(
            base_url=base, api_key="none", http_client=openai.DefaultAsyncHttpxClient(limits=limits)
        )
        self.clients = {}

    async def open(self):
        pass

    async def close(self):
        for client in self.clients.values():
            await client.close()

    def completions(self, url):
        base = url.removesuffix("/chat/completions")
        if base not in self.clients:
            self.clients[base] = self.make(base)
        return self.clients[base].chat.completions

    async def complete(self, url):
        completion = await self.completions(url).create(model="local", messages=MESSAGES)
        if not completion.choices[0].message.content:
            raise ValueError("wrong answer: without a text")

    async def stream(self, url):
        async for chunk in await self.completions(url).create(model="local", messages=MESSAGES, stream=True):
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content


async def spread(requests, in_flight, once):
    """So many at a time, and what it took."""
    numbers = iter(range(requests))

    async def work():
        for _ in numbers:
            await once()

    began, processor = time.perf_counter(), processor_seconds()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    return {
        "requests": requests,
        "seconds": time.perf_counter() - began,
        "processorSeconds": processor_seconds() - processor,
    }


async def load(client, order):
    url = order["url"]
    if order["isGet"]:
        return await spread(order["requests"], order["inFlight"], lambda: client.get(url, order["bytes"]))
    return await spread(order["requests"], order["inFlight"], lambda: client.complete(url))


async def chat(client, order):
    firsts, tokens = [], 0

    async def once():
        nonlocal tokens
        began, count = time.perf_counter(), 0
        async for _ in client.stream(order["url"]):
            if count == 0:
                firsts.append(time.perf_counter() - began)
            count += 1
        if count != order["tokens"]:
            raise ValueError(f"wrong answer: {count} tokens in place of {order['tokens']}")
        tokens += count

    taken = await spread(order["requests"], order["inFlight"], once)
    return {"taken": taken, "firsts": firsts, "tokens": tokens}


async def facts(client, order):
    return {"lookups": lookups, "now": resident("VmRSS:"), "peak": resident("VmHWM:")}


async def main():
    count_lookups()
    resident_before = resident("VmRSS:")
    try:
        client = {"aiohttp": Aiohttp, "httpx": Httpx, "openai": OpenAI}[sys.argv[1]]()
        await client.open()
    except Exception as error:
        print(json.dumps({"missing": f"{type(error).__name__}: {error}"}), flush=True)
        return
    print(json.dumps({"version": client.version, "before": resident_before}), flush=True)
    operations = {"load": load, "chat": chat, "facts": facts}
    # Nothing else runs while an order is waited for.
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"result": await operations[order["operation"]](client, order)}
        except Exception as error:
            answer = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    await client.close()


asyncio.run(main())
