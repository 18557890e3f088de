/** What others import: the engine, and a list of uploads for a page to show. No page, no framework. */
export * from '../engine/index.ts';
export type { FileProgress } from '../running.ts';
export type { UploadItem, UploadState } from './item.ts';
export { anything, type Rules, refused, rulesOf } from './rules.ts';
export {
  createUploads,
  type Uploads,
  type UploadsOptions,
  type UploadsSnapshot,
  type UploadTotals,
  type Where,
} from './uploads.ts';
