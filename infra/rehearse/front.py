"""What stands before the emulator: a proxy to every name of AWS, and an end of TLS.

    python front.py FOLDER PROXY TLS EMULATOR      (the folder of the certificates, and ports)

A CONNECT to any name is answered with a certificate of the rehearsal's own CA, and
what comes through it goes on in plain HTTP with X-Forwarded-Proto: https, where the
emulator reads aws:SecureTransport. A plain request through the proxy goes on
without that header, as a client's without TLS. Hosts of APIs get the name that
the emulator knows.
"""
import asyncio
import pathlib
import re
import ssl
import sys

LIMIT = 1 << 20


class Front:
    def __init__(self, folder, emulator):
        self.emulator = emulator
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(pathlib.Path(folder) / "server.crt", pathlib.Path(folder) / "server.key")

    def target(self, host):
        """The host as the emulator knows it."""
        return re.sub(r"\.execute-api\.[a-z0-9-]+\.amazonaws\.com$", ".execute-api.localhost", host)

    async def proxy(self, reader, writer):
        line = await reader.readline()
        found = re.match(rb"CONNECT ([^ :]+):(\d+) ", line)
        if not found:
            await self.plain(line, reader, writer)
            return
        while (await reader.readline()) not in (b"\r\n", b""):
            pass
        writer.write(b"HTTP/1.1 200 ok\r\n\r\n")
        await writer.drain()
        try:
            await writer.start_tls(self.tls)
        except (ssl.SSLError, ConnectionError):
            writer.close()
            return
        await self.serve(reader, writer, found[1].decode().lower())

    async def plain(self, line, reader, writer):
        """A request without TLS, whose first line names scheme and host."""
        found = re.match(rb"([A-Z]+) http://([^/ :]+)(?::\d+)?([^ ]*) (HTTP/1\.[01])", line)
        if not found:
            writer.close()
            return
        method, host, path, version = found.groups()
        await self.serve(reader, writer, host.decode().lower(), b" ".join([method, path or b"/", version]) + b"\r\n", secure=False)

    async def serve(self, reader, writer, host, first=b"", secure=True):
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.emulator)
        answers = asyncio.ensure_future(copy(back_reader, writer))
        try:
            while True:
                head = first + await reader.readuntil(b"\r\n\r\n")
                first = b""
                request, *headers = head[:-4].split(b"\r\n")
                names = {h.partition(b":")[0].strip().lower(): h.partition(b":")[2].strip() for h in headers}
                of = host or names.get(b"host", b"").decode()
                kept = [h for h in headers if h.partition(b":")[0].strip().lower() not in (b"host", b"x-forwarded-proto", b"proxy-connection")]
                to = self.target(of)
                if secure:
                    kept.append(b"X-Forwarded-Proto: https")
                back_writer.write(b"\r\n".join([request, b"Host: " + to.encode(), *kept]) + b"\r\n\r\n")
                await body(reader, back_writer, names)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            back_writer.close()
            answers.cancel() if reader.at_eof() and not secure else None


async def body(reader, writer, headers):
    """Passes on what a request carries, by its length or in chunks."""
    if headers.get(b"transfer-encoding", b"").lower() != b"chunked":
        await some(reader, writer, int(headers.get(b"content-length", 0)))
        await writer.drain()
        return
    while True:
        line = await reader.readuntil(b"\r\n")
        writer.write(line)
        size = int(line.split(b";")[0], 16)
        if size == 0:
            while line != b"\r\n" or size == 0:
                line, size = await reader.readuntil(b"\r\n"), -1
                writer.write(line)
            await writer.drain()
            return
        await some(reader, writer, size + 2)


async def some(reader, writer, count):
    while count > 0:
        data = await reader.read(min(count, 65536))
        if not data:
            raise ConnectionError("ended within a body")
        writer.write(data)
        await writer.drain()
        count -= len(data)


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def main(folder, proxy, tls, emulator):
    front = Front(folder, int(emulator))
    await asyncio.start_server(lambda r, w: front.serve(r, w, None), "127.0.0.1", int(tls), limit=LIMIT, ssl=front.tls)
    server = await asyncio.start_server(front.proxy, "127.0.0.1", int(proxy), limit=LIMIT)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
