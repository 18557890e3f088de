import type { Space } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { el, replace } from './dom.ts';

/** Share of a quota from which on it is said that it will soon be used up. */
const NEARLY = 0.9;

type Quota = NonNullable<Space['quota']>;

/** How much of a quota is taken, from 0 to 1: of bytes or of files, whichever is nearer to its end. */
export function shareOf({ used, limit }: Pick<Quota, 'used' | 'limit'>): number {
  const of = (taken: number, most?: number) => (most ? Math.min(1, taken / most) : 0);
  return Math.max(of(used.bytes, limit.bytes), of(used.files, limit.files));
}

/** What is said of a quota. */
export function quotaText({ t, bytes }: Pick<I18n, 't' | 'bytes'>, quota: Quota): string {
  const { used, limit, deleted, deletedDays } = quota;
  const parts = [
    limit.bytes ? t('quotaBytes', { used: bytes(used.bytes), limit: bytes(limit.bytes) }) : '',
    limit.files ? t('quotaFiles', { used: used.files, limit: limit.files }) : '',
    deleted.files > 0 ? t('quotaDeleted', { size: bytes(deleted.bytes), days: deletedDays }) : '',
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Says how much of what may be stored is taken, and how much of that goes by itself. */
export class QuotaView {
  readonly element = el('div', { class: 'quota', hidden: true });
  #quota: Quota | undefined;

  constructor(private readonly i18n: I18n) {
    i18n.onChange(() => this.#draw());
  }

  /** Keeps the room for it while nothing is known yet, so that nothing is moved when it comes. */
  reserve(): void {
    this.element.hidden = false;
  }

  show(quota: Quota | undefined): void {
    this.#quota = quota;
    this.#draw();
  }

  #draw(): void {
    const quota = this.#quota;
    this.element.hidden = !quota;
    if (!quota) return;
    const share = shareOf(quota);
    this.element.toggleAttribute('data-full', share >= NEARLY);
    const meter = el('progress', { class: 'quota-share', max: '1', 'aria-label': this.i18n.t('quota') });
    meter.value = share;
    const text = quotaText({ t: this.i18n.t, bytes: (size) => this.i18n.bytes(size) }, quota);
    replace(this.element, meter, el('p', { class: 'quota-text' }, text));
  }
}
