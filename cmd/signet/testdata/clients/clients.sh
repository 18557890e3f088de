# curl sends what Signet signs, a form and parts by their URLs; aws s3api reads it back. In an empty folder, with API,
# S3, BUCKET, TOKEN and the keys of the bucket's reader in the environment.
call() { curl -sf "$API$1" -H "Authorization: Bearer $TOKEN" "${@:2}"; }
s3api() { aws --endpoint-url "$S3" --region us-east-1 --output text s3api "$1" --bucket "$BUCKET" "${@:2}"; }

# A form: the fields as they are, then the file.
printf 'hello' > hello.txt
call /presign/form -d '{"name": "hello.txt", "type": "text/plain"}' > form.json
while IFS= read -r field; do fields+=(--form-string "$field"); done < <(jq -r '.fields | to_entries[] | "\(.key)=\(.value)"' form.json)
curl -sf "$(jq -r .url form.json)" "${fields[@]}" -F 'file=@hello.txt;type=text/plain' > /dev/null
key=$(jq -r .fields.key form.json)
s3api get-object --key "$key" back.txt > head.txt
cmp hello.txt back.txt
grep -q text/plain head.txt

# Parts by their URLs.
head -c 9000000 /dev/urandom > large.bin
call /uploads -d '{"name": "large.bin", "size": 9000000}' > upload.json
split -b "$(jq .partSize upload.json)" -d -a 1 large.bin part.
for n in $(seq "$(jq .partCount upload.json)"); do
  url=$(jq -r --argjson n "$n" '"\(.sign.url)&partNumber=\($n)&X-Amz-Signature=\(.sign.signatures[$n - .sign.first])"' upload.json)
  curl -sf -X PUT "$url" -H 'Expect:' -H 'Content-Type:' --data-binary "@part.$((n - 1))" > /dev/null
done
jq '{key, uploadId, size: 9000000}' upload.json | call /uploads/complete -d @- > done.json
key=$(jq -r .key done.json)
s3api get-object --key "$key" large.back > /dev/null
cmp large.bin large.back
[ "$(s3api head-object --key "$key" --query ContentLength)" = 9000000 ]
[ "$(s3api list-objects-v2 --prefix "uploads/" --query 'length(Contents)')" -ge 2 ]
echo ok
