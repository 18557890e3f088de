"""A pool and a bucket that are gone: an administrator copies what was a person's into
those that there are, by the commands of infra/README as they stand."""
import re
import shlex

from cloud import ROOT, WORK, Failed


def commands():
    """The commands of the chapter, in the order in which they are run."""
    chapter = (ROOT / "infra/README.md").read_text().split("## When something is gone")[1].split("\n## ")[0]
    return sorted(re.findall(r"^    (aws s3 .*)$", chapter, re.M), key=lambda c: "sync" not in c)


def copy(tool, person, tokens, key, before, now):
    """Copies a file of the bucket before into the one that there is now, where its owner has another id."""
    old, new = key.split("/")[1], person.upload(tokens).split("/")[1]
    words = {"OLD-ID": old, "NEW-ID": new, "OLD": before, "NEW": now, "BUCKET": now}
    if len(all := commands()) != 2 or old == new:
        raise Failed(f"copied: got the commands {all} for {old} and {new}, want two, and two ids")
    for n, command in enumerate(all):
        tool(WORK / "aws", *shlex.split(re.sub("|".join(words), lambda m: words[m[0]], command))[1:], log=f"copied{n}.log")
    if (status := person.read(tokens, key.replace(old, new))) != 200:
        raise Failed(f"copied: got {status} for a file of an earlier bucket and person, want it read")
