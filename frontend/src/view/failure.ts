import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import type { Reason } from '../why.ts';
import { openDialog } from './dialog.ts';
import { el } from './dom.ts';

/** Finds out why something failed. */
export type Find = () => Promise<Reason>;

/** What is known of a failure, and a button that asks for more where there is more to be had. */
export function failureLines({ t }: I18n, { detail, advice, code }: Explanation, find: Find | undefined) {
  const lines = [el('p', { class: 'notice-detail' }, detail), el('p', {}, advice)];
  if (code) lines.push(el('p', { class: 'notice-code' }, t('errorCode', { code })));
  return find ? [...lines, question(t, find)] : lines;
}

/** Says at length why something failed. */
export async function openFailure(
  i18n: I18n,
  title: string,
  explanation: Explanation,
  find: Find | undefined,
): Promise<void> {
  const { t } = i18n;
  const lines = failureLines(i18n, explanation, find);
  const close = { class: 'button', type: 'button', autofocus: true, onclick: () => dialog.close() };
  const dialog = openDialog(title, ...lines, el('div', { class: 'dialog-actions' }, el('button', close, t('close'))));
  await dialog.closed;
}

/** A button that gives way to the reason. */
function question(t: I18n['t'], find: Find): HTMLElement {
  const place = el('div', { class: 'notice-why', tabindex: '-1' });
  const say = (...lines: string[]) => place.replaceChildren(...lines.map((line) => el('p', {}, line)));
  const ask = async () => {
    say(t('whyAsking'));
    // The button is gone; whoever works with the keyboard stays here.
    place.focus();
    try {
      const { meaning, confidence, evidence, fix } = await find();
      const percent = Math.round(100 * confidence);
      const seen = evidence.map((line) => t('whyEvidence', { evidence: line }));
      say(t('whyCause', { percent, meaning }), ...seen, t('whyFix', { fix }));
    } catch (error) {
      say(t('whyFailed', { detail: error instanceof Error ? error.message : String(error) }));
    }
  };
  place.append(el('button', { type: 'button', onclick: () => void ask() }, t('why')));
  return place;
}
