"""The document's upload site: a form's file goes to S3 by boto3. Changed: the key is named to S3 where the bucket's
policy wants a certain one, and run() is gunicorn's."""
import mimetypes
import os
import uuid

import boto3
from flask import Flask, request

app = Flask(__name__)
s3 = boto3.client('s3')
bucket = os.environ['BUCKET']
prefix = os.environ.get('PREFIX', 'uploads/')
encryption = {'ServerSideEncryption': 'aws:kms', 'SSEKMSKeyId': os.environ['KMS_KEY']}


@app.route('/', methods=['POST'])
def upload():
    file = request.files.get('file')
    if not file or file.filename == '':
        return 'choose a file', 400
    key = prefix + str(uuid.uuid4()) + '-' + file.filename
    kind = mimetypes.guess_type(file.filename)[0] or 'application/octet-stream'
    s3.upload_fileobj(file, bucket, key, ExtraArgs={'ContentType': kind, **encryption})
    return f'stored: s3://{bucket}/{key}'
