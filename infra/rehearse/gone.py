"""What infra/README says to do "When something is gone": each of its commands is run as it
stands there, with names filled in, and one that is not run fails."""
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from cloud import REGION, ROOT, WORK, Failed, run

CHAPTER = re.search(r"\n## When something is gone\n(.*?)\n## ", (ROOT / "infra/README.md").read_text(), re.S)[1]
LARGE = b"a file in parts " * (9 << 16)  # which the AWS command line copies in parts


def aws():
    """A folder in which aws is version 2 of the AWS command line."""
    for program in (shutil.which("aws"), "/usr/bin/aws"):
        if program and "aws-cli/2" in subprocess.run([program, "--version"], capture_output=True, text=True).stdout:
            folder = WORK / "bin"
            folder.mkdir(exist_ok=True)
            (folder / "aws").unlink(missing_ok=True)
            (folder / "aws").symlink_to(program)
            return folder
    raise Failed("got no version 2 of the AWS command line, want one (Debian: apt-get install awscli)")


class Gone:
    def __init__(self, cloud, admin):
        self.cloud, self.s3 = cloud, cloud.aws("s3")
        self.commands, self.ran = re.findall(r"^    (\S.*)$", CHAPTER, re.M), set()
        self.env = {**cloud.env(), **admin, "HOME": str(WORK), "PATH": f"{aws()}:{os.environ['PATH']}"}

    def do(self, begins, more="", env=None, check=True, **names):
        """Runs the chapter's command that begins so, with its names filled in."""
        found = [c for c in self.commands if c.startswith(begins)]
        if len(found) != 1:
            raise Failed(f"infra/README: got {found} of {self.commands}, want one that begins with {begins}")
        self.ran.add(found[0])
        command = found[0].replace("bin/signet", str(WORK / "signet"))
        for name, value in sorted(names.items(), key=lambda n: -len(n[0])):
            command = re.sub(rf"(?<![A-Z-]){name.replace('_', '-')}(?![A-Z-])", value, command)
        return run(["bash", "-c", f"{command} {more}"], {**self.env, **(env or {})}, log=begins.replace(" ", "-").replace("/", "-") + ".log", check=check)

    def file(self, person, tokens):
        """One that was deleted comes back."""
        key = person.upload(tokens, name="report.pdf")
        person.remove(tokens, key)
        env = {"SIGNET_API": person.outputs["SiteURL"] + "/api", "SIGNET_TOKEN": tokens["access_token"]}
        if "deleted" not in (said := self.do("bin/signet versions", env=env).stdout):
            raise Failed(f"signet versions: got {said}, want the deletion")
        self.do("bin/signet restore", env=env)
        if key not in person.files(tokens):
            raise Failed(f"signet restore: got {key} not back, want it")

    def leave(self, person, outputs):
        """What there is before all is gone: small, in parts, cold, and found to be malware."""
        tokens = person.sign_in()
        self.file(person, tokens)
        self.bucket, self.pool, self.person = outputs["BucketName"], outputs["UserPoolId"], person
        folder = "uploads/" + self.id(self.pool, person)
        put = lambda name, body, **more: self.s3.put_object(Bucket=self.bucket, Key=f"{folder}/{name}~raaaaaaaaaaaaaaaaaaaaaaaaaa.txt", Body=body, ContentType="text/plain", **more)
        self.left = {person.upload(tokens, name="small.txt").rsplit("/", 1)[1]: b"kept"}
        put("large", LARGE, Metadata={"case": "4711"})
        put("cold", b"cold", StorageClass="GLACIER")
        self.left["large~raaaaaaaaaaaaaaaaaaaaaaaaaa.txt"] = LARGE
        self.s3.put_object(Bucket=self.bucket, Key="quarantine/x/1", Body=b"threat")
        person.clean(tokens, person.upload(tokens))  # and so is all before it

    def link(self, person, tokens):
        """A pass that is given away."""
        self.token = json.loads(person.api(tokens, "/passes", {"do": "upload", "folder": "in", "expires": "1h"}))["token"]

    def ended(self, person):
        """It was in the state bucket, which a stack does not take up again."""
        request = urllib.request.Request(person.outputs["SiteURL"] + "/api/pass", headers={"Signet-Pass": self.token})
        try:
            raise Failed(f"existing: got {person.opener.open(request, timeout=20).status} for a link of before, want 404")
        except urllib.error.HTTPError as e:
            if e.code != 404:
                raise Failed(f"existing: got {e.code} for a link of before, want 404")

    def id(self, pool, person):
        return self.do("aws cognito-idp admin-get-user", POOL=pool, env=None, **{"ada@example.com": person.mail}).stdout.strip()

    def come_back(self, person, tokens, outputs, scanner):
        """In another stack, with another pool, the same files are the same person's."""
        bucket, props = outputs["BucketName"], "--copy-props metadata-directive"
        copy = lambda more, **how: self.do("aws s3 sync", more, OLD_REGION=REGION, OLD=self.bucket, NEW=bucket, **how)
        tagged = copy("", check=False)
        if tagged.returncode != 1 or "PutObjectTagging" not in tagged.stdout + tagged.stderr:
            raise Failed(f"aws s3 sync: got {tagged.returncode} {tagged.stderr[-500:]}, want it refused to copy tags, which the scan alone may set")
        cold = copy(props, check=False)
        if cold.returncode != 2 or "GLACIER" not in cold.stdout + cold.stderr:
            raise Failed(f"aws s3 sync: got {cold.returncode} {cold.stderr[-500:]}, want 2 and a warning of what is cold")
        old, new = self.id(self.pool, self.person), self.id(outputs["UserPoolId"], person)
        with scanner(self.cloud, bucket):
            while self.do("aws s3 cp", props, check=False, BUCKET=bucket, OLD_ID=old, NEW_ID=new).returncode:
                time.sleep(1)  # until all was found clean
            there = self.s3.list_objects_v2(Bucket=bucket)["Contents"]
            if moved := [o["Key"] for o in there if o["Key"].startswith(("quarantine/", "moved/"))]:
                raise Failed(f"aws s3 sync: got {moved} copied, want them left")
            for name, body in self.left.items():
                self.same(person, tokens, bucket, f"uploads/{new}/{name}", body)
        if unused := [c for c in self.commands if c not in self.ran]:
            raise Failed(f"infra/README: got the commands {unused} not run, want each")

    def same(self, person, tokens, bucket, key, body):
        head = self.s3.head_object(Bucket=bucket, Key=key)
        if head["ContentType"] != "text/plain" or body is LARGE and head["Metadata"].get("case") != "4711":
            raise Failed(f"copied: got {head['ContentType']} and {head['Metadata']} of {key}, want them as they were")
        if key not in person.files(tokens) or (got := person.clean(tokens, key)) != body:
            raise Failed(f"copied: got {len(got)} bytes of {key}, want the {len(body)} that were there")
