"""The document's boto3 example: multipart with a progress bar. upload.py FILE BUCKET KEY"""
import os
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from tqdm import tqdm

path, bucket, key = sys.argv[1:]
config = TransferConfig(multipart_threshold=32 * 1024 * 1024, multipart_chunksize=16 * 1024 * 1024, max_concurrency=8)
s3 = boto3.client('s3')
progress = tqdm(total=os.path.getsize(path), unit='B', unit_scale=True)
s3.upload_file(path, bucket, key, Callback=progress.update, Config=config, ExtraArgs={'ServerSideEncryption': 'aws:kms'})
progress.close()
