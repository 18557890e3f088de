# A Flask server that takes events as the README shows it. It prints the port it
# listens on, and then each event: its id and what it says.
import json
import logging
import os

from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from werkzeug.serving import make_server

webhook = Webhook(os.environ["SECRET"])
app = Flask(__name__)
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@app.post("/hooks/signet")
def hook():
    try:
        event = webhook.verify(request.get_data(), request.headers)
    except WebhookVerificationError as error:
        return str(error), 400
    print(json.dumps({"id": request.headers["webhook-id"], **event}), flush=True)
    return "", 204


server = make_server("127.0.0.1", int(os.environ.get("PORT", 0)), app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
