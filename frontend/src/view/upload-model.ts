import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import type { Outcome } from '../engine/index.ts';
import type { I18n } from '../i18n/index.ts';
import type { FileProgress, Totals } from '../uploader.ts';
import type { Others } from './others.ts';
import { flyingParts } from './strip.ts';

/** What a file of the upload list is at. */
export type Status =
  | 'queued'
  | 'comparing'
  | 'sending'
  | 'finishing'
  | 'paused'
  | 'offline'
  | 'busy'
  | 'failed'
  | 'done'
  | 'existed';

/** A row of the upload list. */
export interface Item {
  id: string;
  name: string;
  /** Below the folder that was chosen; the name alone where there is none. */
  path: string;
  status: Status;
  progress: FileProgress;
  /** What a person can do about a failure; empty where there is none. */
  advice: string;
  /** Of a file that is up: what else has its name. */
  others?: Others | undefined;
}

/** The row of a file: `running` is what its upload says while it is on its way. */
export function itemOf(
  file: UppyFile<Meta, Body>,
  running: FileProgress | undefined,
  advice: string,
  others?: Others,
): Item {
  const name = file.name ?? '';
  const relative = file.meta.relativePath;
  const progress = running ?? { sent: file.progress.bytesUploaded || 0, total: file.size ?? 0 };
  return {
    id: file.id,
    name,
    path: typeof relative === 'string' && relative !== '' ? relative : name,
    status: statusOf(file, running),
    progress,
    advice,
    others,
  };
}

function statusOf(file: UppyFile<Meta, Body>, running: FileProgress | undefined): Status {
  if (file.progress.uploadComplete) return (file.response?.body as Partial<Outcome>)?.existed ? 'existed' : 'done';
  if (file.error && !running) return 'failed';
  if (file.isPaused) return 'paused';
  if (!running) return 'queued';
  if (running.waiting) return running.waiting;
  if (running.comparing !== undefined) return 'comparing';
  if (running.sent === running.total && running.total > 0) return 'finishing';
  return running.sent > 0 || running.parts ? 'sending' : 'queued';
}

/** Whether a file is neither up nor given up. */
export function onItsWay({ status }: Item): boolean {
  return status !== 'done' && status !== 'existed' && status !== 'failed';
}

/** What is said of a row. */
export function itemText(i18n: I18n, item: Item): string {
  const { t } = i18n;
  const done = i18n.bytes(item.progress.sent);
  const total = i18n.bytes(item.progress.total);
  switch (item.status) {
    case 'queued':
      return t('stateQueued', { total });
    case 'comparing':
      return t('stateComparing', { done: i18n.bytes(item.progress.comparing ?? 0), total });
    case 'sending':
      return progressText(i18n, item.progress);
    case 'finishing':
      return t('stateFinishing', { total });
    case 'paused':
      return t('statePaused', { done, total });
    case 'failed':
      return t('stateFailed', { advice: item.advice });
    case 'done':
      return [t('stateDone', { total }), othersText(i18n, item)].filter(Boolean).join(' · ');
    case 'existed':
      return t('stateExisted', { total });
    default:
      return t(item.status);
  }
}

function othersText({ t }: I18n, { name, others }: Item): string {
  return others && others.versions > 1 ? t('versionsOf', { count: others.versions, name }) : '';
}

/** What is said of all files together. */
export function totalsText(i18n: I18n, totals: Totals, active: boolean): string {
  if (active && totals.waiting) return i18n.t(totals.waiting);
  if (active) return progressText(i18n, totals);
  return i18n.t('totalsDone', { done: totals.done, files: totals.files });
}

/** What a reader who does not see the strip is told of its parts; empty without parts. */
export function partsText({ t }: I18n, { parts }: FileProgress): string {
  if (!parts) return '';
  return t('partsText', { stored: parts.stored.size, count: parts.count, flight: flyingParts(parts.inFlight).length });
}

function progressText(i18n: I18n, { sent, total, speed, left }: FileProgress | Totals): string {
  const values = { done: i18n.bytes(sent), total: i18n.bytes(total) };
  if (!speed || left === undefined) return i18n.t('uploadProgress', values);
  return i18n.t('uploadSpeed', { ...values, speed: i18n.bytes(speed), left: i18n.duration(left) });
}
