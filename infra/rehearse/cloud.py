"""An AWS on this machine: certificates, the emulator and what stands before it."""
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "rehearsal"
CDK = ROOT / "infra" / "node_modules" / ".bin" / "cdk"
REGION = "eu-west-1"
ACCOUNT = "000000000000"


class Failed(Exception):
    """What a rehearsal ends with: what was got, and what was wanted."""


def run(command, env=None, log=None, timeout=300, check=True, cwd=None):
    """Runs a command to its end; what it says goes into a file of the work folder."""
    done = subprocess.run([str(c) for c in command], env=env, timeout=timeout, cwd=cwd or ROOT, capture_output=True, text=True)
    text = done.stdout + done.stderr
    if log:
        (WORK / log).write_text(text)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))[:200]}: got {done.returncode}, want 0\n{text[-3000:]}")
    return done


class Cloud:
    """Use it with `with`: whatever it starts has ended behind it."""

    def __enter__(self):
        self.processes = []
        for name in ("tmp", "s3"):
            (WORK / name).mkdir(parents=True, exist_ok=True)
        self.proxy, self.tls, self.port = free(), free(), free()
        certificates()
        self.start("front.log", HERE / "front.py", WORK, self.proxy, self.tls, self.port)
        self.start("emulator.log", HERE / "emulator.py", env={
            "AUTH": "true", "GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "MINISTACK_REGION": REGION, "IOT_MTLS_ENABLED": "0",
            "AWS_ENDPOINT_URL": f"https://localhost:{self.tls}", "TMPDIR": str(WORK / "tmp"), "S3_DATA_DIR": str(WORK / "s3"),
        })
        until(lambda: urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{self.port}/_ministack/health", timeout=2), 60)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, log, program, *args, env=None):
        with open(WORK / log, "w") as file:
            self.processes.append(subprocess.Popen([sys.executable, str(program), *map(str, args)], env={**self.env(), **(env or {})},
                                                   stdout=file, stderr=file, start_new_session=True))

    def env(self):
        """The environment of whoever is a client of this AWS: its names, its CA and credentials."""
        bundle = str(WORK / "ca.crt")
        return {
            **{k: v for k, v in os.environ.items() if not k.upper().endswith("_PROXY") and not k.startswith(("AWS_", "SIGNET_"))},
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": self.address(), "HTTP_PROXY": self.address(), "NO_PROXY": "localhost,127.0.0.1",
            "AWS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle, "NODE_EXTRA_CA_CERTS": bundle, "CURL_CA_BUNDLE": bundle,
            "CDK_DISABLE_LEGACY_EXPORT_WARNING": "1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        }

    def address(self):
        return f"http://127.0.0.1:{self.proxy}"

    def cdk(self, *args, log=None, timeout=600, check=True):
        return run([CDK, "--proxy", self.address(), "--ca-bundle-path", WORK / "ca.crt", *args], self.env(), log, timeout, check)

    def aws(self, service, tls=False):
        """A client at the emulator's plain port, or at its end of TLS; the person's way, by names, is env's."""
        way = {"endpoint_url": f"https://localhost:{self.tls}", "verify": str(WORK / "ca.crt"), "config": Config(proxies={})} if tls else {"endpoint_url": f"http://127.0.0.1:{self.port}"}
        return boto3.client(service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test", **way)


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(call, seconds):
    end = time.monotonic() + seconds
    while True:
        try:
            return call()
        except OSError:
            if time.monotonic() > end:
                raise Failed(f"got no answer of the emulator in {seconds} s: read {WORK}/emulator.log")
            time.sleep(0.1)


def certificates():
    """A CA of this run, and a certificate for every name of AWS that is asked."""
    names = ["localhost", "*.amazonaws.com", "*.cloudfront.net", f"*.auth.{REGION}.amazoncognito.com"]
    names += [f"{part}.{REGION}.amazonaws.com" for part in ("*", "*.s3", "*.s3.dualstack", "*.execute-api", "*.s3-control")]
    openssl = lambda *args: run(["openssl", *args], log="openssl.log", cwd=WORK)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=rehearsal",
            "-addext", "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.crt")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=aws", "-keyout", "server.key", "-out", "server.csr")
    (WORK / "names").write_text("subjectAltName=" + ",".join("DNS:" + n for n in names) + "\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.crt")
