import type Uppy from '@uppy/core';
import type { Body, Meta } from '@uppy/core/utils';
import type { I18n, Key } from '../i18n/index.ts';
import type { Notices } from './notices.ts';

/** Tells those who do not see the list of the start of uploads, of pauses, of their end, and of how many failed. */
export function announceUploads(
  uppy: Pick<Uppy<Meta, Body>, 'on'>,
  { t }: Pick<I18n, 't'>,
  notices: Pick<Notices, 'announce'>,
): void {
  const say = (one: Key, all: Key, files: readonly { name?: string | undefined }[]) => {
    const [first] = files;
    if (!first) return;
    if (files.length > 1) notices.announce(() => t(all, { count: files.length }));
    else notices.announce(() => t(one, { name: first.name ?? '' }));
  };
  uppy.on('upload', (_, files) => say('uploadBegun', 'uploadsBegun', files));
  uppy.on('upload-pause', (file, paused) => {
    const key = paused ? 'uploadPaused' : 'uploadResumed';
    if (file) say(key, key, [file]);
  });
  uppy.on('pause-all', () => notices.announce(() => t('uploadsPaused')));
  uppy.on('resume-all', () => notices.announce(() => t('uploadsResumed')));
  // That files are up is said to everybody.
  uppy.on('complete', ({ failed = [] }) => {
    if (failed.length > 1) notices.announce(() => t('uploadsFailed', { count: failed.length }));
  });
}
