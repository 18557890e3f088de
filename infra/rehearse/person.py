"""A person who is invited, gets a password for the first time, chooses another at
managed login, and comes back to the site with a code (RFC 7636)."""
import base64
import hashlib
import html.parser
import json
import secrets
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from cloud import WORK, Failed

FIRST, OWN = "First-Time-1234!", "Correct-Horse-9876!"


class Person:
    def __init__(self, cloud, outputs, mail):
        self.outputs, self.mail, self.password = outputs, mail, FIRST
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"https": cloud.address()}), urllib.request.HTTPCookieProcessor(), Stay(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=WORK / "ca.crt")))
        cloud.aws("cognito-idp").admin_create_user(
            UserPoolId=outputs["UserPoolId"], Username=mail, TemporaryPassword=FIRST, MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": mail}, {"Name": "email_verified", "Value": "true"}])

    def ask(self, url, fields=None):
        data = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            answer = self.opener.open(url, data, timeout=20)
        except urllib.error.HTTPError as e:
            answer = e
        return answer.status, answer.headers, answer.read().decode()

    def sign_in(self):
        """The tokens: access_token, id_token, refresh_token."""
        settings = json.loads(self.ask(self.outputs["SiteURL"] + "/config.json")[2])
        host = "https://" + urllib.parse.urlparse(settings["auth"]["logout"]).hostname
        back = self.outputs["SiteURL"] + "/"
        verifier = secrets.token_urlsafe(40)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        _, headers, page = self.ask(host + "/oauth2/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": self.outputs["ClientId"], "redirect_uri": back, "scope": settings["auth"]["scope"],
            "state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}))
        for password in (self.password, OWN, OWN):
            if headers.get("Location", "").startswith(back):
                break
            _, headers, page = self.ask(host + "/login", self.fill(page, password))
        query = urllib.parse.parse_qs(urllib.parse.urlparse(headers.get("Location", "")).query)
        if "code" not in query:
            raise Failed(f"got {headers.get('Location')} of managed login, want a code: {page[:300]}")
        status, _, answer = self.ask(host + "/oauth2/token", {
            "grant_type": "authorization_code", "client_id": self.outputs["ClientId"], "code": query["code"][0], "redirect_uri": back, "code_verifier": verifier})
        if status != 200:
            raise Failed(f"got {status} of the token's address, want 200: {answer[:300]}")
        self.password = OWN
        return json.loads(answer)

    def fill(self, page, password):
        form = Form()
        form.feed(page)
        return {name: {"username": self.mail, "password": password}.get(name, OWN if "new" in name or "confirm" in name else value)
                for name, value in form.fields.items()}

    def api(self, tokens, path, message=None, method=None):
        """An answer of the API, to this person's access token."""
        request = urllib.request.Request(self.outputs["SiteURL"] + "/api" + path, json.dumps(message).encode() if message else None,
                                         {"Authorization": "Bearer " + tokens["access_token"], "Content-Type": "application/json"}, method=method)
        for _ in range(5):  # as every client does
            try:
                return self.opener.open(request, timeout=20).read()
            except urllib.error.HTTPError as e:
                if e.code != 503:
                    raise
                time.sleep(int(e.headers.get("Retry-After", 1)))
        raise Failed(f"got 503 of {path} five times, want an answer")

    def read(self, tokens, key):
        """The status of reading a file by its signed address."""
        return self.fetch(tokens, key)[0]

    def fetch(self, tokens, key):
        """The status and the bytes of reading a file by its signed address."""
        signed = json.loads(self.api(tokens, "/files/url?key=" + urllib.parse.quote(key, safe="")))
        try:
            answer = self.opener.open(urllib.request.Request(signed["url"], headers=signed.get("headers", {})), timeout=20)
        except urllib.error.HTTPError as e:
            answer = e
        return answer.status, answer.read()

    def clean(self, tokens, key):
        """The bytes of a file that cannot be read before it was found clean."""
        for _ in range(100):
            status, body = self.fetch(tokens, key)
            if status == 200:
                return body
            time.sleep(0.2)
        raise Failed(f"got {status} of {key}, want it read when it was found clean")

    def files(self, tokens):
        return [f["key"] for f in json.loads(self.api(tokens, "/files?recursive=true"))["files"]]

    def upload(self, tokens, **more):
        """Stores a small file, whose key this is."""
        signed = json.loads(self.api(tokens, "/presign", {"name": "kept.txt", "type": "text/plain", "size": 4, **more}))
        self.opener.open(urllib.request.Request(signed["url"], b"kept", signed["headers"], method="PUT"), timeout=20)
        return signed["key"]

    def remove(self, tokens, key):
        self.api(tokens, "/files?key=" + urllib.parse.quote(key, safe=""), method="DELETE")

    def restore(self, tokens, key, version):
        self.api(tokens, "/files/restore", {"key": key, "versionId": version})


class Form(html.parser.HTMLParser):
    """The names and values of a page's fields."""

    def __init__(self):
        super().__init__()
        self.fields = {}

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "input" and a.get("name"):
            self.fields[a["name"]] = a.get("value") or ""


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirect to whoever asked, instead of going there."""

    def redirect_request(self, *_):
        return None
