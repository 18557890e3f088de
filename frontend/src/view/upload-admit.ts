import type { SourceFile } from '../engine/index.ts';
import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { type Rules, refused } from '../uploads/rules.ts';

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
