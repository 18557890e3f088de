#!/usr/bin/env bash
# Tries `signet dev` by its own description for some seconds: no 5xx, and no
# answer that the description does not have. Whether all that the description
# has no room for is refused is not asked: null counts as left out, and a bad one
# of several files or requests is answered for itself. Calls that are there with
# passes alone are left out: this dev has none, and whoever has no pass is told 404.
#   try.sh SIGNET SCHEMATHESIS SECONDS [OPTION…]
set -euo pipefail
signet=$(realpath "$1") schemathesis=$(realpath -s "$2") seconds=$3
shift 3
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
mkfifo "$work/ready"
"$signet" dev --json --port 0 --dir "$work/data" >"$work/ready" &
dev=$!
trap 'kill "$dev"; wait "$dev" || true; rm -rf "$work"' EXIT
read -r ready <"$work/ready"
api=$(jq -r .api <<<"$ready")
SIGNET_TOKEN=$(jq -r .token <<<"$ready")
SIGNET_SESSION=$(curl -sf -X POST "$api/s3/session" -H "Authorization: Bearer $SIGNET_TOKEN" | jq -r '.companionEndpoint | split("/") | last')
export SIGNET_TOKEN SIGNET_SESSION
cd "$work" # where it leaves its own files
"$schemathesis" --config-file "$here/schemathesis.toml" --no-color run "$api/openapi.json" --max-time "$seconds" --workers 1 \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method,allow_header_conformance,missing_required_header,ignored_auth \
  --exclude-path-regex '^/(pass|passes|backend)(/|$)' --continue-on-failure --report-dir "$work/report" "$@"
