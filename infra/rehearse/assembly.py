"""The CDK's assembly, as the emulator can take it: what is changed is in gaps.py."""
import json
import os
import pathlib
import platform
import shutil
import threading
import zipfile

import gaps
from cloud import CDK, ROOT, WORK, run

# The programs, by the folder that infra/build.go builds each into.
PROGRAMS = {"build/function": "./lambda", "build/quarantine": "./lambda/quarantine", "build/notify": "./lambda/notify/function"}


# A synthesis builds the programs into folders that are there once.
ONE = threading.Lock()


def synthesize(name, config):
    """Writes the assembly of a configuration to WORK/name, fit for the emulator."""
    with ONE:
        return written(WORK / name, name, config)


def written(out, name, config):
    environment = {**os.environ, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}
    run([CDK, "synth", "--quiet", "--output", out, "--context", "signet=" + json.dumps(config)], environment, name + ".synth.log", 600)
    shutil.rmtree(out / ".cache", ignore_errors=True)
    exchange(out)
    awscli(out)
    for template in out.glob("*.template.json"):
        template.write_text(json.dumps(fit(json.loads(template.read_text())), indent=1))
    return out


def exchange(out):
    """Puts this machine's programs in the place of arm64's."""
    arch = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    for folder, source in PROGRAMS.items():
        built = ROOT / folder / "bootstrap"
        own = WORK / arch / pathlib.Path(folder).name
        if not built.exists():
            continue
        if not own.exists():
            run(["go", "build", "-tags", "lambda.norpc", "-o", own, source], {**os.environ, "GOOS": "linux", "GOARCH": arch, "CGO_ENABLED": "0"}, timeout=600)
        for asset in out.glob("asset.*/bootstrap"):
            if asset.read_bytes() == built.read_bytes():
                shutil.copy(own, asset)


def awscli(out):
    """Has the function that copies the site call the layer's command line where it lies."""
    layer = WORK / "layer"
    for archive in out.glob("asset.*.zip"):
        if not layer.exists():
            zipfile.ZipFile(archive).extractall(layer)
    wrapper = WORK / "aws"
    wrapper.write_text(f'#!/bin/sh\nunset AWS_ENDPOINT_URL\nexec {shutil.which("python3")} {layer}/awscli/aws "$@"\n')
    wrapper.chmod(0o755)
    for program in out.glob("asset.*/index.py"):
        text = program.read_text()
        program.write_text(text.replace("/opt/awscli/aws", str(wrapper)))


def fit(template):
    """The template without what the emulator lacks."""
    resources = template["Resources"]
    types = {g.name for g in gaps.TYPES}
    gone = {name for name, r in resources.items() if r["Type"] in types or (r["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in r["Properties"])}
    for name in gone:
        del resources[name]
    for r in resources.values():
        if on := r.get("DependsOn"):
            r["DependsOn"] = [x for x in ([on] if isinstance(on, str) else on) if x not in gone]
        variables = r.get("Properties", {}).get("Environment", {}).get("Variables", {})
        variables.pop("AWS_CA_BUNDLE", None)  # of Lambda's own machines
    return provider(template)


def provider(v):
    """Writes a pool's ProviderURL as what it is made of."""
    if isinstance(v, list):
        return [provider(x) for x in v]
    if not isinstance(v, dict):
        return v
    if v.get("Fn::GetAtt", [None, None])[1] == "ProviderURL":
        return {"Fn::Join": ["", ["https://", {"Fn::GetAtt": [v["Fn::GetAtt"][0], "ProviderName"]}]]}
    return {k: provider(x) for k, x in v.items()}
