import { fill, type I18n } from '../i18n/index.ts';

const en = {
  shareTitle: 'Share by a link',
  shareText: 'Whoever has the link sees and downloads {what}, without signing in.',
  ask: 'Ask for files…',
  askTitle: 'Ask for files',
  askText: 'Whoever has the link uploads into {folder}, without signing in, and sees nothing that is there.',
  here: 'your files',
  files: '{count} files',
  noMail: 'No mail is sent: pass the link on yourself.',
  title: 'What the guest reads',
  days: 'Days that it holds',
  password: 'Password (may be empty)',
  most: 'Files at most (may be empty)',
  show: 'Guests see what has come by the link',
  make: 'Make the link',
  close: 'Close',
  link: 'The link',
  once: 'It is shown this once. Whoever has it can use it until it ends or you stop it.',
  copy: 'Copy',
  copied: 'Copied',
  failed: 'The link could not be made',
  links: 'Links…',
  linksTitle: 'Your links',
  none: 'You have no links.',
  upload: 'Upload to {place}',
  read: 'Read {place}',
  until: 'until {time}',
  over: 'over since {time}',
  used: '{count} files have come',
  usedOf: '{count} of {most} files have come',
  locked: 'with a password',
  stop: 'Stop',
  stopped: 'The link holds no more, everywhere within 30 seconds.',
  listFailed: 'The links could not be read',
  stopFailed: 'The link could not be stopped',
  more: '{name} and {count} more',
};

/** A text of what is about links. */
export type Word = keyof typeof en;

const ko: Record<Word, string> = {
  shareTitle: '링크로 공유',
  shareText: '링크가 있는 사람은 로그인 없이 {what}을(를) 보고 내려받을 수 있습니다.',
  ask: '파일 요청…',
  askTitle: '파일 요청',
  askText: '링크가 있는 사람은 로그인 없이 {folder}에 파일을 올릴 수 있고, 그곳의 파일은 보지 못합니다.',
  here: '내 파일',
  files: '파일 {count}개',
  noMail: '메일은 보내지 않습니다. 링크를 직접 전달하세요.',
  title: '받는 사람에게 보일 글',
  days: '유효한 날 수',
  password: '비밀번호 (비워 둘 수 있음)',
  most: '최대 파일 수 (비워 둘 수 있음)',
  show: '이 링크로 받은 파일을 손님에게 보이기',
  make: '링크 만들기',
  close: '닫기',
  link: '링크',
  once: '지금 한 번만 표시됩니다. 링크가 있는 사람은 기한이 지나거나 중지할 때까지 쓸 수 있습니다.',
  copy: '복사',
  copied: '복사됨',
  failed: '링크를 만들지 못했습니다',
  links: '링크…',
  linksTitle: '내 링크',
  none: '링크가 없습니다.',
  upload: '{place}에 올리기',
  read: '{place} 받기',
  until: '{time}까지',
  over: '{time}에 끝남',
  used: '파일 {count}개 받음',
  usedOf: '파일 {most}개 중 {count}개 받음',
  locked: '비밀번호 있음',
  stop: '중지',
  stopped: '링크가 30초 안에 모든 곳에서 중지됩니다.',
  listFailed: '링크를 읽지 못했습니다',
  stopFailed: '링크를 중지하지 못했습니다',
  more: '{name} 외 {count}개',
};

const words = { en, ko };

/** The text under `word` in the page's language with its braces filled. */
export function say(i18n: I18n, word: Word, values: Record<string, string | number> = {}): string {
  return fill(words[i18n.language][word], values);
}

/** The languages' words, for a test that holds them side by side. */
export const linkWords = words;
