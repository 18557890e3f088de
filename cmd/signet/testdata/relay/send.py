"""Python's requests against the relay: FILE as a body of known and of unknown length, and as a form while it fits
into memory, which is where requests puts one. Prints the keys, as JSON.
    python send.py API FILE"""

import json
import os
import sys

import requests

api, path = sys.argv[1:]
headers = {"Authorization": "Bearer " + os.environ["SIGNET_TOKEN"]}


def pieces(file):
    while piece := file.read(1 << 20):
        yield piece


def checked(answer):
    answer.raise_for_status()
    return answer.json()["key"]


keys = []
with open(path, "rb") as file:
    keys.append(checked(requests.put(api + "/relay/python.bin", data=file, headers=headers)))
if os.path.getsize(path) <= 64 << 20:
    with open(path, "rb") as file:
        keys.append(checked(requests.put(api + "/relay/python.bin", data=pieces(file), headers=headers)))
    with open(path, "rb") as file:
        keys.append(checked(requests.post(api + "/relay", files={"file": ("python.bin", file)}, headers=headers)))

# A refusal reaches a client that sends all it has before it listens.
with open(path, "rb") as file:
    answer = requests.put(api + "/relay/a%2Fb", data=file, headers=headers)
    assert answer.status_code == 400 and answer.json()["code"] == "InvalidArgument", answer.text
print(json.dumps(keys))
