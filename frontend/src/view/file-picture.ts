import { el } from './dom.ts';
import { type Icon, icon } from './icons.ts';
import { kindOf } from './kinds.ts';

/** A small picture of a file: its own, or a drawing of its kind. It says nothing to screen readers. */
export function filePicture(name: string, picture: string): HTMLElement {
  const kind: Icon = kindOf(name);
  if (!picture) return el('span', { class: 'file-picture', 'data-kind': kind }, icon(kind));
  const image = el('img', { src: picture, alt: '', width: '32', height: '32', draggable: 'false' });
  return el('span', { class: 'file-picture' }, image);
}
