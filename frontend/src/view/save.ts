import { el } from './dom.ts';

/** Milliseconds in which an answer that is no download has come, if it comes. */
const PATIENCE = 10_000;
/** Milliseconds for which a download keeps its frame: some browsers end it with the frame that it began in. */
const KEPT = 3_600_000;

/**
 * Has the browser save what a signed address answers. It is opened in a frame that nobody sees: whoever leaves the page is
 * not asked about uploads that are under way, as it would be for a link, and no blocker of pop-ups stands in the way, however
 * late the address came. `place` is where the frame stands. Rejects where something is shown there: an answer that is no attachment.
 */
export function save(url: string, place: Node = document.body): Promise<void> {
  const attributes = { class: 'unseen', 'aria-hidden': 'true', tabindex: '-1', referrerpolicy: 'no-referrer' };
  const frame = el('iframe', { ...attributes, title: '', src: url });
  const shown = new Promise<void>((resolve, reject) => {
    setTimeout(resolve, PATIENCE);
    frame.addEventListener('load', () => {
      frame.remove();
      reject(new Error('got an answer that is no file, want an attachment: try again'));
    });
  });
  setTimeout(() => frame.remove(), KEPT);
  place.appendChild(frame);
  return shown;
}
