import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';

/** Uppy 5 with its S3 plugin by way of Companion. */
export function create(companionEndpoint, plugin) {
  return new Uppy().use(AwsS3, { endpoint: companionEndpoint, ...plugin });
}

export { AwsS3, Uppy };
