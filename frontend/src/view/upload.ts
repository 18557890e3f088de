import Uppy from '@uppy/core';
import type { Body, Meta } from '@uppy/core/utils';
import Dashboard from '@uppy/dashboard';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import './uppy.css';
import type { SiteConfig } from '../config.ts';
import { type Engine, type Outcome, UploadError } from '../engine/index.ts';
import { explain } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { uppyLocale } from '../i18n/uppy.ts';
import { SignetUploader } from '../uploader.ts';
import { Meter } from './meter.ts';
import type { Notices } from './notices.ts';

/** What the upload surface needs from the page. */
export interface UploadContext {
  i18n: I18n;
  config: SiteConfig;
  engine: Engine;
  notices: Notices;
  /** Called when something has been stored. */
  stored(): void;
  /** Shows how far all files are; empty while none is on its way. */
  showProgress(text: string): void;
}

/** Uppy would write every failed upload to the console; the notices say it better. */
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

type Surface = Uppy<Meta, Body>;

/** Height of the surface in CSS pixels; style.css keeps that room free until it is there. */
const HEIGHT = 380;

/** Mounts Uppy's Dashboard on `target`. `active` tells how many uploads are on their way. */
export async function mountUpload(target: HTMLElement, context: UploadContext): Promise<{ active(): number }> {
  const { i18n, config, engine } = context;
  const uppy: Surface = new Uppy({
    autoProceed: true,
    logger: silent,
    onBeforeFileAdded: (file, files) => !(file.id in files) || finished(uppy, file.id),
    restrictions: {
      maxFileSize: config.maxObjectSize,
      allowedFileTypes: config.allowedTypes.includes('*/*') ? null : config.allowedTypes,
    },
  });
  uppy.use(Dashboard, {
    target,
    inline: true,
    width: '100%',
    height: HEIGHT,
    theme: 'auto',
    fileManagerSelectionType: 'both',
    proudlyDisplayPoweredByUppy: false,
    hideProgressDetails: true,
    // All messages go through our own notices, which say what to do and stay until they are read.
    disableInformer: true,
  });
  mend(target);
  uppy.use(SignetUploader<Meta, Body>, { engine });
  announce(uppy, context);
  measure(uppy, context);
  i18n.onChange(() => void speak(uppy, context));
  await speak(uppy, context);
  return { active: () => uppy.getPlugin<SignetUploader<Meta, Body>>('SignetUploader')?.active ?? 0 };
}

/** Whether a file on Uppy's list is done with, so that it may be added and sent again: it may have been deleted meanwhile. */
function finished(uppy: Surface, id: string): boolean {
  const running = Object.values(uppy.getState().currentUploads).some(({ fileIDs }) => fileIDs.includes(id));
  return !running && Boolean(uppy.getFile(id)?.progress.uploadComplete);
}

/** Uppy 6 shows a single file as a list item without a list, which screen readers cannot place. */
function mend(target: HTMLElement): void {
  const observer = new MutationObserver(() => {
    target.querySelector('.uppy-Dashboard-files:not([role])')?.setAttribute('role', 'list');
  });
  observer.observe(target, { childList: true, subtree: true });
}

function announce(uppy: Surface, { i18n, notices, stored }: UploadContext): void {
  const { t } = i18n;
  uppy.on('upload-success', stored);
  uppy.on('complete', ({ successful = [] }) => {
    const [first] = successful;
    if (!first) return;
    const { existed } = (first.response?.body ?? {}) as Partial<Outcome>;
    const name = first.name ?? '';
    if (successful.length > 1) notices.say(t('uploadsDone', { count: successful.length }));
    else notices.say(t(existed ? 'uploadExisted' : 'uploadDone', { name }));
  });
  uppy.on('upload-error', (file, error) => {
    notices.fail(t('uploadFailed', { name: file?.name ?? '' }), explain(reason(error), t));
  });
  uppy.on('restriction-failed', (file, error) => {
    notices.fail(t('uploadFailed', { name: file?.name ?? '' }), { detail: error.message, advice: '', code: '' });
  });
}

/** Tells once a second how far all files are, while any is on its way. Uppy's own line takes minutes to believe in a speed. */
function measure(uppy: Surface, { i18n, showProgress }: UploadContext): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  uppy.on('upload', () => {
    clearInterval(timer);
    const meter = new Meter();
    timer = setInterval(() => showProgress(progressText(uppy, i18n, meter)), 1000);
  });
  const stop = () => {
    clearInterval(timer);
    showProgress('');
  };
  uppy.on('complete', stop);
  uppy.on('cancel-all', stop);
}

function progressText(uppy: Surface, i18n: I18n, meter: Meter): string {
  const files = uppy.getFiles();
  const sent = files.reduce((sum, { progress }) => sum + (progress.bytesUploaded || 0), 0);
  const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  const values = { done: i18n.bytes(sent), total: i18n.bytes(size) };
  const speed = meter.sample(sent, performance.now());
  if (!speed) return i18n.t('uploadProgress', values);
  return i18n.t('uploadSpeed', { ...values, speed: i18n.bytes(speed), left: i18n.duration((size - sent) / speed) });
}

/** The engine's error inside what Uppy was told. */
function reason(error: { message: string; cause?: unknown }): unknown {
  return error.cause instanceof UploadError ? error.cause : error;
}

async function speak(uppy: Surface, { i18n, config }: UploadContext): Promise<void> {
  const { language } = i18n;
  const locale = (await uppyLocale(language)) ?? { strings: {} };
  if (i18n.language !== language) return;
  uppy.setOptions({ locale });
  const note = i18n.t('uploadNote', { size: i18n.bytes(config.maxObjectSize) });
  uppy.getPlugin<Dashboard<Meta, Body>>('Dashboard')?.setOptions({ note });
}
