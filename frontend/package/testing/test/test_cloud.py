"""What the Python package gives, beside the README's example."""

import urllib.error
import urllib.request

import pytest
from signet_testing import Cloud, SignetError

WISH = {"name": "a b.txt", "type": "text/plain", "size": 5}


def send(signed):
    """Status of sending; 0 where there is no answer."""
    request = urllib.request.Request(signed["url"], b"hello", signed["headers"], method="PUT")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_line_and_crash(signet):
    cloud = signet(people={"carol": ["design"]})
    signed = cloud.call("POST", "/presign", WISH, user="carol")
    cloud.offline()
    assert send(signed) == 0
    cloud.online()
    assert send(signed) == 200
    before = cloud.site, cloud.s3
    cloud.restart(kill=True)
    assert (cloud.site, cloud.s3) == before
    assert [stored["name"] for stored in cloud.objects("uploads/carol/")] == ["a b.txt"]
    assert cloud.read(signed["key"]) == b"hello"


def test_faults_and_log(signet):
    cloud = signet(faults=["503", {"kind": "cut", "offset": 2}])
    signed = cloud.call("POST", "/presign", WISH)
    assert [send(signed), send(signed), send(signed)] == [503, 0, 200]
    assert [event["kind"] for event in cloud.log()["s3"]["events"]] == ["503", "cut"]
    cloud.reset()
    assert cloud.log()["s3"]["requests"] == []


def test_passes(signet):
    cloud = signet(config={"passes": True})
    assert cloud.make_pass(do="upload", folder="inbox")["url"].startswith(cloud.site)
    assert cloud.make_pass(do="upload", folder="inbox", owner="carol")["token"]
    assert cloud.backend["accessKeyId"].startswith("AKIA")


def test_says_what_is_wrong(signet, monkeypatch):
    with pytest.raises(SignetError, match="orgins"):
        Cloud(config={"orgins": []})
    with Cloud() as cloud, pytest.raises(SignetError, match="404"):
        cloud.read("uploads/alice/none.txt")
    monkeypatch.setenv("SIGNET_BIN", "no/such")
    with pytest.raises(SignetError, match="got no program at no/such, want that of SIGNET_BIN"):
        signet()
    monkeypatch.delenv("SIGNET_BIN")
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.chdir("/")
    with pytest.raises(SignetError, match="^got no signet, want one"):
        signet()
