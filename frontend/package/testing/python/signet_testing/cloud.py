"""The strict local cloud. It is what signet dev --testing runs; no other package is needed."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from signet_testing.binary import SignetError, find_binary


class Cloud:
    """Signet on free ports, S3 with it. Use it with ``with``, or call stop().

    faults: those that wait from the beginning, each a kind such as "503", or a dict with kind, offset, count and
        milliseconds. events: who is told of events. config: what stands under "signet" in the context of cdk.json, or the
        path of such a file. people: further users, groups by name. flags: further flags of signet dev. dir: a folder that
        keeps what is stored; without, one that goes with the cloud.

    site, api, s3, bucket, token (alice's), tokens (by name), and backend, events_secret, public where there are such.
    """

    def __init__(self, faults=(), events=None, config=None, people=None, flags=(), dir=None, binary=None):
        self._temporary = None if dir else tempfile.mkdtemp(prefix="signet-testing-")
        try:
            self._launch = [binary or find_binary(), *_arguments(Path(dir or self._temporary), events, config, people, flags)]
            self._start(0)
            for fault in faults:
                self.fault(fault)
        except BaseException:
            self.stop()
            raise

    _process = None

    def _start(self, port):
        self._process = subprocess.Popen(
            [*self._launch, "--port", str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        said = _Said(self._process.stderr)
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise SignetError(f"signet dev ended with {code} before it was ready: {said.all()}")
        ready = json.loads(line)
        self.site, self.api, self.s3, self.bucket = ready["site"], ready["api"], ready["s3"], ready["bucket"]
        self.token, self.tokens = ready["token"], ready["tokens"]
        self.backend, self.public = ready.get("backend"), ready.get("public")
        self.events_secret, self.certificate = ready.get("eventsSecret"), ready.get("certificate")
        self._control = ready["control"]

    def new_token(self, user="alice", life="1h"):
        """A new token, of a life such as "5s"."""
        return self._ask("POST", "/token", {"user": user, "life": life})["token"]

    def call(self, method, path, body=None, user="alice"):
        """Calls the API as somebody; raises unless the answer is 2xx."""
        return _json(_send(method, self.api + path, body, {"Authorization": f"Bearer {self.new_token(user)}"}))

    def call_backend(self, method, path, body=None):
        """Calls /backend and path as the application's server, which signs with its keys."""
        return self._ask("POST", "/backend", {"method": method, "path": path, "body": body})

    def make_pass(self, **wish):
        """Makes a pass, as alice, or with owner as the application's server. The configuration has to say passes."""
        wanted = {"expires": "1h", **wish}
        return self.call_backend("POST", "/passes", wanted) if "owner" in wish else self.call("POST", "/passes", wanted)

    def objects(self, prefix=""):
        """What is in the bucket, in the order of keys: dicts with key, name, size, type, checksum, metadata, modified."""
        return self._ask("GET", "/objects?" + urllib.parse.urlencode({"prefix": prefix}))["objects"]

    def read(self, key):
        """The bytes of an object."""
        return _send("GET", f"{self._control}/objects/{urllib.parse.quote(key)}", None, {})

    def fault(self, fault):
        """Has a fault be done to the next request that it fits."""
        self._ask("POST", "/arm", {"kind": fault} if isinstance(fault, str) else fault)

    def offline(self, milliseconds=0):
        """Cuts the line to S3 and to the site, for so many milliseconds or until online()."""
        self._ask("POST", "/offline", {"milliseconds": milliseconds})

    def online(self):
        """Puts the line back."""
        self._ask("POST", "/online", {})

    def log(self):
        """What came through to s3 and to the site's API: requests, and events, which are faults."""
        return self._ask("GET", "/log")

    def reset(self):
        """Forgets the log, and the faults that wait."""
        self._ask("POST", "/reset", {})

    def restart(self, kill=False):
        """Ends it, as Ctrl-C does or as a crash, and starts it where it was; tokens are new."""
        port = urllib.parse.urlsplit(self.site).port
        self._end(kill)
        self._start(port)

    def stop(self):
        """Ends it; nothing is left of it but a folder that the caller gave."""
        self._end(False)
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _end(self, kill):
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        process.stdin.close()  # at which it ends
        process.wait()
        process.stdout.close()

    def _ask(self, method, path, body=None):
        return _json(_send(method, self._control + path, body, {}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class _Said:
    """Passes on what a process complains of, and keeps the end of it."""

    def __init__(self, stream):
        self._text = ""
        self._thread = threading.Thread(target=self._follow, args=(stream,), daemon=True)
        self._thread.start()

    def _follow(self, stream):
        with stream:
            for line in stream:
                self._text = (self._text + line)[-2000:]
                sys.stderr.write(line)

    def all(self):
        self._thread.join()
        return self._text.strip()


def _arguments(folder, events, config, people, flags):
    folder.mkdir(parents=True, exist_ok=True)
    file = config
    if not isinstance(config, str):
        file = folder / "config.json"
        file.write_text(json.dumps({"context": {"signet": config or {}}}), encoding="utf-8")
    arguments = ["dev", "--json", "--testing", "--dir", str(folder / "data"), "--config", str(file)]
    if events:
        arguments += ["--events", events]
    for name, groups in (people or {}).items():
        arguments += ["--person", f"{name}={','.join(groups)}"]
    return [*arguments, *flags]


def _send(method, url, body, headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace").strip()
        raise SignetError(f"{method} {urllib.parse.urlsplit(url).path}: {error.code} {said}") from None


def _json(text):
    return json.loads(text) if text.strip() else None
