"""Rehearses a deployment from nothing to nothing, on an AWS on this machine:

    make rehearse

The CDK's own command line deploys the whole stack but for what gaps.py lists; a
person signs in; `signet verify` has the conversation that it has with a real
deployment. Then comes what an operator does: update, malware, destroy, and deploy
again beside what was kept.
"""
import concurrent.futures
import json
import shutil
import sys
import time
import traceback
import urllib.parse

import backend
import forgotten
import gaps
import gone
import kinds
import scans
import told
from assembly import synthesize
from cloud import ACCOUNT, REGION, ROOT, WORK, Cloud, Failed, run
from person import Person
from scans import Scanner

NAME = "signet"
SIGNET, PREFLIGHT, ATTACKS = WORK / "signet", WORK / "preflight", WORK / "attacks"
# What the doctor rightly finds here, because the emulator lacks it (gaps.py).
DOCTOR = {"data-events": "no trail", "budget": "no budget", "alarms": "alarms whose actions it does not turn on"}
# What verify rightly finds here: the emulator's CloudFront caches nothing, and its alarms have no actions. Its API
# Gateway writes no log, for which verify would wait. Neither stack has a relay.
# The one with spaces of every kind tells nobody and counts nothing, so that all of the table can be asked.
# Of the stack as it is at first there are neither spaces nor passes, and it tells nobody; the updated one has a firewall, with which nothing goes by way of the edge.
VERIFY = {"site-cached", "alarms"}
PLAIN = {"logs", "relay", "spaces", "spaces-other", "spaces-limits", "public", "quota", "pass-upload", "pass-refused", "pass-read", "pass-revoked", "backend-refused", "backend", "told"}
UPDATED = {"logs", "relay", "edge", "edge-read"}
KINDS = {"logs", "relay", "quota", "told"}
STEPS = 51
UPDATE = {
    "lifecycle": {"noncurrent": 60}, "malwareScan": "strict", "origins": ["https://app.example.com"],
    "webAcl": "arn:aws:wafv2:us-east-1:000000000000:global/webacl/files/0a1b2c3d",
    "spaces": {"avatars": {"read": ["public"]}, "team": {"per": "group"}},
    "passes": True, "quota": {"bytes": "1 GiB"}, "backend": {"roles": [backend.ROLE]}, "events": {"queue": told.ARN},
}
CONFIG = {"name": NAME, "malwareScan": True, "alarms": "ops@example.com", "budget": {"monthly": 20, "address": "ops@example.com"}}


class Rehearsal:
    def __init__(self, cloud):
        self.cloud, self.began = cloud, time.monotonic()

    def step(self, says):
        print(f"{time.monotonic() - self.began:6.1f} s  {says}", flush=True)

    def tool(self, *args, env=None, log=None, check=True):
        """One of the project's own programs, as a client of this AWS."""
        return run(args, {**self.cloud.env(), **self.admin, "HOME": str(WORK), **(env or {})}, log, check=check)

    def administrator(self):
        """Somebody who may do everything that a policy does not deny: the emulator's root is denied nothing."""
        iam = self.cloud.aws("iam")
        iam.create_user(UserName="admin")
        everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        iam.put_user_policy(UserName="admin", PolicyName="everything", PolicyDocument=json.dumps(everything))
        key = iam.create_access_key(UserName="admin")["AccessKey"]
        self.admin = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def deploy(self, folder):
        outputs = WORK / "outputs.json"
        self.cloud.cdk("deploy", "--app", folder, "--all", "--require-approval", "never", "--no-version-reporting", "--outputs-file", outputs, log="deploy.log")
        self.outputs = json.loads(outputs.read_text())[NAME]
        return forgotten.Stack(self.cloud, folder, NAME)

    def verify(self, skipped, person=None, other=None):
        """As two people who have signed in; as nobody, so that it makes two of its own."""
        tokens = person and {"SIGNET_API": self.outputs["SiteURL"] + "/api", "SIGNET_TOKEN": person["access_token"],
                             "SIGNET_OTHER_TOKEN": other["access_token"], "SIGNET_ID_TOKEN": person["id_token"]}
        done = self.tool(SIGNET, "verify", "--stack", NAME, "--skip", "logs", "--json", env=tokens, log="verify.json", check=False)
        report = json.loads(done.stdout) if done.stdout else {"steps": []}
        want = lambda s: "fail" if s["id"] in VERIFY else "skipped" if s["id"] in skipped else "pass"
        bad = [s for s in report["steps"] if s["status"] != want(s)]
        if bad or len(report["steps"]) != STEPS:
            raise Failed(f"signet verify: got {len(report['steps'])} steps and {json.dumps(bad, indent=1)}, want {STEPS} that pass, but for {sorted(VERIFY)}\n{done.stderr}")
        people = self.cloud.aws("cognito-idp").list_users(UserPoolId=self.outputs["UserPoolId"])["Users"]
        if left := [u["Username"] for u in people if any(a["Value"].startswith("signet-verify") for a in u["Attributes"])]:
            raise Failed(f"signet verify: got {left} left in the pool, want its people gone")
        self.step(f"signet verify, as {'people who signed in' if person else 'people of its own'}: {sum(s['status'] == 'pass' for s in report['steps'])} of {STEPS} steps passed")

    def attacks(self, person, other, test="TestAttacksDeployed", what="the attacks"):
        """The attacks of make test-attacks, by one of these people on the other."""
        done = run([ATTACKS, "-test.v", "-test.run", f"^{test}$"], {
            **self.cloud.env(), "SIGNET_ATTACK": self.outputs["SiteURL"] + "/api", "SIGNET_ATTACK_ALICE": person["access_token"],
            "SIGNET_ATTACK_BOB": other["access_token"], "SIGNET_ATTACK_GAPS": "\n".join(gaps.ATTACKS)}, test + ".log", 600, cwd=ROOT / "cmd/signet")
        if f"--- PASS: {test} " not in done.stdout:
            raise Failed(f"attacks: got {test} not run, want it\n{done.stdout[-2000:]}")
        self.step(f"{what} came to nothing")

    def guests(self):
        """A guest of one of two people attacks both."""
        dora, evan = (Person(self.cloud, self.outputs, name + "@example.com").sign_in() for name in ("dora", "evan"))
        self.attacks(dora, evan, "TestAttacksByAPassDeployed", "the attacks by a pass")

    def browser(self, person):
        """Chromium on the site behind CloudFront: sign in, send, fetch, sign out."""
        run([ROOT / "frontend/node_modules/.bin/vitest", "run", "--config", "e2e/deployed.config.ts"], {
            **{k: v for k, v in self.cloud.env().items() if not k.upper().endswith("_PROXY")}, "SIGNET_SITE": self.outputs["SiteURL"],
            "SIGNET_PROXY": self.cloud.address(), "SIGNET_USER": person.mail, "SIGNET_PASSWORD": person.password}, "browser.log", 300, cwd=ROOT / "frontend")
        self.step("Chromium signed in, sent a small file and one in parts, and has them back")

    def doctor(self):
        done = self.tool(SIGNET, "doctor", "--stack", NAME, "--probe", "--json", log="doctor.json", check=False)
        failed = {c["id"] for c in json.loads(done.stdout)["results"] if c["status"] == "fail"}
        if failed != set(DOCTOR):
            raise Failed(f"signet doctor: got the failures {sorted(failed)}, want {sorted(DOCTOR)}")
        self.step("signet doctor found what the emulator lacks, and nothing else")

    def redeploy(self, person, folder):
        """An update arrives, with all that UPDATE has, and the same again is no change."""
        application = told.Told(self.cloud)
        stack = self.deploy(folder)
        for again in ("UploadsState", "UploadsApi"):  # what is new, and what an update forgets
            forgotten.put(stack, again)
        rules = self.cloud.aws("s3").get_bucket_cors(Bucket=self.outputs["BucketName"])["CORSRules"]
        if "https://app.example.com" not in rules[0]["AllowedOrigins"]:
            raise Failed(f"update: got the CORS rules {rules}, want the new origin")
        diff = self.cloud.cdk("diff", "--app", folder, "--fail", log="diff.log", check=False)
        if diff.returncode:
            raise Failed(f"diff: got a difference, want none\n{diff.stdout[-2000:]}{diff.stderr[-2000:]}")
        self.folder = folder
        self.step("updated, and no difference is left")
        scans.strict(self.cloud, self.outputs, person, self.gone.env)
        self.step("strict: files were unreadable, by link, by CloudFront and to an administrator, until they were found clean")
        with Scanner(self.cloud, self.outputs["BucketName"]):
            together(lambda: self.verify(UPDATED), self.doctor, lambda: self.public(person), lambda: self.told(stack, application), self.backend, self.guests)

    def told(self, stack, application):
        """The application hears what happened to a file, from the deployed function."""
        cleo = Person(self.cloud, self.outputs, "cleo@example.com")
        application.of(stack).rehearse(cleo, cleo.sign_in(), self.outputs["BucketName"])
        self.step("the application was told of a file: stored, deleted, restored, quarantined")

    def backend(self):
        backend.Backend(self.cloud, self.outputs).rehearse((self.admin["AWS_ACCESS_KEY_ID"], self.admin["AWS_SECRET_ACCESS_KEY"]))
        self.step("the application's server had a pass made, and its user uploaded by it")

    def public(self, person):
        """A public file is read by anybody at its own host, where a page of somebody's is saved and runs nothing; the API takes nothing past the firewall."""
        tokens = person.sign_in()
        for kind, shown in {"image/png": "inline", "text/html": "attachment"}.items():
            key = person.upload(tokens, space="avatars", type=kind)
            person.clean(tokens, key)
            status, headers, body = person.ask(f"{self.outputs['PublicURL']}/{urllib.parse.quote(key)}")
            got = (status, body, headers.get("Content-Disposition"), headers.get("Content-Security-Policy"), headers.get("X-Content-Type-Options"))
            if got != (200, "kept", shown, "sandbox; default-src 'none'", "nosniff"):
                raise Failed(f"public: got {got} for {kind}, want it {shown}, in a sandbox")
            for host, path in ((self.outputs["PublicURL"], person.upload(tokens)), (self.outputs["SiteURL"], key)):
                if (status := person.ask(f"{host}/{urllib.parse.quote(path)}")[0]) not in (403, 404, 405):
                    raise Failed(f"public: got {status} of {host} for {path}, want it refused")
        self.step("public files are read at their own host alone, and run nothing")

    def destroy(self):
        """Away, but for what must be kept; and again beside it."""
        refused = self.cloud.cdk("destroy", "--app", self.folder, "--all", "--force", log="protected.log", check=False)
        if not self.there():
            raise Failed(f"destroy: got the protected stack deleted, want it refused\n{refused.stderr}")
        with Scanner(self.cloud, self.outputs["BucketName"]):
            self.gone.leave(Person(self.cloud, self.outputs, "ada-of-old@example.com"), self.outputs)
        self.away()
        kept = self.kept()
        if self.there() or kept != (5, 2, 1):
            raise Failed(f"destroy: got {kept} buckets, keys and pools, want 5, 2 and 1")
        self.step("destroyed: five buckets, two keys and the pool are kept")
        self.deploy(self.folder)
        if self.kept() != (10, 4, 2):
            raise Failed(f"again: got {self.kept()} buckets, keys and pools, want 10, 4 and 2")
        self.step("deployed again beside what was kept")
        ada = Person(self.cloud, self.outputs, "ada@example.com")
        self.gone.come_back(ada, ada.sign_in(), self.outputs, Scanner)
        self.step("what was in another bucket and of another pool is hers again, by the commands of infra/README")
        return ada

    def away(self):
        self.tool(PREFLIGHT, "--config", WORK / "config.json", "--yes", "--kept", WORK / "kept.json", "destroy", log="destroy-preflight.log")
        self.cloud.cdk("destroy", "--app", self.folder, "--all", "--force", log="destroy.log")

    def adopt(self, ada, tokens):
        """Away once more, and back with `existing` and spaces of every kind: the same bucket, key, people and files."""
        before, kept = self.outputs, ada.files(tokens)
        self.gone.link(ada, tokens)
        self.away()
        config = {**CONFIG, "malwareScan": False, **kinds.CONFIG, **json.loads((WORK / "kept.json").read_text())}
        (WORK / "config.json").write_text(json.dumps(config))
        self.folder = synthesize("adopted", config)
        self.tool(PREFLIGHT, "--config", WORK / "config.json", "--assembly", self.folder, "adopt", log="adopt.log")
        forgotten.put(self.deploy(self.folder))
        for name in ("BucketName", "KeyArn", "UserPoolId"):
            if self.outputs[name] != before[name]:
                raise Failed(f"existing: got the {name} {self.outputs[name]}, want {before[name]}")
        ada.outputs = self.outputs
        if (files := ada.files(ada.sign_in())) != kept:
            raise Failed(f"existing: got the files {files}, want {kept}")
        self.gone.ended(ada)
        self.step(f"deployed again with what was kept: the same person has the same {len(kept)} files")

    def kinds(self):
        """The table of spaces, and meanwhile the conversation, as two of those who are in it."""
        k = kinds.Kinds(self.cloud, self.outputs)
        self.step("four people signed in, each in a group")
        together(lambda: self.table(k), lambda: self.verify(KINDS, k.tokens["alice"], k.tokens["dave"]))

    def table(self, k):
        rows = k.rehearse((self.admin["AWS_ACCESS_KEY_ID"], self.admin["AWS_SECRET_ACCESS_KEY"], ""))
        self.step(f"spaces: {rows} requests of everybody were answered as the table says, and what was signed was taken")

    def there(self):
        stacks = self.cloud.aws("cloudformation").describe_stacks()["Stacks"]
        return any(s["StackName"] == NAME and s["StackStatus"] != "DELETE_COMPLETE" for s in stacks)

    def kept(self):
        """How many buckets, keys and pools of ours there are."""
        buckets = [b["Name"] for b in self.cloud.aws("s3").list_buckets()["Buckets"] if b["Name"].startswith(NAME)]
        kms = self.cloud.aws("kms")
        keys = [k for k in kms.list_keys()["Keys"] if (m := kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"])["KeyManager"] == "CUSTOMER" and m["Description"].endswith("of " + NAME)]
        return len(buckets), len(keys), len(self.cloud.aws("cognito-idp").list_user_pools(MaxResults=10)["UserPools"])


def together(*steps):
    """Takes steps at once that do not stand in each other's way: each waits for the others' processes. All that fail are told."""
    with concurrent.futures.ThreadPoolExecutor(len(steps)) as pool:
        done = [pool.submit(step) for step in steps]
    if failed := [d.exception() for d in done if d.exception()]:
        raise Failed("\n".join(str(e) if isinstance(e, Failed) else "".join(traceback.format_exception(e)) for e in failed))


def build():
    """This machine's own programs, one after the other: they share what they compile."""
    run(["go", "build", "-o", PREFLIGHT, "./infra/preflight"], timeout=600)
    run(["go", "build", "-o", SIGNET, "./cmd/signet"], timeout=600)
    run(["go", "test", "-c", "-o", ATTACKS, "./cmd/signet"], timeout=600)
    kinds.build()


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    if closed := gaps.check():
        raise Failed("\n".join(closed))
    (WORK / "config.json").write_text(json.dumps(CONFIG))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        programs = pool.submit(build)
        folder = synthesize("first", CONFIG)
        second = pool.submit(synthesize, "second", {**CONFIG, **UPDATE})
        with Cloud() as cloud:
            rehearse(Rehearsal(cloud), cloud, folder, programs, second)


def rehearse(r, cloud, folder, programs, second):
    cloud.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", folder, log="bootstrap.log")
    r.step("bootstrapped")
    r.administrator()
    programs.result()
    r.gone = gone.Gone(cloud, r.admin)
    r.tool(PREFLIGHT, "--config", WORK / "config.json", "deploy", log="preflight.log")
    r.step("preflight found nothing")
    stack = r.deploy(folder)
    r.step(f"deployed {len(stack.resources)} resources")
    r.step(f"put {forgotten.put(stack)} forgotten settings")
    ada, bob = (Person(cloud, r.outputs, name + "@example.com") for name in ("ada", "bob"))
    tokens, others = ada.sign_in(), bob.sign_in()
    r.step("two people signed in at managed login")
    together(lambda: r.verify(PLAIN), lambda: r.attacks(tokens, others), lambda: r.browser(ada))
    scans.malware(cloud, stack, r.outputs, ada, tokens)
    r.step("malware was unreadable, and moved to quarantine/")
    r.redeploy(ada, second.result())
    ada = r.destroy()
    tokens = ada.sign_in()
    ada.upload(tokens)
    r.adopt(ada, tokens)
    r.kinds()


if __name__ == "__main__":
    try:
        main()
    except Failed as e:
        print(f"rehearse: {e}", file=sys.stderr)
        sys.exit(1)
