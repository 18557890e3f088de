import './links.css';
import { el, replace } from '../view/dom.ts';
import type { SelectedAction } from '../view/files-context.ts';
import type { LinksContext } from './context.ts';
import { say } from './words.ts';

/** Where somebody is who asks for files. */
export interface Here {
  space(): string;
  folder(): string;
}

/** What can be done about links anywhere: ask for files into the folder that is shown, and look at one's links. */
export function linksPanel(context: LinksContext, here: Here): HTMLElement {
  const { i18n } = context;
  const element = el('div', { class: 'links-bar' });
  const draw = () => {
    const button = (word: 'ask' | 'links', act: () => Promise<void>) =>
      el('button', { class: 'button', type: 'button', 'data-focus': word, onclick: () => void act() }, say(i18n, word));
    replace(
      element,
      button('ask', async () => (await import('./make.ts')).askDialog(context, here.space(), here.folder())),
      button('links', async () => (await import('./list.ts')).linksDialog(context)),
    );
  };
  i18n.onChange(draw);
  draw();
  return element;
}

/** Shares the files that are chosen, or the one folder. */
export function shareAction(context: LinksContext, here: Here): SelectedAction {
  return {
    label: 'share',
    fits: (files, folders) => (folders.length === 0 ? files.length <= 100 : folders.length === 1 && files.length === 0),
    act: async (files, folders) => {
      const { shareDialog } = await import('./make.ts');
      const [folder = ''] = folders;
      const name = folder === '' ? (files[0]?.name ?? '') : (folder.split('/').pop() ?? '');
      const keys = files.map(({ key }) => key);
      await shareDialog(context, here.space(), keys, folder, name);
    },
  };
}
