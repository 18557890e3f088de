"""The application's server: it signs for execute-api with its role, and a user of its own
uploads by the pass that it gets, without an account here."""
import json
import ssl
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cloud import ACCOUNT, REGION, WORK, Failed

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


class Backend:
    def __init__(self, cloud, outputs):
        self.cloud, self.outputs = cloud, outputs
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({"https": cloud.address()}),
                                                  urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=WORK / "ca.crt")))

    def ask(self, method, url, message=None, headers=None):
        request = urllib.request.Request(url, message, headers or {}, method=method)
        try:
            answer = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as e:
            answer = e
        return answer.status, answer.read()

    def sign(self, credentials, method, path, message):
        """The status and the answer of a signed call."""
        url, body = self.outputs["BackendURL"] + path, json.dumps(message).encode()
        request = AWSRequest(method, url, data=body, headers={"Content-Type": "application/json"})
        if credentials:
            SigV4Auth(Credentials(*credentials), "execute-api", REGION).add_auth(request)
        return self.ask(method, url, body, dict(request.headers))

    def credentials(self):
        """Of the application's role, which backend.roles names, and which is made once."""
        iam = self.cloud.aws("iam")
        if any(r["RoleName"] == "app" for r in iam.list_roles()["Roles"]):
            return self.assumed()
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}]}
        iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(trust))
        everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}
        iam.put_role_policy(RoleName="app", PolicyName="invoke", PolicyDocument=json.dumps(everything))
        return self.assumed()

    def assumed(self):
        c = self.cloud.aws("sts").assume_role(RoleArn=ROLE, RoleSessionName="server")["Credentials"]
        return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]

    def rehearse(self, stranger):
        """Nobody else's signature makes a pass; the application's does, and its user uploads by it once."""
        wish = {"owner": "user-42", "do": "upload", "folder": "in", "files": 1, "expires": "1h", "metadata": {"case": "4711"}}
        for who, credentials in {"nobody": None, "an administrator": stranger}.items():
            if (status := self.sign(credentials, "POST", "/passes", wish)[0]) != 403:
                raise Failed(f"backend: got {status} for {who}, want 403")
        own = self.credentials()
        status, text = self.sign(own, "POST", "/passes", wish)
        if status not in (200, 201):
            raise Failed(f"backend: got {status} {text[:300]}, want a pass")
        guest = {"Signet-Pass": json.loads(text)["token"], "Content-Type": "application/json"}
        file = json.dumps({"name": "a.txt", "type": "text/plain", "size": 4}).encode()
        status, text = self.ask("POST", self.outputs["SiteURL"] + "/api/pass/presign", file, guest)
        signed = json.loads(text)
        if status != 200 or not signed["key"].startswith("uploads/user-42/in/a~"):
            raise Failed(f"backend: got {status} {text[:300]}, want a file of user-42's signed")
        if (status := self.ask("PUT", signed["url"], b"kept", signed["headers"])[0]) != 200:
            raise Failed(f"backend: got {status} for the guest's PUT, want 200")
        if (status := self.ask("POST", self.outputs["SiteURL"] + "/api/pass/presign", file.replace(b"a.txt", b"b.txt"), guest)[0]) != 404:
            raise Failed(f"backend: got {status} for a second file by a pass for one, want 404")
