"""The loop between Lambda's Runtime API and a handler, with nothing else that
Lambda's own runtime for Python does, so that the handler is what is measured."""

import http.client
import json
import os

from handler import handler

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def call(method, path, body=None):
    connection.request(method, "/2018-06-01/runtime" + path, body)
    response = connection.getresponse()
    return response.headers, response.read()


while True:
    headers, event = call("GET", "/invocation/next")
    answer = handler(json.loads(event), None)
    call(
        "POST",
        "/invocation/" + headers["Lambda-Runtime-Aws-Request-Id"] + "/response",
        json.dumps(answer),
    )
