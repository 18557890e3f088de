import { type SourceFile, sourceOf } from '../engine/index.ts';
import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { type Rules, refused } from '../uploads/rules.ts';
import type { Catch, Found } from './drop-walk.ts';
import { joined } from './files-address.ts';
import type { Notices } from './notices.ts';

/** What letting files in needs from the page. */
export interface AdmissionContext {
  i18n: I18n;
  notices: Notices;
  rules(): Rules;
  /** The folder that is shown, to which files go. */
  folder(): string;
}

/** Lets in what may be uploaded of what was chosen, dropped or pasted, and says why the rest is not. */
export class Admission {
  /** What the notices say of files that were not let in. */
  readonly #refused: string[] = [];

  constructor(private readonly context: AdmissionContext) {}

  /** Says what a catch has no files of. Answers what lets in some of its files, to where they go now. */
  open({ empty, unreadable }: Catch): (files: readonly Found[]) => SourceFile[] {
    const { i18n, notices, folder } = this.context;
    const rules = this.context.rules();
    const { t } = i18n;
    // Whoever chooses anew has read why others were not taken.
    for (const id of this.#refused.splice(0)) notices.settle(id);
    if (empty.length > 0) {
      notices.note(() => t('dropEmpty', { names: empty.map((name) => name || t('folder')).join(', ') }));
    }
    for (const { path, error } of unreadable) {
      const detail = error instanceof Error ? error.message : String(error);
      const told = () => ({ detail, advice: t('adviceUnreadable'), code: '' });
      notices.fail({ what: 'dropUnreadable', id: `dropUnreadable ${path}`, name: path, explain: told });
    }
    const into = folder();
    return (files) => this.#take(files, into, rules);
  }

  #take(files: readonly Found[], into: string, rules: Rules): SourceFile[] {
    const { i18n } = this.context;
    const chosen = files.map(({ file, path }) => {
      return { ...sourceOf(file), folder: joined(into, path.slice(0, Math.max(0, path.lastIndexOf('/')))) };
    });
    return chosen.filter((file) => {
      const why = refusal(file, rules, i18n);
      if (why) this.#refuse(file.name, () => refusal(file, rules, i18n) ?? why);
      return !why;
    });
  }

  #refuse(name: string, why: () => Explanation): void {
    const id = `refused ${this.#refused.length} ${name}`;
    this.#refused.push(id);
    this.context.notices.fail({ what: 'uploadFailed', id, name, explain: why });
  }
}

/** Why a file is not even sent, in the reader's language; undefined: it is. */
export function refusal(file: SourceFile, rules: Rules, i18n: I18n): Explanation | undefined {
  const error = refused(file, rules);
  if (!error) return undefined;
  const { t } = i18n;
  const { code } = error;
  if (code === 'EntityTooLarge') {
    const values = { size: i18n.bytes(file.body.size), max: i18n.bytes(rules.maxObjectSize) };
    return { detail: t('fileTooLarge', values), advice: t('adviceTooLarge'), code };
  }
  const values = { type: file.type || '?', allowed: rules.allowedTypes.join(', ') };
  return { detail: t('fileTypeRefused', values), advice: t('adviceType'), code };
}
