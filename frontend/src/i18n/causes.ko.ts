/** What each cause of `signet explain` means and what to do about it, in Korean. Loaded when somebody asks why. */
export const causes: Record<string, readonly [meaning: string, fix: string]> = {
  ok: ['알려진 바로는 요청에 잘못된 점이 없습니다', '할 일이 없습니다'],
  unknown: ['알려지지 않은 이유로 실패했습니다', '오류 본문 전체를 사이트 운영자에게 알려 주세요'],
  expired: ['서명된 URL의 유효 시간이 지났습니다', '쓰기 직전에 새로 서명하거나 유효 시간을 늘리세요'],
  'not-yet-valid': ['URL의 시각이 미래입니다', '서명하는 컴퓨터의 시계를 NTP로 맞추세요'],
  'expires-too-long': ['URL의 유효 시간이 7일을 넘습니다', 'X-Amz-Expires를 604800초 이하로 서명하세요'],
  'credentials-expired': ['서명한 자격 증명이 만료되었습니다', '자격 증명을 갱신한 뒤 다시 서명하세요'],
  'session-token-missing': [
    '임시 자격 증명의 세션 토큰이 빠졌습니다',
    '세션 토큰까지 서명하고 X-Amz-Security-Token을 그대로 보내세요',
  ],
  'unknown-access-key': ['S3가 모르는 액세스 키입니다', '엔드포인트와 같은 계정·파티션의 활성 키로 서명하세요'],
  'wrong-secret': [
    '요청은 그대로지만 다른 비밀 키로 서명되었습니다',
    '비밀 액세스 키가 잘리거나 바뀌지 않았는지 확인하고 다시 서명하세요',
  ],
  'wrong-region': ['버킷과 다른 리전으로 서명되었습니다', '버킷의 리전으로 서명하세요'],
  'wrong-service': ['다른 서비스용 서명입니다', '서비스 s3로 서명하세요'],
  'wrong-host': [
    '서명과 다른 호스트로 보냈습니다',
    '서명된 URL의 호스트로 그대로 보내고 Host를 바꾸는 프록시를 피하세요',
  ],
  'wrong-method': ['서명과 다른 메서드로 보냈습니다', '서명한 메서드로 보내거나 보낼 메서드로 서명하세요'],
  'wrong-key': ['서명된 경로와 다릅니다', '서명된 URL을 바꾸지 말고 그대로 쓰세요'],
  'query-changed': ['서명된 쿼리와 다릅니다', 'URL의 매개변수를 더하거나 빼거나 자르거나 다시 인코딩하지 마세요'],
  'header-missing': ['서명된 헤더를 보내지 않았습니다', 'X-Amz-SignedHeaders의 헤더를 모두 서명한 값으로 보내세요'],
  'header-changed': ['서명된 헤더의 값이 바뀌었습니다', '서명한 값으로 보내고, 바꾸는 프록시나 라이브러리를 찾으세요'],
  'header-unsigned': ['서명되지 않은 헤더를 보냈습니다', '그 헤더도 서명하거나 보내지 마세요'],
  'content-type-mismatch': ['Content-Type이 서명과 다릅니다', '서명한 Content-Type을 그대로 보내세요'],
  'content-length-mismatch': [
    '본문 길이가 서명과 다릅니다',
    '서명한 바이트 수만큼 보내거나 이 파일 크기로 다시 서명하세요',
  ],
  'empty-body-checksum': [
    '빈 본문의 체크섬이 서명되었습니다',
    'SDK의 requestChecksumCalculation을 WHEN_REQUIRED로 두고 다시 서명하세요',
  ],
  'bad-checksum': ['도착한 내용의 체크섬이 다릅니다', '보내는 바이트 그대로 체크섬을 계산해 다시 보내세요'],
  'sse-header-missing': ['필요한 암호화 헤더가 없습니다', '서명한 x-amz-server-side-encryption 헤더를 보내세요'],
  'double-encoded': ['두 번 퍼센트 인코딩되었습니다', '키는 한 번만 인코딩하고 서명된 URL은 그대로 쓰세요'],
  'plus-or-space': ['더하기 기호와 공백이 뒤바뀌었습니다', '공백은 %20, 더하기는 %2B로 쓰세요'],
  'clock-skew': ['서명한 쪽의 시계가 15분 넘게 어긋났습니다', 'NTP로 시계를 맞춘 뒤 다시 서명하세요'],
  sigv2: ['서명 버전 2로 서명되었습니다', '버킷의 리전에 맞춰 서명 버전 4(s3v4)로 서명하세요'],
  'cors-preflight': [
    '버킷의 CORS 규칙이 사전 요청을 거부했습니다',
    '이 출처·메서드·헤더를 허용하는 CORS 규칙을 추가하세요',
  ],
  'cors-origin': [
    '응답이 이 페이지의 출처를 허용하지 않습니다',
    'AllowedOrigins에 정확한 출처(스킴, 호스트, 포트)를 추가하세요',
  ],
  'cors-header': ['CORS 규칙이 허용하지 않는 헤더입니다', 'AllowedHeaders에 헤더를 추가하거나 보내지 마세요'],
  'etag-not-exposed': ['업로드는 되었지만 페이지가 ETag를 읽을 수 없습니다', 'ExposeHeaders에 ETag를 추가하세요'],
  'redirected-region': [
    '버킷이 다른 리전이나 엔드포인트에 있습니다',
    '버킷의 리전으로 서명하고 그 엔드포인트로 보내세요',
  ],
  permission: [
    '서명한 쪽에 권한이 없습니다',
    '서명하는 역할에 동작과 리소스를 허용하고, 거부하는 정책이 없는지 확인하세요',
  ],
  'bucket-policy-tls': ['TLS 없는 요청은 거부됩니다', 'https 주소로 서명하고 https로 보내세요'],
  'bucket-policy-encryption': [
    '정책이 이 암호화를 거부합니다',
    '정책이 요구하는 암호화 헤더를 서명해 보내거나, 기본 암호화를 쓰도록 빼세요',
  ],
  'bucket-policy-signature-age': [
    'URL은 유효하지만 정책이 오래된 서명을 거부합니다',
    '쓰기 직전에 서명하거나 정책의 s3:signatureAge를 늘리세요',
  ],
  'kms-denied': [
    'KMS 키가 없거나 쓸 권한이 없습니다',
    '버킷과 같은 리전의 키를 ARN으로 지정하고, 키 정책과 역할에 kms:GenerateDataKey와 kms:Decrypt를 허용하세요',
  ],
  'kms-disabled': [
    'KMS 키가 비활성화되었거나 삭제 예정입니다',
    '키를 활성화하거나 삭제를 취소하거나 다른 키로 암호화하세요',
  ],
  'no-such-bucket': ['그런 버킷이 없습니다', '버킷 이름과 주소 형식을 확인하세요'],
  'no-such-upload': [
    '멀티파트 업로드가 없습니다: 완료되었거나 취소되었습니다',
    '미완료 업로드를 조회하고 다시 시작하세요',
  ],
  'invalid-part': ['파트 목록이 저장된 것과 다릅니다', '저장된 파트의 번호와 ETag로 오름차순으로 완료하세요'],
  'part-too-small': ['마지막이 아닌 파트가 5 MiB보다 작습니다', '마지막을 빼고 5 MiB 이상으로 나누세요'],
  'precondition-failed': ['조건이 맞지 않습니다: 대개 객체가 이미 있습니다', '저장된 객체를 쓰거나 다른 키로 올리세요'],
  'too-large': ['허용된 크기보다 큽니다', '더 작게 보내거나 한도를 늘리고, 5 GiB가 넘으면 파트로 나누세요'],
  'too-small': ['폼 정책이 허용하는 크기보다 작습니다', 'content-length-range 이상을 보내세요'],
  'form-field-missing': ['폼 필드가 빠졌습니다', '서명과 함께 받은 필드를 모두 파일보다 먼저 보내세요'],
  'form-field-extra': ['정책에 없는 폼 필드가 있습니다', '받은 필드만 보내거나 정책에 조건을 추가하세요'],
  'form-file-not-last': ['파일 뒤에 온 필드는 읽히지 않습니다', '파일을 폼의 마지막 필드로 두세요'],
  'form-expired': ['폼 정책이 만료되었습니다', '새 폼을 받으세요'],
  'form-condition': ['필드가 폼 정책에 맞지 않습니다', '정책의 조건이 원하는 값으로 보내세요'],
  'slow-down': ['S3가 요청을 줄여 달라고 합니다', '간격을 늘려 가며 다시 시도하고 키를 여러 접두사로 나누세요'],
  'body-cut': [
    '본문이 다 도착하기 전에 연결이 끊겼습니다',
    '다시 보내고, 긴 업로드를 끊는 프록시나 제한이 없는지 확인하세요',
  ],
  'acl-disabled': [
    '버킷이 ACL을 받지 않는데 요청에 ACL이 있습니다',
    'x-amz-acl(폼에서는 acl 필드)을 빼거나 버킷의 객체 소유권을 BucketOwnerPreferred로 바꾸세요. 권한을 더해도 소용없습니다',
  ],
  'sse-c-blocked': [
    '버킷이 고객 제공 키 암호화(SSE-C)를 받지 않습니다',
    'x-amz-server-side-encryption-customer-* 헤더를 빼거나 버킷 기본 암호화의 BlockedEncryptionTypes에서 SSE-C를 빼세요',
  ],
  'object-locked': [
    '객체가 잠겨 있습니다: 보존 기간이나 법적 보존이 이 버전을 보호합니다',
    '보존 기간이 끝나기를 기다리거나 다른 키로 올리세요. 거버넌스 모드라면 s3:BypassGovernanceRetention 권한으로 지울 수 있습니다',
  ],
  'object-archived': [
    '보관(아카이브)된 객체라 먼저 복원해야 합니다',
    'RestoreObject로 복원을 요청하고 기다린 뒤 받으세요. 받을 파일은 GLACIER로 옮기지 않게 하세요',
  ],
  'delete-marker': [
    '삭제된 객체입니다: 가장 새 버전이 삭제 마커입니다',
    '이전 버전을 versionId로 받거나 삭제 마커를 지워 되살리세요',
  ],
  'key-missing-or-forbidden': [
    '키가 없거나 볼 수 없습니다: 목록 권한이 없으면 S3는 404 대신 403으로 답합니다',
    '먼저 키를 확인하세요. s3:ListBucket 권한이 있으면 404로 알 수 있습니다',
  ],
  'key-too-long': [
    '키가 1,024바이트를 넘습니다',
    '키를 UTF-8로 1,024바이트 이하로 줄이세요. 한글 한 글자는 3바이트입니다',
  ],
  'metadata-too-large': ['메타데이터 헤더가 너무 큽니다', 'x-amz-meta-*의 이름과 값을 모두 합쳐 2 KiB 이하로 줄이세요'],
  'checksum-type': [
    '파트의 체크섬 종류가 업로드를 시작할 때와 다릅니다',
    'CreateMultipartUpload에 같은 x-amz-checksum-algorithm을 주거나 파트를 체크섬 없이 보내세요',
  ],
  'header-unsupported': [
    '저장소가 모르는 헤더를 보냈습니다',
    '그 헤더를 빼세요. 체크섬이라면 SDK의 requestChecksumCalculation을 WHEN_REQUIRED로 두세요',
  ],
  'not-supported': ['저장소에 없는 호출입니다', '이 저장소의 문서에 있는 호출을 쓰세요'],
  'invalid-request': ['S3가 받을 수 없는 값이 있습니다', 'S3가 가리킨 값을 고친 뒤 다시 서명해 보내세요'],
  'invalid-tag': [
    'S3가 받을 수 없는 태그입니다',
    'x-amz-tagging에 a=b&c=d 꼴로 최대 10개, 키마다 한 번, 글자·숫자·공백과 + - = . _ : / @만 쓰세요',
  ],
  'invalid-range': ['범위가 객체의 끝보다 뒤에서 시작합니다', '먼저 크기를 확인하고 그 안의 Range를 요청하세요'],
  'invalid-storage-class': ['저장소에 없는 스토리지 클래스입니다', 'x-amz-storage-class를 빼거나 있는 클래스를 쓰세요'],
  'not-configured': [
    '버킷이나 객체에 그런 설정이 없습니다',
    '고장이 아닙니다. 설정을 먼저 만들거나 없다는 답으로 받아들이세요',
  ],
  'bucket-state': ['버킷의 상태가 이 요청을 허용하지 않습니다', 'S3의 설명대로 버킷을 바꾸거나 다른 버킷을 쓰세요'],
  'retry-conflict': [
    '같은 키나 버킷에 다른 작업이 진행 중이었습니다',
    '잠시 뒤 다시 시도하세요. 멀티파트 완료였다면 업로드를 다시 시작하세요',
  ],
  'quota-exceeded': [
    '남은 공간이 없습니다: 할당량이나 디스크가 찼습니다',
    '할당량을 늘리거나 필요 없는 것(이전 버전과 미완료 업로드 포함)을 지우세요',
  ],
  'account-problem': [
    '지금 이 계정으로는 저장소를 쓸 수 없습니다',
    '결제, 정지, 가입 상태를 저장소 운영자에게 확인하세요',
  ],
  'server-error': [
    '저장소 자체의 오류입니다',
    '간격을 늘려 가며 다시 시도하고, 계속되면 요청 ID를 운영자에게 알리세요',
  ],
  'not-s3': [
    '중간의 무언가가 대신 답했거나 엔드포인트가 S3가 아닙니다',
    '프록시를 거치지 말고 S3 엔드포인트로 보내거나, 대신 답한 쪽의 로그를 확인하세요',
  ],
  'no-credentials': [
    '클라이언트가 자격 증명을 찾지 못해 서명도 전송도 하지 못했습니다',
    '환경 변수, 프로필, 또는 실행 환경의 역할로 자격 증명을 주세요',
  ],
  'tls-failed': [
    'TLS 연결이 이루어지지 않았습니다',
    '서버 인증서를 서명한 기관을 신뢰하게 하거나, TLS가 없는 포트라면 http를 쓰세요',
  ],
  'mixed-content': [
    'https 페이지는 http로 보낼 수 없어 브라우저가 보내지 않았습니다',
    '저장소에 https 주소를 주고 그 주소로 서명하세요. CORS 규칙으로는 해결되지 않습니다',
  ],
  'blocked-by-csp': [
    '페이지의 Content-Security-Policy가 연결을 막아 브라우저가 보내지 않았습니다',
    'connect-src에 저장소의 출처를 추가하세요. CORS 규칙으로는 해결되지 않습니다',
  ],
  'file-changed': [
    '고른 파일이 바뀌었거나 옮겨졌거나 읽을 수 없습니다',
    '파일을 다시 골라 올리고, 끝날 때까지 그대로 두세요. 클라우드 드라이브의 파일은 먼저 기기에 저장하세요',
  ],
  'body-not-replayable': [
    '본문이 한 번만 읽히는 스트림이라 다시 보낼 수 없습니다',
    '처음으로 되돌릴 수 있는 본문(파일이나 버퍼)을 주거나, 재시도할 때마다 스트림을 새로 여세요',
  ],
  canceled: ['클라이언트가 요청을 멈췄습니다', '시간 제한, 페이지 이동, 중단 호출이 있었는지 확인하세요'],
  'form-in-body': [
    '파일 대신 폼이 저장되었습니다: 경계 문자열이 객체에 들어갔습니다',
    'PUT의 본문으로 FormData가 아니라 파일 자체를 보내고 다시 올리세요',
  ],
};
