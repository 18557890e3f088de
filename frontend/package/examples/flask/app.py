"""An application's server: passes for its own users, and what it is told of their files."""

import json
import os
import urllib.request
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from flask import Flask, Response, jsonify, request, send_from_directory
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__, static_folder="../page", static_url_path="")
webhook = Webhook(os.environ["SIGNET_SECRET"])
# In the place of a database: what has come, by key.
files: dict[str, dict[str, Any]] = {}


def user() -> str:
    """In the place of a login: who asks."""
    return "alice"


def pass_for(owner: str, **wish: str) -> str:
    """The token of a pass, by which whoever has it does as wish says in the part of owner."""
    address = os.environ["SIGNET_BACKEND"] + "/passes"
    body = json.dumps({"owner": owner, **wish})
    asked = AWSRequest("POST", address, data=body, headers={"content-type": "application/json"})
    SigV4Auth(Session().get_credentials(), "execute-api", os.environ["AWS_REGION"]).add_auth(asked)
    with urllib.request.urlopen(urllib.request.Request(address, body.encode(), dict(asked.headers))) as answer:
        return str(json.load(answer)["token"])


@app.get("/")
def index() -> Response:
    return app.send_static_file("index.html")


@app.get("/signet/<path:name>")
def element(name: str) -> Response:
    return send_from_directory("signet", name)


@app.post("/pass")
def give() -> Response:
    return jsonify({"base": os.environ["SIGNET_API"], "pass": pass_for(user(), do="upload", folder="in", expires="1h")})


@app.post("/hooks/signet")
def hook() -> tuple[str, int]:
    try:
        event = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 400
    if event["type"] == "file.stored":
        files[event["data"]["key"]] = event["data"]
    return "", 204


@app.get("/files")
def listed() -> Response:
    return jsonify([file for file in files.values() if file["owner"] == user()])
