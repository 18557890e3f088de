import { describe, expect, it } from 'vitest';
import { UploadError } from '../src/engine/index.ts';
import { explain } from '../src/explain.ts';
import { I18n } from '../src/i18n/index.ts';
import { Causes, causeText, type Failure } from '../src/view/notices-model.ts';
import { Announcer } from '../src/view/upload-announce.ts';

const i18n = new I18n('en');
const upload = (name: string, code = 'AccessDenied', detail = `no right to put ${name}`): Failure => ({
  ...{ what: 'uploadFailed', id: `id of ${name}`, name },
  explain: () => explain(new UploadError(403, code, detail, 'fail'), i18n.t),
});
const titles = (causes: Causes) => causes.list.map((cause) => causeText(i18n, cause).title);

describe('notices of failures', () => {
  it('are one for a cause that many share, announced once', () => {
    const causes = new Causes();
    const announced = Array.from({ length: 30 }, (_, i) => causes.fail(upload(`${i}.txt`))).filter(Boolean);
    expect(titles(causes)).toEqual(['30 files were not uploaded']);
    expect(announced).toHaveLength(1);
    const [cause] = causes.list;
    expect(cause && causeText(i18n, cause)).toMatchObject({
      detail: '0.txt, for one: no right to put 0.txt',
      code: 'AccessDenied',
    });
  });

  it('say the reason plainly where it is the same for all', () => {
    const causes = new Causes();
    for (const name of ['a', 'b']) causes.fail(upload(name, 'TypeForbidden', 'got text/html, want image/*'));
    const [cause] = causes.list;
    expect(cause && causeText(i18n, cause).detail).toBe('got text/html, want image/*');
  });

  it('are told apart by their causes, and by what they are of', () => {
    const causes = new Causes();
    causes.fail(upload('a'));
    causes.fail(upload('b', 'EntityTooLarge'));
    causes.fail(upload('c', '', 'one'));
    causes.fail(upload('d', '', 'two'));
    for (const name of ['e', 'f']) causes.fail({ ...upload(name), what: 'deleteFailed', id: `deleteFailed ${name}` });
    expect(titles(causes)).toEqual([
      'a was not uploaded',
      'b was not uploaded',
      'c was not uploaded',
      'd was not uploaded',
      'e could not be deleted',
      'f could not be deleted',
    ]);
  });

  it('go one by one with what is mended, and the last takes its cause along', () => {
    const causes = new Causes();
    for (const name of ['a', 'b', 'c']) causes.fail(upload(name));
    causes.settle('id of a');
    expect(titles(causes)).toEqual(['2 files were not uploaded']);
    causes.settle('id of c');
    expect(titles(causes)).toEqual(['b was not uploaded']);
    causes.settle('id of b');
    expect(causes.list).toEqual([]);
  });

  it('are announced again when the same thing fails again, and count it once', () => {
    const causes = new Causes();
    expect(causes.fail(upload('a'))).toBeDefined();
    expect(causes.fail(upload('a'))).toBeDefined();
    expect(titles(causes)).toEqual(['a was not uploaded']);
    causes.fail(upload('b'));
    expect(causes.fail(upload('a', 'SlowDown'))).toBeDefined();
    expect(titles(causes)).toEqual(['b was not uploaded', 'a was not uploaded']);
  });

  it('are dismissed with all that they are of', () => {
    const causes = new Causes();
    for (const name of ['a', 'b']) causes.fail(upload(name));
    const [cause] = causes.list;
    if (cause) causes.dismiss(cause);
    expect(causes.list).toEqual([]);
  });

  it('speak the language that the page has now', () => {
    const speaker = new I18n('en');
    const causes = new Causes();
    causes.fail({ ...upload('a'), explain: () => ({ detail: '', advice: speaker.t('adviceBusy'), code: '' }) });
    const [cause] = causes.list;
    if (!cause) throw new Error('got no cause');
    speaker.language = 'ko';
    expect(causeText(speaker, cause)).toMatchObject({
      title: speaker.t('uploadFailed', { name: 'a' }),
      advice: '서비스가 바쁩니다. 잠시 뒤 다시 시도하세요.',
    });
  });
});

it('the start of uploads, pauses and how many failed are announced', () => {
  const said: string[] = [];
  const announcer = new Announcer(i18n, { announce: (words) => said.push(words()) });
  announcer.begun(['a']);
  announcer.begun(['a', 'b']);
  announcer.begun([]);
  announcer.paused(['a']);
  announcer.resumed(['a']);
  announcer.paused(['a', 'b']);
  announcer.resumed(['a', 'b']);
  announcer.failed(2);
  announcer.failed(0);
  expect(said).toEqual([
    'a is being uploaded',
    '2 files are being uploaded',
    'a is paused',
    'a goes on',
    'All uploads are paused',
    'All uploads go on',
    '2 files were not uploaded',
  ]);
});
