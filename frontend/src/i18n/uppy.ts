import type { Locale } from '@uppy/core/utils';
import type { Language } from './index.ts';

/** Texts of Uppy 6 that its Korean locale (5.2) does not have yet, or has in a form that reads badly aloud. */
const koMissing: Record<string, string> = {
  addBulkFilesFailed: '내부 오류로 파일 %{smart_count}개를 추가하지 못했습니다',
  aggregateExceedsSize: '고른 파일의 크기가 %{size}입니다. 최대 %{sizeAllowed}까지 올릴 수 있습니다',
  inferiorSize: '파일이 허용된 크기(%{size})보다 작습니다',
  noMoreFilesAllowed: '파일을 더 추가할 수 없습니다',
  noDuplicates: "'%{fileName}' 파일은 이미 추가되어 있습니다",
  additionalRestrictionsFailed: '충족하지 못한 제한이 %{count}개 더 있습니다',
  unnamed: '이름 없음',
  pleaseWait: '잠시 기다려 주세요',
  error: '오류',
  editFileWithFilename: '%{file} 수정',
  save: '저장',
  dataUploadedOfUnknown: '%{complete} / 알 수 없음',
  showErrorDetails: '오류 자세히 보기',
  emptyFolderAdded: '빈 폴더라서 추가한 파일이 없습니다',
  sessionRestored: '세션이 복구되었습니다',
  reSelect: '다시 선택',
};

/** Uppy's own texts in `language`, loaded only when wanted. English is built in. */
export async function uppyLocale(language: Language): Promise<Locale | undefined> {
  if (language === 'en') return undefined;
  const { default: korean } = await import('@uppy/locales/lib/ko_KR.js');
  return { ...korean, strings: { ...korean.strings, ...koMissing } };
}
