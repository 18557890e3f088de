#!/bin/bash
# Synthesizes the sources in two folders and compares: the templates and the
# hashes of the assets must be the same, and no AWS credentials are needed. An
# argument is the configuration, in JSON, in the place of cdk.json's:
#   infra/twice.sh '{"relay": true}'
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then export CDK_CONTEXT_JSON="{\"signet\": $1}"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
first=$work/first second=$work/second-with-a-longer-name

mkdir "$first"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - --ignore-failed-read 2>/dev/null) |
  tar --extract --directory "$first"
# The site's packages are the same in both: what is compared is what is built with them.
if [ -f "$root/frontend/node_modules/.package-lock.json" ]; then
  cp --archive "$root/frontend/node_modules" "$first/frontend/node_modules"
  touch "$first/frontend/node_modules/.package-lock.json"
fi
cp --archive "$first" "$second"

for folder in "$first" "$second"; do
  (cd "$folder" && env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN CDK_OUTDIR="$folder.out" go run ./infra)
done

# The metadata of the synthesis holds the path of the CDK's own temporary folder.
diff --recursive --brief --exclude '*.metadata.json' "$first.out" "$second.out"
(cd "$first.out" && sha256sum -- *.template.json && ls -d asset.*) | sed 's/^/the same: /'
