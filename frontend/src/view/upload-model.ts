import type { StoredFile } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { placeOfKey } from '../key.ts';
import type { FileProgress } from '../running.ts';
import type { UploadItem } from '../uploads/item.ts';
import type { UploadTotals } from '../uploads/uploads.ts';
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
  /** The address of a small picture of it; empty where there is none. */
  picture: string;
}

/** The row of a file. */
export function itemOf(upload: UploadItem, advice: string, others?: Others, picture = ''): Item {
  const { id, file } = upload;
  const path = pathOf(upload);
  return { id, name: file.name, path, status: statusOf(upload), progress: upload, advice, others, picture };
}

/** Where a file goes, with its name. */
export function pathOf({ file: { folder, name } }: Pick<UploadItem, 'file'>): string {
  return folder ? `${folder}/${name}` : name;
}

function statusOf({ state, existed, waiting, sent, total }: UploadItem): Status {
  if (state === 'stored') return existed ? 'existed' : 'done';
  if (state === 'waiting') return waiting ?? 'busy';
  if (state === 'sending' && sent === total && total > 0) return 'finishing';
  return state === 'cancelled' ? 'failed' : state;
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
export function totalsText(i18n: I18n, totals: UploadTotals, active: boolean): string {
  if (active && totals.waiting) return i18n.t(totals.waiting);
  if (active) return progressText(i18n, totals);
  return i18n.t('totalsDone', { done: totals.stored, files: totals.files });
}

/** What a reader who does not see the strip is told of its parts; empty without parts. */
export function partsText({ t }: I18n, { parts }: FileProgress): string {
  if (!parts) return '';
  return t('partsText', { stored: parts.stored.size, count: parts.count, flight: flyingParts(parts.inFlight).length });
}

function progressText(i18n: I18n, { sent, total, speed, left }: FileProgress | UploadTotals): string {
  const values = { done: i18n.bytes(sent), total: i18n.bytes(total) };
  if (!speed || left === undefined) return i18n.t('uploadProgress', values);
  return i18n.t('uploadSpeed', { ...values, speed: i18n.bytes(speed), left: i18n.duration(left) });
}

/** What a file looks like from outside; another may look the same. */
export function lookOf(file: UploadItem['file']): string {
  return [pathOf({ file }), file.body.size, file.lastModified].join('\n');
}

/** A file that was sent, as "my files" lists it; undefined where it was there already. */
export function storedFile({ key, existed, file }: UploadItem): StoredFile | undefined {
  if (!key || existed) return undefined;
  const place = placeOfKey(key, file.folder ?? '');
  return { key, ...place, size: file.body.size, modified: new Date().toISOString() };
}
