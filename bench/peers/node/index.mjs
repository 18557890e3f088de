import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const s3 = new S3Client({ region: "ap-northeast-2" });
const bucket = "my-upload-demo-2025";

export const handler = async (event) => {
  const body = JSON.parse(event.body || "{}");
  const key = body.key;
  const ctype = body.contentType || "application/octet-stream";

  const cmd = new PutObjectCommand({
    Bucket: bucket, Key: key, ContentType: ctype,
    ServerSideEncryption: "aws:kms"
  });

  const url = await getSignedUrl(s3, cmd, { expiresIn: 900 });
  return { statusCode: 200, body: JSON.stringify({ url }) };
};
