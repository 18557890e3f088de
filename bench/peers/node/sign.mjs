// Prints how many nanoseconds one presigned PUT takes, for each of 15 rounds.
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const s3 = new S3Client({
  region: "eu-central-1",
  credentials: {
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    sessionToken: process.argv[2] || undefined,
  },
});

const sign = () =>
  getSignedUrl(
    s3,
    new PutObjectCommand({
      Bucket: "uploads-123456789012",
      Key: "uploads/ada/holiday photo~0123456789abcdef.jpg",
      ContentType: "image/jpeg",
      ContentLength: 12345678,
      IfNoneMatch: "*",
    }),
    { expiresIn: 900 },
  );

for (let i = 0; i < 200; i++) await sign();
for (let round = 0; round < 15; round++) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < 100; i++) await sign();
  console.log(((process.hrtime.bigint() - start) / 100n).toString());
}
