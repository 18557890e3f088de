import { fill, type I18n } from '../i18n/index.ts';

const en = {
  noLink: 'Open the link that you were given',
  noLinkText: 'The link holds the key to this page, which is kept nowhere. After a reload it has to be opened again.',
  gone: 'This link does not hold any more',
  goneText: 'It was ended, is used up or over, or was copied in part. Ask whoever gave it for a new one.',
  failed: 'The link could not be opened',
  again: 'Try again',
  password: 'Password',
  passwordText: 'Whoever gave you the link has set a password.',
  passwordWrong: 'That is not the password. Spelling counts.',
  passwordPaused: 'Too many wrong passwords. Try again in {minutes} min.',
  open: 'Open',
  uploadTitle: 'Send files',
  uploadText: 'Files go straight to whoever gave you this link. You need no account, and see nothing of what is there.',
  uploadShows: 'Files go straight to whoever gave you this link. You need no account.',
  limits: 'Up to {size} a file, until {time}.',
  leftFiles: '{count} more files fit.',
  leftBytes: '{size} more fit.',
  types: 'Only {types}.',
  keepOpen: 'An upload that breaks off goes on where it stopped: open the link again and choose the same files.',
  came: 'What has come by this link',
  shareTitle: 'Files for you',
  shareText: 'Until {time}. Nobody has to sign in.',
  empty: 'There is nothing here.',
  download: 'Download',
  downloadAll: 'Download all as ZIP',
  downloadChosen: 'Download {count} as ZIP',
  show: 'Show',
  choose: 'Choose {name}',
  folder: 'Folder',
  up: 'Up',
};

/** A text of the guests' page. */
export type Word = keyof typeof en;

const ko: Record<Word, string> = {
  noLink: '받은 링크를 열어 주세요',
  noLinkText:
    '이 페이지의 열쇠는 링크 안에만 있고 어디에도 저장되지 않습니다. 새로 고친 뒤에는 링크를 다시 열어야 합니다.',
  gone: '더 이상 쓸 수 없는 링크입니다',
  goneText:
    '종료되었거나, 다 쓰였거나, 기한이 지났거나, 일부만 복사된 링크입니다. 링크를 준 사람에게 새 링크를 요청하세요.',
  failed: '링크를 열지 못했습니다',
  again: '다시 시도',
  password: '비밀번호',
  passwordText: '링크를 준 사람이 비밀번호를 정해 두었습니다.',
  passwordWrong: '비밀번호가 맞지 않습니다. 철자를 확인하세요.',
  passwordPaused: '비밀번호를 너무 많이 틀렸습니다. {minutes}분 뒤에 다시 시도하세요.',
  open: '열기',
  uploadTitle: '파일 보내기',
  uploadText: '파일은 링크를 준 사람에게 바로 전달됩니다. 계정이 필요 없고, 그곳에 있는 파일은 보이지 않습니다.',
  uploadShows: '파일은 링크를 준 사람에게 바로 전달됩니다. 계정이 필요 없습니다.',
  limits: '파일당 최대 {size}, {time}까지.',
  leftFiles: '파일 {count}개를 더 보낼 수 있습니다.',
  leftBytes: '{size} 더 보낼 수 있습니다.',
  types: '{types} 형식만 됩니다.',
  keepOpen: '중단된 업로드는 이어집니다. 링크를 다시 열고 같은 파일을 고르세요.',
  came: '이 링크로 받은 파일',
  shareTitle: '받을 파일',
  shareText: '{time}까지. 로그인이 필요 없습니다.',
  empty: '파일이 없습니다.',
  download: '내려받기',
  downloadAll: '모두 ZIP으로 내려받기',
  downloadChosen: '{count}개를 ZIP으로 내려받기',
  show: '보기',
  choose: '{name} 선택',
  folder: '폴더',
  up: '위로',
};

const words = { en, ko };

/** The text under `word` in the page's language with its braces filled. */
export function say(i18n: I18n, word: Word, values: Record<string, string | number> = {}): string {
  return fill(words[i18n.language][word], values);
}

/** The languages' words, for a test that holds them side by side. */
export const guestWords = words;
