"""Spaces of every kind, and everybody who may ask: the table of answers that is written by
hand in lambda/api/spaces_table_test.go, played on the deployed stack.

Groups come from the pool, guests' passes from the backend, and what is signed is taken or
not by the bucket, with its policy and the function's role.
"""
import base64
import concurrent.futures
import json

import backend
from cloud import REGION, ROOT, WORK, Failed, run
from person import Person

TEST = WORK / "spaces"
CONFIG = {**json.loads((ROOT / "lambda/api/testdata/kinds.json").read_text()), "passes": True, "backend": {"roles": [backend.ROLE]}}
# As `people` of the table has them.
PEOPLE = {"alice": "design", "bob": "design", "ann": "admins", "dave": "ops"}


def build():
    run(["go", "test", "-c", "-o", TEST, "./lambda/api"], timeout=600)


class Kinds:
    def __init__(self, cloud, outputs):
        self.cloud, self.outputs = cloud, outputs
        pool, people = cloud.aws("cognito-idp"), {name: Person(cloud, outputs, f"kinds-{name}@example.com") for name in PEOPLE}
        for group in set(PEOPLE.values()):
            pool.create_group(UserPoolId=outputs["UserPoolId"], GroupName=group)
        for name, group in PEOPLE.items():
            pool.admin_add_user_to_group(UserPoolId=outputs["UserPoolId"], Username=people[name].mail, GroupName=group)
        with concurrent.futures.ThreadPoolExecutor(len(people)) as signing:
            self.tokens = dict(zip(people, signing.map(lambda p: p.sign_in(), people.values())))

    def rehearse(self, admin):
        """Everybody asks everything in every space; how many requests that were."""
        role = backend.Backend(self.cloud, self.outputs).credentials()
        keys = lambda k: dict(zip(("AccessKeyID", "SecretAccessKey", "SessionToken"), k))
        told = WORK / "spaces.json"
        told.write_text(json.dumps({
            "API": self.outputs["SiteURL"] + "/api", "Backend": self.outputs["BackendURL"].removesuffix("/backend"), "Bucket": self.outputs["BucketName"],
            "Alice": subject(self.tokens["alice"]), "Tokens": {name: t["access_token"] for name, t in self.tokens.items()}, "Role": keys(role), "Admin": keys(admin)}))
        done = run([TEST, "-test.run", "^TestSpacesDeployed$", "-test.v", "-test.parallel", "8"], {**self.cloud.env(), "AWS_REGION": REGION, "SIGNET_SPACES": str(told)},
                   "spaces.log", 600, cwd=ROOT / "lambda/api")
        rows = [line.split()[1] for line in done.stdout.splitlines() if line.endswith(" rows")]
        if "--- PASS: TestSpacesDeployed " not in done.stdout or not rows:
            raise Failed(f"spaces: got no table played, want it\n{done.stdout[-2000:]}")
        return int(rows[0])


def subject(tokens):
    body = tokens["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"]
